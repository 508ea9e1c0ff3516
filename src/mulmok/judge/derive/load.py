"""Load: what the flow carries, per hour and per local day, with the share of time that is covered.

load [kg/h] = flow [m3/h] * concentration [mg/L] / 1000, summed over the works' grid. The mean is
flow-weighted: sum(C Q) / sum(Q). A slot in which flow or concentration is not known, or was last read
with doubt, counts as not covered, never as zero; of a period in which nothing is covered nothing is
said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from mulmok.judge.derive.align import held_on_grid, hold_of
from mulmok.model.block import Block, Instants, Values
from mulmok.model.channel import Channel
from mulmok.model.judgement import Load
from mulmok.model.time import HOUR, MINUTE, NEVER, Zone

#: Slots worked at once: bounds the memory that a gap of years can ask for.
_CHUNK = 2**18


@dataclass(frozen=True, eq=False)
class LoadState:
    """What is carried on per channel, and what is open per concentration.

    Sums are mass [kg], volume [m3] and covered time [ns].
    """

    #: Begin of the first slot not closed yet [ns UTC].
    open_slot: int
    carry_at: Instants
    carry_value: Values
    segment: NDArray[np.float64]
    hour: NDArray[np.float64]
    day: NDArray[np.float64]
    #: Last closed slot's load per concentration [kg/h]; NaN when unknown.
    now: Values


@dataclass(frozen=True, eq=False)
class Loads:
    """Loads of every concentration that has a flow at its place.

    pairs   (flow channel, concentration channel) indices
    grid    length of a slot [ns]
    """

    channels: tuple[Channel, ...]
    pairs: tuple[tuple[int, int], ...]
    zone: Zone
    grid: int
    name: ClassVar[str] = "loads"
    version: ClassVar[int] = 3
    state_type: ClassVar[type[LoadState]] = LoadState

    @classmethod
    def for_channels(cls, channels: tuple[Channel, ...], zone: Zone, grid: int = MINUTE) -> Loads:
        """Pair each concentration with the first flow at its place."""
        return cls(channels, pairs_of(channels), zone, grid)

    def start(self) -> LoadState:
        """Give a state with nothing carried and nothing summed."""
        count, pairs = len(self.channels), len(self.pairs)
        return LoadState(
            NEVER,
            np.full(count, NEVER, np.int64),
            np.full(count, np.nan),
            np.zeros((pairs, 3)),
            np.zeros((pairs, 3)),
            np.zeros((pairs, 3)),
            np.full(pairs, np.nan),
        )

    def step(
        self, state: LoadState, given: tuple[Block, int]
    ) -> tuple[LoadState, tuple[Load, ...]]:
        """Take a run of readings that has come to `upto`; give the hours and days it closed."""
        block, upto = given
        if not self.pairs or (len(block) == 0 and state.open_slot == NEVER):
            return state, ()
        first = state.open_slot
        if first == NEVER:
            first = int(block.at.min()) // self.grid * self.grid
        slots = max((upto - first) // self.grid, 0)
        after = LoadState(
            first + slots * self.grid,
            state.carry_at.copy(),
            state.carry_value.copy(),
            state.segment.copy(),
            state.hour.copy(),
            state.day.copy(),
            state.now.copy(),
        )
        usable, closed = block.usable, list[Load]()
        begun = block.bounds[:-1].copy()
        for chunk in range(0, max(slots, 1), _CHUNK):
            count = min(_CHUNK, slots - chunk)
            begin = first + chunk * self.grid
            until = None if chunk + count == slots else begin + count * self.grid
            held = self._align(block, usable, begun, after, begin, count, until)
            if count:
                closed += self._sum(held, after, begin, count)
        return after, tuple(closed)

    def _align(
        self,
        block: Block,
        usable: NDArray[np.bool_],
        begun: Instants,
        state: LoadState,
        first: int,
        count: int,
        until: int | None,
    ) -> dict[int, Values]:
        """Hold the rows before `until` (None: all that are left) on the slots; move `begun` on."""
        held = {}
        for index in sorted({index for pair in self.pairs for index in pair}):
            begin, end = int(begun[index]), int(block.bounds[index + 1])
            if until is not None:
                end = begin + int(np.searchsorted(block.at[begin:end], until))
            held[index] = np.empty(count)
            state.carry_at[index], state.carry_value[index] = held_on_grid(
                block.at[begin:end], block.value[begin:end], usable[begin:end],
                first, self.grid, hold_of(self.channels[index], self.grid),
                state.carry_at[index], state.carry_value[index], held[index],
            )  # fmt: skip
            begun[index] = end
        return held

    def _sum(self, held: dict[int, Values], state: LoadState, first: int, count: int) -> list[Load]:
        """Add slots to the open sums; close the hours and days whose end was reached.

        A segment ends where an hour or a day does. Sums grow slot by slot within a segment and
        segment by segment beyond it, so a sum has the same last bit however the slots came.
        """
        ends, hours, days = self._ends(first, first + count * self.grid)
        # A slot belongs to the segment in which it begins.
        cuts = -(-(np.array(ends, np.int64) - first) // self.grid)
        parts = np.empty((len(self.pairs), len(ends), 3))
        for pair, (flow, concentration) in enumerate(self.pairs):
            state.now[pair] = _add(
                held[flow], held[concentration], self.grid / HOUR, float(self.grid), cuts,
                state.segment[pair], parts[pair],
            )  # fmt: skip
        closed = list[Load]()
        for number, end in enumerate(ends):
            state.hour[:] += parts[:, number]
            state.day[:] += parts[:, number]
            if end in hours:
                closed += self._close("hour", end - HOUR, end, state.hour)
            if end in days:
                closed += self._close("day", self.zone.day_start(end - 1), end, state.day)
        return closed

    def _ends(self, begin: int, end: int) -> tuple[list[int], set[int], set[int]]:
        """Find the ends of hours and of local days after `begin` and not after `end` [ns UTC]."""
        hours = set(range((begin // HOUR + 1) * HOUR, end + 1, HOUR))
        days, day = set[int](), self.zone.next_day(begin)
        while day <= end:
            days.add(day)
            day = self.zone.next_day(day)
        return sorted(hours | days), hours, days

    def _close(self, period: str, start: int, end: int, sums: NDArray[np.float64]) -> list[Load]:
        loads = []
        for (_, concentration), (mass, volume, covered) in zip(
            self.pairs, sums.tolist(), strict=True
        ):
            if covered:
                loads.append(
                    Load(
                        channel=self.channels[concentration].id,
                        period=period,
                        start=start,
                        end=end,
                        mass=mass,
                        rate=mass / (covered / HOUR),
                        mean=mass / volume * 1000 if volume else np.nan,
                        coverage=min(covered / (end - start), 1.0),
                    )
                )
        sums[:] = 0.0
        return loads

    def current(self, state: LoadState) -> dict[int, tuple[float, float, float]]:
        """Per concentration channel: rate [kg/h], covered share of today [0..1], today so far [kg].

        Empty before the first reading; the rate is NaN when the last slot was not covered.
        """
        if state.open_slot == NEVER:
            return {}
        passed = state.open_slot - self.zone.day_start(state.open_slot)
        today = state.day + state.segment
        return {
            concentration: (
                float(state.now[pair]),
                min(float(today[pair, 2]) / passed, 1.0) if passed else 0.0,
                float(today[pair, 0]),
            )
            for pair, (_, concentration) in enumerate(self.pairs)
        }


def pairs_of(channels: tuple[Channel, ...]) -> tuple[tuple[int, int], ...]:
    """Pair each concentration with the first flow at its place: (flow, concentration) indices."""
    flows: dict[str, int] = {}
    for index, channel in enumerate(channels):
        if channel.quantity.id == "flow":
            flows.setdefault(channel.place, index)
    return tuple(
        (flows[channel.place], index)
        for index, channel in enumerate(channels)
        if channel.quantity.is_concentration and channel.place in flows
    )


@njit(cache=True, nogil=True)
def _add(flow, concentration, hours, span, cuts, segment, parts):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Add slots to the open segment, one after the other; hand over those that end."""
    now = np.nan
    done = 0
    for slot in range(len(flow) + 1):
        while done < len(cuts) and cuts[done] <= slot:
            parts[done, :] = segment
            segment[:] = 0.0
            done += 1
        if slot == len(flow):
            break
        now = flow[slot] * concentration[slot] / 1000.0
        if np.isnan(now):
            continue
        segment[0] += now * hours
        segment[1] += flow[slot] * hours
        segment[2] += span
    return now

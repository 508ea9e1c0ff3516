"""Load: what the flow carries, per hour and per local day, with the share of time that is covered.

load [kg/h] = flow [m3/h] * concentration [mg/L] / 1000, summed over the works' grid. The mean is
flow-weighted: sum(C Q) / sum(Q). A slot in which flow or concentration is not known counts as not
covered, never as zero.
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

#: Columns of an accumulator: mass [kg], volume [m3], covered time [ns].
_MASS, _VOLUME, _COVERED = range(3)


@dataclass(frozen=True, eq=False)
class LoadState:
    """Carried readings per channel, and the sums of the open hour and day per concentration."""

    #: Begin of the first slot not closed yet [ns UTC].
    open_slot: int
    carry_at: Instants
    carry_value: Values
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
    version: ClassVar[int] = 1
    state_type: ClassVar[type[LoadState]] = LoadState

    @classmethod
    def for_channels(
        cls, channels: tuple[Channel, ...], zone: Zone, grid: int = MINUTE
    ) -> Loads:
        """Pair each concentration with the first flow at its place."""
        flows: dict[str, int] = {}
        for index, channel in enumerate(channels):
            if channel.quantity.id == "flow":
                flows.setdefault(channel.place, index)
        pairs = tuple(
            (flows[channel.place], index)
            for index, channel in enumerate(channels)
            if channel.quantity.is_concentration and channel.place in flows
        )
        return cls(channels, pairs, zone, grid)

    def start(self) -> LoadState:
        """Nothing carried, nothing summed."""
        count, pairs = len(self.channels), len(self.pairs)
        return LoadState(
            NEVER,
            np.full(count, NEVER, np.int64),
            np.full(count, np.nan),
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
        carry_at, carry_value = state.carry_at.copy(), state.carry_value.copy()
        held = self._align(block, first, slots, carry_at, carry_value)
        hour, day, now = state.hour.copy(), state.day.copy(), state.now.copy()
        closed: list[Load] = []
        begin = 0
        while begin < slots:
            at = first + begin * self.grid
            next_hour, next_day = at // HOUR * HOUR + HOUR, self.zone.next_day(at)
            end = min(slots, -(-(min(next_hour, next_day) - first) // self.grid))
            for pair, (flow, concentration) in enumerate(self.pairs):
                now[pair] = _add(
                    held[flow][begin:end], held[concentration][begin:end], self.grid / HOUR,
                    float(self.grid), hour[pair], day[pair],
                )  # fmt: skip
            reached = first + end * self.grid
            if reached >= next_hour:
                closed += self._close("hour", next_hour - HOUR, next_hour, hour)
            if reached >= next_day:
                closed += self._close("day", self.zone.day_start(at), next_day, day)
            begin = end
        after = LoadState(
            first + slots * self.grid, carry_at, carry_value, hour, day, now
        )
        return after, tuple(closed)

    def _align(
        self, block: Block, first: int, slots: int, carry_at: Instants, carry_value: Values
    ) -> dict[int, Values]:
        usable, held = block.usable, {}
        for index in sorted({index for pair in self.pairs for index in pair}):
            rows, out = block.rows(index), np.empty(slots)
            carry_at[index], carry_value[index] = held_on_grid(
                block.at[rows], block.value[rows], usable[rows], first, self.grid,
                hold_of(self.channels[index], self.grid), carry_at[index], carry_value[index], out,
            )  # fmt: skip
            held[index] = out
        return held

    def _close(
        self, period: str, start: int, end: int, sums: NDArray[np.float64]
    ) -> list[Load]:
        loads = []
        for pair, (_, concentration) in enumerate(self.pairs):
            mass, volume, covered = sums[pair].tolist()
            loads.append(
                Load(
                    channel=self.channels[concentration].id,
                    period=period,
                    start=start,
                    end=end,
                    mass=mass,
                    rate=mass / (covered / HOUR) if covered else np.nan,
                    mean=mass / volume * 1000 if volume else np.nan,
                    coverage=covered / (end - start),
                )
            )
        sums[:] = 0.0
        return loads

    def current(self, state: LoadState) -> dict[int, tuple[float, float, float]]:
        """Per concentration channel: load now [kg/h], covered time today [h], today so far [kg]."""
        return {
            concentration: (
                float(state.now[pair]),
                float(state.day[pair, _COVERED]) / HOUR,
                float(state.day[pair, _MASS]),
            )
            for pair, (_, concentration) in enumerate(self.pairs)
        }


@njit(cache=True, nogil=True)
def _add(flow, concentration, hours, span, hour, day):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Add slots to both sums, one after the other (the order of a sum decides its last bit)."""
    now = np.nan
    for slot in range(len(flow)):
        now = flow[slot] * concentration[slot] / 1000.0
        if np.isnan(now):
            continue
        hour[0] += now * hours
        hour[1] += flow[slot] * hours
        hour[2] += span
        day[0] += now * hours
        day[1] += flow[slot] * hours
        day[2] += span
    return now

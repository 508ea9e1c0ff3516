"""Order: readings in the order of their time, first of all checks.

Every row is decided as if it had come alone, so a message means the same however it is cut:

- The frontier is the latest instant seen, by reading or tick, less the allowance `reorder`.
- A row is held until the frontier reaches it; with no allowance it passes at once.
- A row not newer than its channel's last released or held one is a duplicate (same instant; the
  first wins) or late. Late rows are kept and flagged, and never judged: what was issued stands.
- A row that is in order for its channel but older than what other channels have shown begins a new
  run: within a run time never goes back (`model.judgement.Run`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from mulmok.model.block import Block, Bytes, Instants, Values, empty_block, raw_block
from mulmok.model.flag import Flag, Reason
from mulmok.model.judgement import Ordered, Run
from mulmok.model.message import Message, Readings
from mulmok.model.time import NEVER

_RELEASED, _HELD, _LATE, _DUPLICATE, _CONFLICT = range(5)


@dataclass(frozen=True, eq=False)
class OrderState:
    """Frontier, each channel's last released reading, and the rows still held (in time order)."""

    #: Latest instant seen, and how far runs have come [ns UTC].
    latest: int
    upto: int
    last_at: Instants
    last_value: Values
    held_channel: NDArray[np.int16]
    held_at: Instants
    held_value: Values
    held_status: Bytes


@dataclass(frozen=True)
class Order:
    """Bounded reordering.

    reorder   how long a reading may be overtaken by others before it counts as late [ns]
    """

    channels: int
    reorder: int = 0
    name: ClassVar[str] = "order"
    version: ClassVar[int] = 1
    state_type: ClassVar[type[OrderState]] = OrderState

    def start(self) -> OrderState:
        """Nothing seen yet."""
        return OrderState(
            latest=NEVER,
            upto=NEVER,
            last_at=np.full(self.channels, NEVER, np.int64),
            last_value=np.full(self.channels, np.nan),
            held_channel=np.empty(0, np.int16),
            held_at=np.empty(0, np.int64),
            held_value=np.empty(0, np.float64),
            held_status=np.empty(0, np.uint8),
        )

    def step(self, state: OrderState, message: Message) -> tuple[OrderState, Ordered]:
        """Put one message's rows in order; anything but readings moves time on to its `at`."""
        if isinstance(message, Readings):
            return self._readings(state, message)
        return self._moment(state, message.at)

    def _moment(self, state: OrderState, at: int) -> tuple[OrderState, Ordered]:
        latest = max(state.latest, at)
        frontier = latest - self.reorder
        count = int(np.searchsorted(state.held_at, frontier, side="right"))
        released = _Rows(
            state.held_channel[:count],
            state.held_at[:count],
            state.held_value[:count],
            state.held_status[:count],
        )
        last_at, last_value = state.last_at.copy(), state.last_value.copy()
        released.note_last(last_at, last_value)
        runs, upto = self._runs(state.upto, released, released.at, frontier)
        after = OrderState(
            latest,
            upto,
            last_at,
            last_value,
            state.held_channel[count:],
            state.held_at[count:],
            state.held_value[count:],
            state.held_status[count:],
        )
        return after, Ordered(runs, None, 0, 0)

    def _readings(self, state: OrderState, rows: Readings) -> tuple[OrderState, Ordered]:
        given = _Rows(rows.channel, rows.at, rows.value, rows.status)
        last_at, last_value = state.last_at.copy(), state.last_value.copy()
        if self.reorder == 0:
            fate = np.empty(len(rows), np.uint8)
            _sort_out(given.channel, given.at, given.value, last_at, last_value, fate)
            clean = bool((fate == _RELEASED).all())
            released = given if clean else given.chosen(fate == _RELEASED)
            latest = max(state.latest, int(rows.at.max(initial=NEVER)))
            held = _Rows.none()
            known = released.at
        else:
            fate, released, known, held, latest = self._hold(state, given, last_at, last_value)
        late = given.chosen(fate == _LATE) if (fate == _LATE).any() else None
        conflicts = int((fate == _CONFLICT).sum())
        duplicates = int((fate == _DUPLICATE).sum()) + conflicts
        runs, upto = self._runs(state.upto, released, known, None)
        after = OrderState(
            latest, upto, last_at, last_value, held.channel, held.at, held.value, held.status
        )
        return after, Ordered(
            runs, None if late is None else self._late_block(late), duplicates, conflicts
        )

    def _hold(
        self, state: OrderState, given: _Rows, last_at: Instants, last_value: Values
    ) -> tuple[NDArray[np.uint8], _Rows, Instants, _Rows, int]:
        """Release row by row through the allowance: rare, small, and exact rather than fast."""
        waiting = sorted(
            zip(
                state.held_at.tolist(),
                state.held_channel.tolist(),
                state.held_value.tolist(),
                state.held_status.tolist(),
                strict=True,
            ),
            key=lambda row: row[:2],
        )
        have = {(row[0], row[1]): row[2] for row in waiting}
        fate = np.full(len(given.at), _HELD, np.uint8)
        out: list[tuple[int, int, float, int]] = []
        known: list[int] = []
        latest = state.latest
        columns = (given.channel, given.at, given.value, given.status)
        for number, (channel, at, value, status) in enumerate(
            zip(*(column.tolist() for column in columns), strict=True)
        ):
            if at <= last_at[channel] or (at, channel) in have:
                before = have.get((at, channel), last_value[channel])
                same = at == last_at[channel] or (at, channel) in have
                equal = value == before or (value != value and before != before)  # noqa: PLR0124
                fate[number] = _LATE if not same else _DUPLICATE if equal else _CONFLICT
                continue
            have[at, channel] = value
            waiting.append((at, channel, value, status))
            waiting.sort(key=lambda row: row[:2])
            latest = max(latest, at)
            while waiting and waiting[0][0] <= latest - self.reorder:
                row = waiting.pop(0)
                del have[row[0], row[1]]
                last_at[row[1]], last_value[row[1]] = row[0], row[2]
                out.append(row)
                known.append(max(row[0], latest - self.reorder))
        return fate, _Rows.of(out), np.array(known, np.int64), _Rows.of(waiting), latest

    def _runs(
        self, upto: int, rows: _Rows, known: Instants, moment: int | None
    ) -> tuple[tuple[Run, ...], int]:
        """Cut released rows where time goes back; `moment` is how far a tick has come."""
        runs = []
        frontier = np.maximum.accumulate(np.maximum(known, upto)) if len(known) else known
        back = np.empty(0, np.int64)
        if len(rows.at):
            # Compared with all that was released before it, not just with its neighbour.
            before = np.empty_like(frontier)
            before[0] = upto
            before[1:] = frontier[:-1]
            released_before = np.maximum.accumulate(np.maximum(rows.at, min(upto, rows.at[0])))
            falls = rows.at[1:] < released_before[:-1]
            back = np.flatnonzero(falls) + 1
        edges = [0, *back.tolist(), len(rows.at)]
        for begin, end in zip(edges[:-1], edges[1:], strict=True):
            if end > begin:
                instants = np.unique(frontier[begin:end])
                upto = int(instants[-1])
                runs.append(Run(self._block(rows.part(begin, end)), upto, instants))
        if moment is not None:
            upto = max(upto, moment)
            runs.append(Run(empty_block(self.channels), upto, np.array([upto], np.int64)))
        return tuple(runs), upto

    def _block(self, rows: _Rows) -> Block:
        order, bounds = _by_channel(rows.channel, self.channels)
        return raw_block(rows.at[order], rows.value[order], rows.status[order], bounds)

    def _late_block(self, rows: _Rows) -> Block:
        order = np.lexsort((np.arange(len(rows.at)), rows.at, rows.channel))
        rows = rows.chosen(order)
        first = np.ones(len(rows.at), np.bool_)
        first[1:] = (np.diff(rows.channel) != 0) | (np.diff(rows.at) != 0)
        rows = rows.chosen(first)
        count = len(rows.at)
        bounds = np.searchsorted(rows.channel, np.arange(self.channels + 1)).astype(np.int64)
        return Block(
            rows.at,
            rows.value,
            np.full(count, Flag.NOT_EVALUATED, np.uint8),
            rows.status,
            np.full(count, Reason.LATE, np.uint32),
            bounds,
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    channel: NDArray[np.int16]
    at: Instants
    value: Values
    status: Bytes

    @classmethod
    def none(cls) -> _Rows:
        return cls.of([])

    @classmethod
    def of(cls, rows: list[tuple[int, int, float, int]]) -> _Rows:
        at, channel, value, status = zip(*rows, strict=True) if rows else ((), (), (), ())
        return cls(
            np.array(channel, np.int16),
            np.array(at, np.int64),
            np.array(value, np.float64),
            np.array(status, np.uint8),
        )

    def chosen(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> _Rows:
        return _Rows(self.channel[which], self.at[which], self.value[which], self.status[which])

    def part(self, begin: int, end: int) -> _Rows:
        if begin == 0 and end == len(self.at):
            return self
        return _Rows(
            self.channel[begin:end], self.at[begin:end], self.value[begin:end], self.status[begin:end]
        )

    def note_last(self, last_at: Instants, last_value: Values) -> None:
        for channel, at, value in zip(self.channel, self.at, self.value, strict=True):
            last_at[channel], last_value[channel] = at, value


@njit(cache=True, nogil=True)
def _sort_out(channel, at, value, last_at, last_value, fate):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Decide each row against its channel's last one, with nothing held."""
    for row in range(len(at)):
        c = channel[row]
        if at[row] > last_at[c]:
            last_at[c] = at[row]
            last_value[c] = value[row]
            fate[row] = 0
        elif at[row] < last_at[c]:
            fate[row] = 2
        else:
            same = value[row] == last_value[c] or (
                np.isnan(value[row]) and np.isnan(last_value[c])
            )
            fate[row] = 3 if same else 4


@njit(cache=True, nogil=True)
def _by_channel(channel, channels):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Stable counting sort: rows of one channel together, in the order they stand."""
    bounds = np.zeros(channels + 1, np.int64)
    for row in range(len(channel)):
        bounds[channel[row] + 1] += 1
    for c in range(channels):
        bounds[c + 1] += bounds[c]
    place = bounds[:-1].copy()
    order = np.empty(len(channel), np.int64)
    for row in range(len(channel)):
        c = channel[row]
        order[place[c]] = row
        place[c] += 1
    return order, bounds

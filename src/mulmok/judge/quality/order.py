"""Order: readings in the order of their time, first of all checks.

Every row is decided as if it had come alone, so a message means the same however it is cut:

- The frontier is the latest instant seen, by reading or tick, less the allowance `reorder`. A reading
  tells the time only as far as our own clock had come when it reached us: no instrument whose clock
  is ahead moves time for the others.
- A row is held until the frontier reaches it, then released with all that waits for it, sorted by
  (at, channel). With no allowance it passes at once.
- A row not newer than its channel's last released or held one is a duplicate (same instant; the
  first wins) or late. Late rows are kept and flagged, and never judged: what was issued stands.
- A row ahead of our clock waits until its time has come; one ahead by more than AHEAD is of a clock
  that is wrong. It is kept and flagged, never judged, and leaves no trace: its channel goes on with
  the next row whose time can be.
- A row that is in order for its channel but older than what was released before it, or than what
  the run it would join has already made known, begins a new run: within a run time never goes back
  (`model.judgement.Run`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from mulmok.model.block import Block, Bytes, Instants, Values, empty_block, raw_block
from mulmok.model.flag import Flag, Reason
from mulmok.model.judgement import Ordered, Run
from mulmok.model.message import Message, Readings
from mulmok.model.time import FOREVER, MINUTE, NEVER

#: How far ahead of our clock an instrument's may be [ns]. Site choice: loggers drift by a minute or
#: two between visits; what is further off was set wrong.
AHEAD = 5 * MINUTE
_TAKEN, _LATE, _DUPLICATE, _CONFLICT, _FUTURE = range(5)


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
            NEVER,
            NEVER,
            np.full(self.channels, NEVER, np.int64),
            np.full(self.channels, np.nan),
            np.empty(0, np.int16),
            np.empty(0, np.int64),
            np.empty(0, np.float64),
            np.empty(0, np.uint8),
        )

    def step(self, state: OrderState, message: Message) -> tuple[OrderState, Ordered]:
        """Put one message's rows in order; anything but readings moves time on to its `at`.

        Raises ValueError when a reading is of a channel the works does not have.
        """
        if isinstance(message, Readings):
            return self._readings(state, message)
        return self._moment(state, message.at)

    def _moment(self, state: OrderState, at: int) -> tuple[OrderState, Ordered]:
        """Let time come to `at`: always one run, for whatever else the message has to say."""
        latest = max(state.latest, at)
        upto = max(latest - self.reorder, state.upto)
        held = _held(state)
        last_at, last_value = state.last_at.copy(), state.last_value.copy()
        block = empty_block(self.channels)
        count = int(np.searchsorted(held.at, upto, side="right"))
        if count:
            due, held = held.chosen(slice(count)), held.chosen(slice(count, None))
            # Sorted by time: of a channel's rows the last one stays.
            last_at[due.channel], last_value[due.channel] = due.at, due.value
            block = _block(due, np.arange(count), self.channels)
        run = Run(block, upto, np.array([upto], np.int64))
        after = OrderState(
            latest, upto, last_at, last_value, held.channel, held.at, held.value, held.status
        )
        return after, Ordered((run,), None, 0, 0)

    def _readings(self, state: OrderState, given: Readings) -> tuple[OrderState, Ordered]:
        rows = _Rows(given.channel, given.at, given.value, given.status)
        held = len(state.held_at)
        if held:
            rows = _held(state).followed_by(rows)
        count = len(rows.at)
        last_at, last_value = state.last_at.copy(), state.last_value.copy()
        waiting, released, instants = (np.empty(count, np.int64) for _ in range(3))
        waiting[:held] = np.arange(held)
        # Where each run begins: in `released`, and in `instants`; and one more, where the last ends.
        starts = np.zeros((count + 1, 2), np.int64)
        fate = np.zeros(count, np.uint8)
        latest, begin, end, runs, refused = _sift(
            rows.channel, rows.at, rows.value, held, self.reorder, clock_of(given), AHEAD,
            state.latest, state.upto, last_at, last_value, waiting, fate, released, starts, instants,
        )  # fmt: skip
        edges = starts[: runs + 1].tolist()
        made, upto = list[Run](), state.upto
        for (first, early), (last, late) in pairwise(edges):
            known = instants[early:late].copy()
            upto = int(known[-1])
            made.append(Run(_block(rows, released[first:last], self.channels), upto, known))
        still = rows.chosen(waiting[begin:end])
        after = OrderState(
            latest, upto, last_at, last_value, still.channel, still.at, still.value, still.status
        )
        if not refused:
            return after, Ordered(tuple(made), None, 0, 0)
        unjudged = (fate == _LATE) | (fate == _FUTURE)
        late_block = None
        if unjudged.any():
            late_block = _late_block(
                rows.chosen(unjudged), fate[unjudged] == _FUTURE, self.channels
            )
        conflicts = int(np.count_nonzero(fate == _CONFLICT))
        duplicates = int(np.count_nonzero(fate == _DUPLICATE)) + conflicts
        return after, Ordered(tuple(made), late_block, duplicates, conflicts)


def clock_of(message: Readings) -> int:
    """Our own clock when the readings reached us [ns UTC]; FOREVER for those of the past."""
    return message.received_at or FOREVER


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Readings in any order. Read-only, as those of messages are: kernels are compiled for that."""

    channel: NDArray[np.int16]
    at: Instants
    value: Values
    status: Bytes

    def __post_init__(self) -> None:
        for array in (self.channel, self.at, self.value, self.status):
            array.flags.writeable = False

    def chosen(self, which: slice | NDArray[np.bool_] | NDArray[np.int64]) -> _Rows:
        return _Rows(self.channel[which], self.at[which], self.value[which], self.status[which])

    def followed_by(self, other: _Rows) -> _Rows:
        return _Rows(
            np.concatenate((self.channel, other.channel)),
            np.concatenate((self.at, other.at)),
            np.concatenate((self.value, other.value)),
            np.concatenate((self.status, other.status)),
        )


def _held(state: OrderState) -> _Rows:
    # Views: the state's own arrays stay as they are, writeable or not.
    return _Rows(state.held_channel[:], state.held_at[:], state.held_value[:], state.held_status[:])


def _block(rows: _Rows, picked: NDArray[np.int64], channels: int) -> Block:
    count = len(picked)
    at, value = np.empty(count, np.int64), np.empty(count, np.float64)
    status, bounds = np.empty(count, np.uint8), np.zeros(channels + 1, np.int64)
    _gather(rows.channel, rows.at, rows.value, rows.status, picked, bounds, at, value, status)
    return raw_block(at, value, status, bounds)


def _late_block(rows: _Rows, future: NDArray[np.bool_], channels: int) -> Block:
    order = np.lexsort((np.arange(len(rows.at)), rows.at, rows.channel))
    rows, future = rows.chosen(order), future[order]
    first = np.ones(len(rows.at), np.bool_)
    first[1:] = (np.diff(rows.channel) != 0) | (np.diff(rows.at) != 0)
    rows, future = rows.chosen(first), future[first]
    return Block(
        rows.at,
        rows.value,
        # What the value is worth is not known; but at that time it was not measured.
        np.where(future, Flag.SUSPECT, Flag.NOT_EVALUATED).astype(np.uint8),
        rows.status,
        np.where(future, Reason.FUTURE, Reason.LATE).astype(np.uint32),
        np.searchsorted(rows.channel, np.arange(channels + 1)).astype(np.int64),
    )


@njit(cache=True, nogil=True)
def _sift(  # type: ignore[no-untyped-def]  # noqa: ANN202
    channel, at, value, held, reorder, clock, ahead, latest, upto, last_at, last_value,  # noqa: ANN001
    waiting, fate, released, starts, instants,  # noqa: ANN001
):  # fmt: skip
    """Decide row after row; the first `held` rows wait already, sorted by (at, channel).

    Gives the latest instant, what of `waiting` still waits, and how many runs and refused rows.
    """
    begin, end, count, runs, known, refused = 0, held, 0, 0, 0, 0
    frontier = upto
    began = upto
    for row in range(held, len(at)):
        c = channel[row]
        if c < 0 or c >= len(last_at):
            msg = "a reading of a channel the works does not have"
            raise ValueError(msg)
        t = at[row]
        if t - ahead > clock:
            fate[row] = _FUTURE
            refused += 1
            continue
        other = last_value[c]
        place = end
        if t > last_at[c]:
            while place > begin and (
                at[waiting[place - 1]] > t
                or (at[waiting[place - 1]] == t and channel[waiting[place - 1]] > c)
            ):
                place -= 1
            twice = (
                place > begin and at[waiting[place - 1]] == t and channel[waiting[place - 1]] == c
            )
            if twice:
                other = value[waiting[place - 1]]
        else:
            twice = t == last_at[c]
            if not twice:
                fate[row] = _LATE
                refused += 1
                continue
        if twice:
            same = value[row] == other or (np.isnan(value[row]) and np.isnan(other))
            fate[row] = _DUPLICATE if same else _CONFLICT
            refused += 1
            continue
        for move in range(end, place, -1):
            waiting[move] = waiting[move - 1]
        waiting[place] = row
        end += 1
        latest = max(latest, min(t, clock))
        before = frontier
        frontier = max(latest - reorder, frontier)
        while begin < end and at[waiting[begin]] <= frontier:
            out = waiting[begin]
            begin += 1
            last_at[channel[out]] = at[out]
            last_value[channel[out]] = value[out]
            # An hour the run has closed stays closed, however the message was cut.
            back = at[out] < before and before > began
            if count == 0 or back or at[out] < at[released[count - 1]]:
                began = before
                starts[runs, 0] = count
                starts[runs, 1] = known
                runs += 1
            if known == starts[runs - 1, 1] or instants[known - 1] != frontier:
                instants[known] = frontier
                known += 1
            released[count] = out
            count += 1
        if begin == end:
            begin, end = 0, 0
    starts[runs, 0] = count
    starts[runs, 1] = known
    return latest, begin, end, runs, refused


@njit(cache=True, nogil=True)
def _gather(channel, at, value, status, picked, bounds, out_at, out_value, out_status):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Put the picked rows channel beside channel, each channel's in the order they stand."""
    for row in picked:
        bounds[channel[row] + 1] += 1
    for c in range(len(bounds) - 1):
        bounds[c + 1] += bounds[c]
    place = bounds[:-1].copy()
    for row in picked:
        spot = place[channel[row]]
        place[channel[row]] = spot + 1
        out_at[spot] = at[row]
        out_value[spot] = value[row]
        out_status[spot] = status[row]

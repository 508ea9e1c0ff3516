"""Flat line: a value that has not moved for longer than water stays the same.

Stuck means: since some instant all values lie within half a step of the instrument of each other
(one step apart is a change), for as long as the channel's limit, and over at least `READINGS`
readings. The count keeps a slow analyser that repeats a result once or twice from being called
stuck; the smallest and largest value keep slow drift in small steps from looking flat. Time without
readings is no evidence, and what an instrument shows while it is stopped or serviced neither. A
quantity that rightly stays at one value (no rain) has limits of its own in `model/quantity.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numba import njit

from mulmok.model.block import Block, Bytes, Instants, Values
from mulmok.model.channel import Channel
from mulmok.model.flag import Reason
from mulmok.model.time import NEVER

#: Readings without a change that are needed as well. Site choice.
READINGS = 6


@dataclass(frozen=True, eq=False)
class FlatLineState:
    """Per channel: smallest and largest value, how many readings, how long, and the last one's time."""

    smallest: Values
    largest: Values
    count: Instants
    #: Time covered by them [ns].
    lasted: Instants
    #: [ns UTC]
    last_at: Instants


@dataclass(frozen=True, eq=False)
class FlatLineCheck:
    """Per channel: tolerance [canonical unit], times until suspect and failed, longest step [ns]."""

    tolerance: Values
    suspect: Instants
    fail: Instants
    step_limit: Instants
    name: ClassVar[str] = "flatline"
    version: ClassVar[int] = 2
    reason: ClassVar[Reason] = Reason.FLAT_LINE
    state_type: ClassVar[type[FlatLineState]] = FlatLineState

    @classmethod
    def for_channels(cls, channels: tuple[Channel, ...]) -> FlatLineCheck:
        """Take each channel's resolution and patience."""
        return cls(
            np.array([channel.resolution / 2 for channel in channels], np.float64),
            np.array([channel.flat_suspect for channel in channels], np.int64),
            np.array([channel.flat_fail for channel in channels], np.int64),
            np.array([channel.silence for channel in channels], np.int64),
        )

    def start(self) -> FlatLineState:
        """Nothing seen yet."""
        count = len(self.suspect)
        return FlatLineState(
            np.full(count, np.nan),
            np.full(count, np.nan),
            np.zeros(count, np.int64),
            np.zeros(count, np.int64),
            np.full(count, NEVER, np.int64),
        )

    def step(self, state: FlatLineState, block: Block) -> tuple[FlatLineState, Bytes]:
        """Mark a block: GOOD, SUSPECT or FAIL; NOT_EVALUATED where there is no value."""
        after = FlatLineState(
            state.smallest.copy(),
            state.largest.copy(),
            state.count.copy(),
            state.lasted.copy(),
            state.last_at.copy(),
        )
        marks = np.empty(len(block), np.uint8)
        _flat(
            block.at,
            block.value,
            block.flag,
            block.reasons & np.uint32(Reason.STATUS) != 0,
            block.bounds,
            self.tolerance,
            self.suspect,
            self.fail,
            self.step_limit,
            after.smallest,
            after.largest,
            after.count,
            after.lasted,
            after.last_at,
            marks,
        )
        return after, marks


@njit(cache=True, nogil=True)
def _flat(  # type: ignore[no-untyped-def]  # noqa: ANN202
    at, value, flag, by_status, bounds, tolerance, suspect, fail, step_limit,  # noqa: ANN001
    smallest, largest, count, lasted, last_at, marks,  # noqa: ANN001
):  # fmt: skip
    for c in range(len(bounds) - 1):
        for row in range(bounds[c], bounds[c + 1]):
            x = value[row]
            if np.isnan(x) or flag[row] == 9 or (by_status[row] and flag[row] == 4):
                marks[row] = 2
                continue
            low = min(smallest[c], x)
            high = max(largest[c], x)
            if count[c] == 0 or high - low > tolerance[c]:
                smallest[c] = x
                largest[c] = x
                count[c] = 1
                lasted[c] = 0
            else:
                smallest[c] = low
                largest[c] = high
                count[c] += 1
                lasted[c] += min(at[row] - last_at[c], step_limit[c])
            last_at[c] = at[row]
            marks[row] = 1
            if count[c] >= READINGS:
                if lasted[c] >= fail[c]:
                    marks[row] = 4
                elif lasted[c] >= suspect[c]:
                    marks[row] = 3

"""Flat line: a value that has not moved for longer than water stays the same.

Stuck means: since some instant all values lie within half a step of the instrument of each other
(one step apart is a change), for longer than the channel's limit, and over at
least `READINGS` readings. The count keeps a slow analyser that repeats a result once or twice from
being called stuck; the span keeps slow drift in small steps from looking flat.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numba import njit

from mulmok.model.block import Block, Bytes, Instants, Values
from mulmok.model.channel import Channel
from mulmok.model.flag import Reason

#: Readings without a change that are needed as well. Site choice.
READINGS = 6


@dataclass(frozen=True, eq=False)
class FlatLineState:
    """Per channel: smallest and largest value since `since` [ns UTC], and how many readings."""

    smallest: Values
    largest: Values
    since: Instants
    count: Instants


@dataclass(frozen=True, eq=False)
class FlatLineCheck:
    """Tolerance [canonical unit] and times until suspect and failed [ns], per channel."""

    tolerance: Values
    suspect: Instants
    fail: Instants
    name: ClassVar[str] = "flatline"
    version: ClassVar[int] = 1
    reason: ClassVar[Reason] = Reason.FLAT_LINE
    state_type: ClassVar[type[FlatLineState]] = FlatLineState

    @classmethod
    def for_channels(cls, channels: tuple[Channel, ...]) -> FlatLineCheck:
        """Take each channel's resolution and patience."""
        return cls(
            np.array([channel.resolution / 2 for channel in channels], np.float64),
            np.array([channel.flat_suspect for channel in channels], np.int64),
            np.array([channel.flat_fail for channel in channels], np.int64),
        )

    def start(self) -> FlatLineState:
        """Nothing seen yet."""
        count = len(self.suspect)
        return FlatLineState(
            np.full(count, np.nan),
            np.full(count, np.nan),
            np.zeros(count, np.int64),
            np.zeros(count, np.int64),
        )

    def step(self, state: FlatLineState, block: Block) -> tuple[FlatLineState, Bytes]:
        """Mark a block: GOOD, SUSPECT or FAIL; NOT_EVALUATED where there is no value."""
        after = FlatLineState(
            state.smallest.copy(), state.largest.copy(), state.since.copy(), state.count.copy()
        )
        marks = np.empty(len(block), np.uint8)
        _flat(
            block.at,
            block.value,
            block.flag,
            block.bounds,
            self.tolerance,
            self.suspect,
            self.fail,
            READINGS,
            after.smallest,
            after.largest,
            after.since,
            after.count,
            marks,
        )
        return after, marks


@njit(cache=True, nogil=True)
def _flat(  # type: ignore[no-untyped-def]  # noqa: ANN202
    at, value, flag, bounds, tolerance, suspect, fail, readings,  # noqa: ANN001
    smallest, largest, since, count, marks,  # noqa: ANN001
):
    for c in range(len(bounds) - 1):
        for row in range(bounds[c], bounds[c + 1]):
            x = value[row]
            if np.isnan(x) or flag[row] == 9:
                marks[row] = 2
                continue
            low = min(smallest[c], x)
            high = max(largest[c], x)
            if count[c] == 0 or high - low > tolerance[c]:
                smallest[c] = x
                largest[c] = x
                since[c] = at[row]
                count[c] = 1
            else:
                smallest[c] = low
                largest[c] = high
                count[c] += 1
            span = at[row] - since[c]
            marks[row] = 1
            if count[c] >= readings:
                if span >= fail[c]:
                    marks[row] = 4
                elif span >= suspect[c]:
                    marks[row] = 3

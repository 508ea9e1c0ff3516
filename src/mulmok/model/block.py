"""Block: a run of readings in time order, channel beside channel, as read-only arrays.

Rows are sorted by channel, then by `at`, strictly increasing within a channel. `bounds[c]` to
`bounds[c+1]` are the rows of channel `c` (its index in the works' channel list). A block may be
empty, of one row, or of a year: stages have one way of taking it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mulmok.model.flag import IS_USABLE, Flag

Instants = NDArray[np.int64]
Values = NDArray[np.float64]
Bytes = NDArray[np.uint8]
Bits = NDArray[np.uint32]


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A run of readings of all channels of a works.

    at       instants measured [ns UTC], int64 (n,)
    value    readings [canonical unit of the channel's quantity], float64 (n,); missing is NaN
    flag     QARTOD flag, uint8 (n,)
    status   instrument status, uint8 (n,)
    reasons  bits of `Reason`, uint32 (n,)
    bounds   first row of each channel, and the end, int64 (channels + 1,)
    """

    at: Instants
    value: Values
    flag: Bytes
    status: Bytes
    reasons: Bits
    bounds: Instants

    def __post_init__(self) -> None:
        """Make every array read-only: what is known is never edited."""
        for array in (self.at, self.value, self.flag, self.status, self.reasons, self.bounds):
            array.flags.writeable = False

    def __len__(self) -> int:
        """Count the rows of all channels."""
        return len(self.at)

    @property
    def channels(self) -> int:
        """Count the channels, those without a row included."""
        return len(self.bounds) - 1

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Which rows may be computed with: not suspect, failed or missing."""
        return IS_USABLE[self.flag] & ~np.isnan(self.value)

    def rows(self, channel: int) -> slice:
        """Rows of one channel."""
        return slice(int(self.bounds[channel]), int(self.bounds[channel + 1]))

    def channel_of_rows(self) -> NDArray[np.int64]:
        """Channel index of each row, int64 (n,)."""
        return np.repeat(np.arange(self.channels), np.diff(self.bounds))

    def flagged(self, flag: Bytes, reasons: Bits) -> Block:
        """Give the same readings with other flags and reasons."""
        return Block(self.at, self.value, flag, self.status, reasons, self.bounds)


def empty_block(channels: int) -> Block:
    """Make a block without rows for a works of so many channels."""
    return raw_block(
        np.empty(0, np.int64),
        np.empty(0, np.float64),
        np.empty(0, np.uint8),
        np.zeros(channels + 1, np.int64),
    )


def raw_block(at: Instants, value: Values, status: Bytes, bounds: Instants) -> Block:
    """Make a block of readings nobody has judged yet: NOT_EVALUATED, no reasons."""
    n = len(at)
    return Block(
        at,
        value,
        np.full(n, Flag.NOT_EVALUATED, np.uint8),
        status,
        np.zeros(n, np.uint32),
        bounds,
    )

"""Readings of one delivery as bytes and back, exactly: what an edge keeps until it is sent."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mulmok.store.packing import DOUBLES, Columns, numbers, plain, shuffled

#: Version of this layout, decimals of the values (or DOUBLES), count of rows, first instant.
_HEAD = struct.Struct("<BBIq")
_VERSION = 1


@dataclass(frozen=True, slots=True, eq=False)
class Parcel:
    """Readings in the order in which they were delivered.

    channel  number of the channel in the edge's own list
    at       instants measured [ns UTC]
    value    [canonical unit]; missing is NaN
    status   instrument status
    """

    channel: NDArray[np.int32]
    at: NDArray[np.int64]
    value: NDArray[np.float64]
    status: NDArray[np.uint8]

    def __len__(self) -> int:
        """Count the readings."""
        return len(self.at)

    def chosen(self, which: NDArray[np.bool_] | slice) -> Parcel:
        """Some of them, in their order."""
        return Parcel(self.channel[which], self.at[which], self.value[which], self.status[which])

    @classmethod
    def joined(cls, parts: list[Parcel]) -> Parcel:
        """Put parcels behind each other; there is at least one."""
        if len(parts) == 1:
            return parts[0]
        return cls(
            np.concatenate([part.channel for part in parts]),
            np.concatenate([part.at for part in parts]),
            np.concatenate([part.value for part in parts]),
            np.concatenate([part.status for part in parts]),
        )

    def pack(self) -> bytes:
        """Write as bytes; there is at least one reading."""
        decimals, value = plain(self.value)
        columns = (
            shuffled(np.diff(self.channel, prepend=np.int32(0)), "<i4"),
            shuffled(np.diff(self.at, prepend=self.at[0]), "<i8"),
            value,
            self.status.tobytes(),
        )
        head = _HEAD.pack(_VERSION, decimals, len(self), int(self.at[0]))
        return head + zlib.compress(b"".join(columns), 6)

    @classmethod
    def unpack(cls, data: bytes) -> Parcel:
        """Read what `pack` wrote. Raises struct.error or zlib.error where the bytes are spoilt."""
        _, decimals, count, first = _HEAD.unpack_from(data)
        column = Columns(zlib.decompress(data[_HEAD.size :]), count)
        channel = np.cumsum(column("<i4"), dtype=np.int32)
        at = first + np.cumsum(column("<i8"))
        value = column("<f8") if decimals == DOUBLES else numbers(column("<u4"), decimals)
        return cls(channel, at, value, column("u1"))

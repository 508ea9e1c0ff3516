"""A channel-day as bytes and back, exactly: columns, byte-shuffled and compressed.

Instants as differences, doubles with their bytes laid side by side (neighbouring readings share their
high bytes), then zlib. Bands are kept in single precision: they are drawn, not computed with.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_HEAD = struct.Struct("<BIq")
_VERSION = 1


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Readings of one channel in time order, with their judgement."""

    at: NDArray[np.int64]
    value: NDArray[np.float64]
    flag: NDArray[np.uint8]
    status: NDArray[np.uint8]
    reasons: NDArray[np.uint32]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def __len__(self) -> int:
        """Count the readings."""
        return len(self.at)


def no_rows() -> Rows:
    """Nothing."""
    f, i = np.empty(0), np.empty(0, np.int64)
    u = np.empty(0, np.uint8)
    return Rows(i, f, u, u, np.empty(0, np.uint32), f, f)


def joined(parts: list[Rows]) -> Rows:
    """One after the other, sorted by time; of rows with the same instant the first one."""
    if not parts:
        return no_rows()
    if len(parts) == 1:
        return parts[0]
    whole = [np.concatenate([getattr(p, name) for p in parts]) for name in Rows.__slots__]
    at, first = np.unique(whole[0], return_index=True)
    return Rows(at, *(column[first] for column in whole[1:]))


def pack(rows: Rows) -> bytes:
    """Rows as bytes."""
    columns = (
        _shuffled(np.diff(rows.at, prepend=rows.at[0]).astype("<i8")),
        _shuffled(rows.value.astype("<f8")),
        rows.flag.tobytes(),
        rows.status.tobytes(),
        _shuffled(rows.reasons.astype("<u4")),
        _shuffled(rows.low.astype("<f4")),
        _shuffled(rows.high.astype("<f4")),
    )
    return _HEAD.pack(_VERSION, len(rows), int(rows.at[0])) + zlib.compress(b"".join(columns), 6)


def unpack(data: bytes) -> Rows:
    """Bytes as rows."""
    _, count, first = _HEAD.unpack_from(data)
    body, place = zlib.decompress(data[_HEAD.size :]), 0

    def column(dtype: str) -> np.ndarray[tuple[int], np.dtype[np.generic]]:
        nonlocal place
        size = np.dtype(dtype).itemsize
        part = np.frombuffer(body, np.uint8, count * size, place).reshape(size, count)
        place += count * size
        return np.ascontiguousarray(part.T).view(dtype).reshape(count)

    at = first + np.cumsum(column("<i8").astype(np.int64))
    value, flag, status = column("<f8"), column("u1"), column("u1")
    reasons, low, high = column("<u4"), column("<f4"), column("<f4")
    return Rows(
        at,
        value.astype(np.float64),
        flag.astype(np.uint8),
        status.astype(np.uint8),
        reasons.astype(np.uint32),
        low.astype(np.float64),
        high.astype(np.float64),
    )


def _shuffled(column: np.ndarray[tuple[int], np.dtype[np.generic]]) -> bytes:
    size = column.dtype.itemsize
    return np.ascontiguousarray(column.view(np.uint8).reshape(-1, size).T).tobytes()

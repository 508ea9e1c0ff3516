"""A channel-day as bytes and back, exactly: columns, byte-shuffled and compressed.

Instants and readings as differences, the bytes of each column laid side by side (neighbouring
readings share their high bytes), then zlib. An instrument shows decimals, so its doubles are usually
whole numbers of a hundredth: those are kept as such numbers where that gives back the very same bits,
and as doubles where it does not. Bands are kept in single precision: they are drawn, not computed
with.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Version of this layout, decimals of the values (or DOUBLES), count of rows, first instant.
_HEAD = struct.Struct("<BBIq")
_VERSION = 1
DOUBLES = 255
_DECIMALS = (0, 1, 2, 3, 4)
#: Stands for NaN among whole numbers.
_NAN = -(2**31)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Readings of one channel in time order, with their judgement; columns as in `Block`.

    low, high   normal band as it was when each was judged [canonical unit]; NaN where unknown
    """

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

    def part(self, rows: slice | NDArray[np.int64]) -> Rows:
        """Some of them."""
        return Rows(*(getattr(self, name)[rows] for name in Rows.__slots__))

    def between(self, start: int, end: int) -> Rows:
        """Those from `start` up to before `end` [ns UTC]."""
        low, high = np.searchsorted(self.at, [start, end]).tolist()
        return self.part(slice(low, high))


def no_rows() -> Rows:
    """Nothing."""
    f, i, u = np.empty(0), np.empty(0, np.int64), np.empty(0, np.uint8)
    return Rows(i, f, u, u, np.empty(0, np.uint32), f, f)


def joined(parts: list[Rows]) -> Rows:
    """All in time order; of rows of the same instant the first one."""
    parts = [part for part in parts if len(part)]
    if len(parts) <= 1:
        return parts[0] if parts else no_rows()
    whole = Rows(*(np.concatenate([getattr(p, name) for p in parts]) for name in Rows.__slots__))
    if (np.diff(whole.at) > 0).all():
        return whole
    at, first = np.unique(whole.at, return_index=True)
    return Rows(at, *(getattr(whole, name)[first] for name in Rows.__slots__[1:]))


def pack(rows: Rows) -> bytes:
    """Rows as bytes; there is at least one."""
    decimals, value = plain(rows.value)
    columns = (
        shuffled(np.diff(rows.at, prepend=rows.at[0]), "<i8"),
        value,
        rows.flag.tobytes(),
        rows.status.tobytes(),
        shuffled(rows.reasons, "<u4"),
        shuffled(rows.low, "<f4"),
        shuffled(rows.high, "<f4"),
    )
    head = _HEAD.pack(_VERSION, decimals, len(rows), int(rows.at[0]))
    return head + zlib.compress(b"".join(columns), 6)


def unpack(data: bytes) -> Rows:
    """Bytes as rows."""
    _, decimals, count, first = _HEAD.unpack_from(data)
    column = Columns(zlib.decompress(data[_HEAD.size :]), count)
    at = first + np.cumsum(column("<i8"))
    value = column("<f8") if decimals == DOUBLES else numbers(column("<u4"), decimals)
    flag, status, reasons = column("u1"), column("u1"), column("<u4")
    low, high = column("<f4").astype(np.float64), column("<f4").astype(np.float64)
    return Rows(at, value, flag, status, reasons, low, high)


class Columns:
    """Columns of `count` rows, taken one after the other from where `shuffled` put them."""

    def __init__(self, body: bytes, count: int) -> None:
        self._body, self._count, self._place = body, count, 0

    def __call__(self, dtype: str) -> NDArray[Any]:
        """Take the next column."""
        size, count = np.dtype(dtype).itemsize, self._count
        part = np.frombuffer(self._body, np.uint8, count * size, self._place).reshape(size, count)
        self._place += count * size
        return np.ascontiguousarray(part.T).view(dtype).reshape(count)


def plain(value: NDArray[np.float64]) -> tuple[int, bytes]:
    """Decimals and bytes of values; the fewest decimals that give every bit back."""
    bits, missing = value.view(np.uint64), np.isnan(value)
    with np.errstate(over="ignore", invalid="ignore"):
        for decimals in _DECIMALS:
            whole = np.rint(np.where(missing, 0.0, value) * 10.0**decimals)
            if not (np.abs(whole) < -_NAN).all():
                break
            whole = np.where(missing, _NAN, whole).astype(np.int64).astype(np.uint32)
            steps = np.diff(whole, prepend=np.uint32(0))
            if np.array_equal(numbers(steps, decimals).view(np.uint64), bits):
                return decimals, shuffled(steps, "<u4")
    return DOUBLES, shuffled(value, "<f8")


def numbers(steps: NDArray[np.uint32], decimals: int) -> NDArray[np.float64]:
    """Values of the steps between whole numbers; they wrap around like the numbers did."""
    whole = np.cumsum(steps, dtype=np.uint32).astype(np.int32)
    return np.where(whole == _NAN, np.nan, whole / 10.0**decimals)


def shuffled(column: NDArray[Any], dtype: str) -> bytes:
    """Bytes of a column side by side: all first bytes, then all second ones, and so on."""
    plain = np.ascontiguousarray(column, dtype=dtype)
    return np.ascontiguousarray(plain.view(np.uint8).reshape(-1, plain.itemsize).T).tobytes()

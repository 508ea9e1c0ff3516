"""Buckets: many readings as few, without losing a spike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mulmok.store.packing import Rows
from mulmok.store.seal import is_usable


@dataclass(frozen=True, slots=True, eq=False)
class Buckets:
    """Figures of equal spans of time; NaN where nothing usable was read.

    start          begin of each span [ns UTC]; width [ns]
    smallest, largest, mean   of usable readings [canonical unit]; count, how many
    flag           worst flag of all readings; 0: no reading
    low, high      normal band at its widest [canonical unit]
    """

    start: NDArray[np.int64]
    width: int
    smallest: NDArray[np.float64]
    largest: NDArray[np.float64]
    mean: NDArray[np.float64]
    count: NDArray[np.int64]
    flag: NDArray[np.uint8]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def joined(self, other: Buckets) -> Buckets:
        """The same spans with the readings of both."""
        count = self.count + other.count
        total = _zero(self.mean) * self.count + _zero(other.mean) * other.count
        return Buckets(
            self.start,
            self.width,
            np.fmin(self.smallest, other.smallest),
            np.fmax(self.largest, other.largest),
            np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0),
            count,
            np.maximum(self.flag, other.flag),
            np.fmin(self.low, other.low),
            np.fmax(self.high, other.high),
        )


def _zero(column: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.isnan(column), 0.0, column)


def bucketed(rows: Rows, start: int, end: int, width: int) -> Buckets:
    """Figures of spans of `width` [ns] from `start` up to `end`."""
    count = max(-(-(end - start) // width), 0)
    place = (rows.at - start) // width
    usable = is_usable(rows)
    good, where = rows.value[usable], place[usable]

    def reduced(
        how: np.ufunc, column: NDArray[np.float64], index: NDArray[np.int64], empty: float
    ) -> NDArray[np.float64]:
        out = np.full(count, empty)
        how.at(out, index, column)
        return np.where(np.isinf(out), np.nan, out)

    number = np.bincount(where, minlength=count).astype(np.int64)
    total = np.bincount(where, weights=good, minlength=count)
    flag = np.zeros(count, np.uint8)
    np.maximum.at(flag, place, rows.flag)
    banded = np.isfinite(rows.low) & np.isfinite(rows.high)
    return Buckets(
        start + width * np.arange(count),
        width,
        reduced(np.minimum, good, where, np.inf),
        reduced(np.maximum, good, where, -np.inf),
        np.divide(total, number, out=np.full(count, np.nan), where=number > 0),
        number,
        flag,
        reduced(np.minimum, rows.low[banded], place[banded], np.inf),
        reduced(np.maximum, rows.high[banded], place[banded], -np.inf),
    )

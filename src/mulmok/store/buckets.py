"""Buckets: many readings as few, without losing a spike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mulmok.store.figures import (
    COUNT,
    HIGH,
    LARGEST,
    LOW,
    SMALLEST,
    TOTAL,
    Figures,
    figures_of,
    worst_flag,
)
from mulmok.store.packing import Rows


@dataclass(frozen=True, slots=True, eq=False)
class Buckets:
    """Figures of equal spans of time; NaN where nothing usable was read.

    start          begin of each span [ns UTC]; width [ns]
    smallest, largest, mean   of usable readings [canonical unit]; count, how many
    flag           worst flag of all readings, as flags roll up; 0: no reading
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


def buckets_of(figures: Figures, start: int, width: int) -> Buckets:
    """Spans of `width` [ns] from `start` on, with these figures."""
    spans, count = len(figures), figures[:, COUNT]
    mean = np.divide(figures[:, TOTAL], count, out=np.full(spans, np.nan), where=count > 0)
    return Buckets(
        start + width * np.arange(spans),
        width,
        figures[:, SMALLEST],
        figures[:, LARGEST],
        np.where(np.isfinite(mean), mean, np.nan),
        count.astype(np.int64),
        worst_flag(figures),
        figures[:, LOW],
        figures[:, HIGH],
    )


def bucketed(rows: Rows, start: int, end: int, width: int) -> Buckets:
    """Figures of spans of `width` [ns] from `start` up to `end`; all rows lie between them."""
    spans = max(-(-(end - start) // width), 0)
    return buckets_of(figures_of(rows, (rows.at - start) // width, spans), start, width)

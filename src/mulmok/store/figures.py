"""Figures of spans of readings: smallest, largest, total, count, worst flag, band. They add up.

One table of (spans, COLUMNS) doubles serves a bucket on a page as well as an hour of a sealed day:
the figures of a long span are those of its pieces, merged, so no reading need be opened for a year.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mulmok.model.flag import IS_USABLE, RANK, Flag
from mulmok.store.packing import Rows

Figures = NDArray[np.float64]

#: Of usable readings [canonical unit]: NaN, NaN, 0, 0 where there is none.
SMALLEST, LARGEST, TOTAL, COUNT = range(4)
#: Rank of the worst flag of all readings (model.flag.RANK; 0: no reading), and the band at its widest.
WORST, LOW, HIGH = range(4, 7)
COLUMNS = 7

#: What a column of pieces becomes in the whole.
_HOW: tuple[tuple[int, np.ufunc, float], ...] = (
    (SMALLEST, np.fmin, np.nan),
    (LARGEST, np.fmax, np.nan),
    (TOTAL, np.add, 0.0),
    (COUNT, np.add, 0.0),
    (WORST, np.maximum, 0.0),
    (LOW, np.fmin, np.nan),
    (HIGH, np.fmax, np.nan),
)

_FLAG_OF_RANK = np.zeros(RANK.max() + 1, np.uint8)
_FLAG_OF_RANK[RANK[list(Flag)]] = list(Flag)


def no_figures(spans: int) -> Figures:
    """Give the figures of spans without a reading."""
    out = np.empty((spans, COLUMNS))
    for column, _, empty in _HOW:
        out[:, column] = empty
    return out


def figures_of(rows: Rows, span: NDArray[np.int64], spans: int) -> Figures:
    """Figures of `spans` spans of time; `span` tells in which each row lies, in rising order."""
    out = no_figures(spans)
    if not len(rows):
        return out
    usable = is_usable(rows)
    value = np.where(usable, rows.value, np.nan)
    first = np.flatnonzero(np.diff(span, prepend=span[0] - 1))
    columns = np.empty((COLUMNS, len(rows)))
    columns[SMALLEST] = columns[LARGEST] = value
    columns[TOTAL] = np.where(usable, rows.value, 0.0)
    columns[COUNT] = usable
    columns[WORST] = RANK[rows.flag]
    columns[LOW], columns[HIGH] = _finite(rows.low), _finite(rows.high)
    with np.errstate(over="ignore"):
        for column, how, _ in _HOW:
            out[span[first], column] = how.reduceat(columns[column], first)
    return out


def merged(pieces: NDArray[np.float64], axis: int) -> Figures:
    """Figures of wholes from those of their pieces, which lie along `axis`."""
    with np.errstate(over="ignore"):
        columns = [how.reduce(pieces[..., column], axis=axis) for column, how, _ in _HOW]
    return np.stack(columns, axis=-1)


def is_usable(rows: Rows) -> NDArray[np.bool_]:
    """Which rows may be computed with; infinities may not, whatever their flag."""
    return IS_USABLE[rows.flag] & np.isfinite(rows.value)


def worst_flag(figures: Figures) -> NDArray[np.uint8]:
    """Worst flag of each span; 0: no reading."""
    return _FLAG_OF_RANK[figures[:, WORST].astype(np.int64)]


def _finite(column: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.isfinite(column), column, np.nan)

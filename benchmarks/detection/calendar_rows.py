"""The raw BSM2 series laid over a scene: which rows, weekdays on weekdays, rain cut out if dry."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, median_filter

from benchmarks.detection.noise import Array
from mulmok.model.time import DAY, MINUTE
from mulmok.source.simulator.influent import series

_QUARTERS = 96
#: Flow over the usual of the hour from which it is rain.
_RAIN = 1.3


def weekday(start: int, offset: int) -> int:
    """Day of the week of an instant [ns UTC] by local time; 0 is Monday."""
    return ((start + offset) // DAY + 3) % 7


def raw_rows(
    rng: Generator, first_weekday: int, days: int, holidays: list[int]
) -> NDArray[np.int64]:
    """Rows of the series for each quarter of an hour; a holiday shows the nearest Sunday."""
    whole = len(series().columns["Q"]) // _QUARTERS
    weeks = (whole - days - 16) // 7
    if weeks < 1:
        raise ValueError(f"the series holds no {days} days")
    day = np.arange(days + 1) + 7 * (1 + int(rng.integers(weeks))) + first_weekday
    for number in holidays:
        day[number] += 6 - (first_weekday + number) % 7
    # The day of this works begins a little earlier or later than that of the series.
    shift = int(rng.integers(-6, 9))
    return (day[:, None] * _QUARTERS + np.arange(_QUARTERS) + shift).ravel()


def relative(
    rng: Generator, rows: NDArray[np.int64], first_weekday: int, *, wet: bool
) -> tuple[dict[str, Array], Array]:
    """Give the series relative to its means (temperature as it is), and the flow over the usual.

    A dry works has its rainy hours replaced by the usual ones of the same weekday kind.
    """
    found = {name: column[rows] for name, column in series().columns.items()}
    kind = _kinds(len(rows) // _QUARTERS, first_weekday)
    usual = _usual(found["Q"], kind)
    excess = found["Q"] / usual
    excess = excess / median_filter(excess, 5 * _QUARTERS, mode="nearest")
    if not wet:
        rain = excess > _RAIN
        rain = binary_dilation(np.pad(rain, 32), iterations=8)[32:-32]
        rain |= np.convolve(rain, np.ones(33))[: len(rain)] > 0
        for name, column in found.items():
            if name != "T":
                own = _usual(column, kind) * np.exp(0.03 * rng.standard_normal())
                column[rain] = own[rain]
        excess = np.where(rain, 1.0, np.minimum(excess, _RAIN))
    mean = series().mean
    return {
        name: column if name == "T" else column / mean[name] for name, column in found.items()
    }, excess


def _kinds(days: int, first_weekday: int) -> NDArray[np.int64]:
    """0 for a working day, 1 Saturday, 2 Sunday."""
    return np.maximum((np.arange(days) + first_weekday) % 7 - 4, 0)


def _usual(column: Array, kind: NDArray[np.int64]) -> Array:
    by_day = column.reshape(-1, _QUARTERS)
    usual = np.empty_like(by_day)
    for one in np.unique(kind):
        usual[kind == one] = np.median(by_day[kind == one], axis=0)
    return usual.ravel()


def minutes(column: Array, n: int) -> Array:
    """Straight between quarters of an hour, at each minute."""
    return np.interp(np.arange(n), np.arange(len(column)) * 15.0, column)


def runs(mask: NDArray[np.bool_], join: int) -> list[tuple[int, int]]:
    """First and past-last minute of each run of True; runs less than `join` apart are one."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    found: list[tuple[int, int]] = []
    for begin, end in edges.reshape(-1, 2).tolist():
        if found and begin - found[-1][1] < join:
            found[-1] = (found[-1][0], end)
        else:
            found.append((begin, end))
    return found


def local_minute(start: int, offset: int, n: int) -> NDArray[np.int64]:
    """Minute of the local day of each minute."""
    return ((start + offset) % DAY // MINUTE + np.arange(n)) % 1440

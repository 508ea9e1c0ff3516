"""Robust baselines on the coarse grid: what came before, and what is usual at this time of day."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from benchmarks.detection.noise import Array
from benchmarks.detection.peers.ground import STEP, Readings

_DAY_STEPS = 1440 // STEP
#: MAD of a normal distribution times this is its deviation.
_NORMAL = 1.4826
#: Points of a profile of the day, straight lines between them.
_BINS = 48
_WEEK = 7 * _DAY_STEPS
#: Deviations beyond which all are alike.
REACH = 8.0


@njit(cache=True, nogil=True)
def _spread(ordered, count, median) -> Any:  # type: ignore[no-untyped-def]
    """Median distance from the median of `count` ordered values: walk outwards from the middle."""
    right = np.searchsorted(ordered[:count], median)
    left, far = right - 1, 0.0
    for _ in range((count + 1) // 2):
        if right >= count or (left >= 0 and median - ordered[left] <= ordered[right] - median):
            far = median - ordered[left]
            left -= 1
        else:
            far = ordered[right] - median
            right += 1
    return far


@njit(cache=True, nogil=True)
def recent(x, window) -> Any:  # type: ignore[no-untyped-def]
    """Median and MAD of the `window` steps before each step; NaN where half of them are missing."""
    n, channels = x.shape
    median, mad = np.full((n, channels), np.nan), np.full((n, channels), np.nan)
    for c in range(channels):
        ordered, count = np.empty(window + 1), 0
        for s in range(n):
            if 2 * count >= window:
                half = count // 2
                middle = ordered[half]
                if count % 2 == 0:
                    middle = 0.5 * (middle + ordered[half - 1])
                median[s, c] = middle
                mad[s, c] = _spread(ordered, count, middle)
            new = x[s, c]
            if np.isfinite(new):
                place = np.searchsorted(ordered[:count], new)
                for i in range(count, place, -1):
                    ordered[i] = ordered[i - 1]
                ordered[place] = new
                count += 1
            if s >= window and np.isfinite(x[s - window, c]):
                place = np.searchsorted(ordered[:count], x[s - window, c])
                for i in range(place, count - 1):
                    ordered[i] = ordered[i + 1]
                count -= 1
    return median, mad


@njit(cache=True, nogil=True)
def same_hour(x, day, days, beside) -> Any:  # type: ignore[no-untyped-def]
    """Median and MAD of the same time of day, `beside` steps either side, of the `days` before.

    Anew every third step: it changes from day to day, not within a quarter of an hour.
    """
    n, channels = x.shape
    median, mad = np.full((n, channels), np.nan), np.full((n, channels), np.nan)
    found = np.empty(days * (2 * beside + 1))
    for c in range(channels):
        for s in range(n):
            if s % 3 and s > 0:
                median[s, c], mad[s, c] = median[s - 1, c], mad[s - 1, c]
                continue
            count = 0
            for back in range(1, days + 1):
                for i in range(s - back * day - beside, s - back * day + beside + 1):
                    if i >= 0 and np.isfinite(x[i, c]):
                        found[count] = x[i, c]
                        count += 1
            if count >= 3 * (2 * beside + 1):
                ordered = np.sort(found[:count])
                median[s, c] = ordered[count // 2]
                mad[s, c] = _spread(ordered, count, median[s, c])
    return median, mad


def usual(given: Readings) -> tuple[Array, Array]:
    """Profile of the day at each step, and the deviation from it; learnt anew each week on the past.

    Medians of half hours over all days so far, weekends apart once two of them have been seen. NaN
    in the first week.
    """
    x = given.coarse
    profile, deviation = np.full_like(x, np.nan), np.full_like(x, np.nan)
    bins = given.clock * _BINS // _DAY_STEPS
    places = (np.arange(_BINS) + 0.5) * _DAY_STEPS / _BINS
    for begin in range(_WEEK, len(x), _WEEK):
        new = slice(begin, min(begin + _WEEK, len(x)))
        shown = np.empty((len(x), x.shape[1]))
        for weekend in (False, True):
            own = given.weekend == weekend
            kind = own[:begin] if np.sum(own[:begin]) >= 2 * _DAY_STEPS else np.full(begin, True)
            for c in range(x.shape[1]):
                points = [_middle(x[:begin, c][kind & (bins[:begin] == b)]) for b in range(_BINS)]
                rows = np.flatnonzero(own[: new.stop])
                shown[rows, c] = np.interp(
                    given.clock[rows], places, np.array(points), period=_DAY_STEPS
                )
        profile[new] = shown[new]
        apart = np.abs(x[:begin] - shown[:begin])
        deviation[new] = np.maximum(_NORMAL * np.nanmedian(apart, axis=0), given.finest)
    return profile, deviation


def _middle(values: Array) -> float:
    some = values[np.isfinite(values)]
    return float(np.median(some)) if len(some) else np.nan


def deviation_of(mad: Array, finest: Array) -> Array:
    """Deviation that a MAD stands for, never below what the instrument can show."""
    return np.maximum(_NORMAL * mad, finest)


def each_minute(coarse: Array) -> Array:
    """Give each minute what was known of its step when the step began."""
    return np.repeat(coarse, STEP, axis=0)


def features(given: Readings, hours: float, x: Array, back: int) -> Array:
    """Deviations of `x` (each minute, or each step) from the profile, the level of the last `hours`
    taken out, and beside them how they changed in `back` rows. Where nothing is known 0, the
    expectation itself; no deviation is larger than `REACH`.

    IsolationForest and HalfSpaceTrees see these: without a profile they learn the morning, without
    a level the season; the change was worth 0.1 of recall to the forest at four false warnings a month.
    """  # fmt: skip
    profile, deviation = usual(given)
    level = recent(given.coarse - profile, int(hours * 60 / STEP))[0]
    expected = profile + np.where(np.isfinite(level), level, 0.0)
    if len(x) != len(expected):
        expected, deviation = each_minute(expected), each_minute(deviation)
    z = (x - expected) / deviation
    z = np.clip(np.where(np.isfinite(z), z, 0.0), -REACH, REACH)
    change = np.zeros_like(z)
    change[back:] = z[back:] - z[:-back]
    return np.hstack([z, np.clip(change, -REACH, REACH)])

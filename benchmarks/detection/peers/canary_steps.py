"""CANARY step by step: history, residual, outlier, binomial event discriminator, timeout."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

#: Order of the linear prediction, and steps between two fits.
_ORDER = 12
_FIT = 12


@njit(cache=True, nogil=True)
def _predictor(series, weights) -> None:  # type: ignore[no-untyped-def]
    """Levinson-Durbin on the autocorrelation of a series of zero mean; weights[0] is of the last."""
    order = len(weights)
    r = np.empty(order + 1)
    for lag in range(order + 1):
        r[lag] = np.dot(series[lag:], series[: len(series) - lag])
    # A little white noise keeps a channel that stands still solvable.
    error = r[0] * (1.0 + 1e-4) + 1e-9
    weights[:] = 0.0
    before = np.zeros(order)
    for i in range(order):
        k = r[i + 1]
        for j in range(i):
            k -= weights[j] * r[i - j]
        k /= error
        before[:] = weights
        for j in range(i):
            weights[j] = before[j] - k * before[i - 1 - j]
        weights[i] = k
        error *= 1.0 - k * k


@njit(cache=True, nogil=True)
def _by_prediction(row, history, mean, scale, weights) -> Any:  # type: ignore[no-untyped-def]
    """LPCF's residual: the largest over the signals [deviations of the window]."""
    worst = 0.0
    last = len(history) - 1
    for c in range(len(row)):
        if np.isfinite(row[c]):
            predicted = 0.0
            for lag in range(weights.shape[1]):
                predicted += weights[c, lag] * (history[last - lag, c] - mean[c])
            worst = max(worst, abs(row[c] - mean[c] - predicted) / scale[c])
    return worst


@njit(cache=True, nogil=True)
def _alone(row, history, scale, threshold) -> Any:  # type: ignore[no-untyped-def]
    """Whether MVNN's residual, the distance to the nearest vector of the history, is beyond.

    Newest first, and no further than the first one near enough: which is nearest need not be known.
    """
    beyond = threshold * threshold
    for i in range(len(history) - 1, -1, -1):
        far = 0.0
        for c in range(len(row)):
            if np.isfinite(row[c]):
                d = (row[c] - history[i, c]) / scale[c]
                far += d * d
                if far > beyond:
                    break
        if far <= beyond:
            return False
    return True


@njit(cache=True, nogil=True)
def alarmed(x, window, threshold, bed, neighbour) -> Any:  # type: ignore[no-untyped-def]
    """Whether each step is in an event.

    window     steps of the history
    threshold  of an outlier [deviations]
    bed        steps of the discriminator, outliers needed, steps until timeout
    neighbour  MVNN, else LPCF
    """
    steps, needed, timeout = bed
    n, channels = x.shape
    out = np.zeros(n, np.bool_)
    # Accepted vectors, oldest first; twice the room, so that they need moving once in a window.
    room = np.empty((2 * window, channels))
    end = 0
    mean, scale = np.zeros(channels), np.ones(channels)
    weights = np.zeros((channels, _ORDER))
    outliers = np.zeros(steps, np.bool_)
    since, fitted = 0, -_FIT
    row, column = np.empty(channels), np.empty(window)
    for s in range(n):
        row[:] = x[s]
        outlier = False
        if end >= window:
            history = room[end - window : end]
            if s - fitted >= _FIT:
                for c in range(channels):
                    mean[c] = np.mean(history[:, c])
                    # Not below half a per cent or a hundredth of a pH: a dead signal has none.
                    scale[c] = max(np.std(history[:, c]), 0.005)
                    if not neighbour:
                        column[:] = history[:, c] - mean[c]
                        _predictor(column, weights[c])
                fitted = s
            if neighbour:
                outlier = _alone(row, history, scale, threshold)
            else:
                outlier = _by_prediction(row, history, mean, scale, weights) > threshold
        outliers[s % steps] = outlier
        if np.sum(outliers) >= needed:
            since += 1
            if since > timeout:
                # A new baseline: begin anew with what is now, on top of the history there was.
                outliers[:] = False
                since, outlier = 0, False
            else:
                out[s] = True
        else:
            since = 0
        if not outlier:
            for c in range(channels):
                if not np.isfinite(row[c]):
                    row[c] = room[end - 1, c] if end > 0 else 0.0
            if end == 2 * window:
                room[:window] = room[window:].copy()
                end = window
            room[end] = row
            end += 1
    return out

"""Noise: how a channel wanders when nothing happens, learnt from its own quiet days.

From the mean size of its differences over several lags (a robust variogram) the variances of the
three processes and of the measurement are found by non-negative least squares, each lag weighed
relative to its own size. The scatter of standard scores across channels is kept as a factor model: two
common factors and a rest of each channel's own.
"""

from __future__ import annotations

import numpy as np
from numba import njit

#: A lag counts after so many differences.
ENOUGH = 20.0


@njit(cache=True, nogil=True)
def fit_noise(sizes, seen, lag, times, swing):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Fit V(l) = r + sum q_k (1 - exp(-l/T_k)) to the variogram V = sizes^2 / 2 of one channel.

    sizes   standard deviation of differences at each lag; `seen` how many there were
    lag     [slots], times [slots]
    swing   out: stationary variance q_k of each process

    Gives the variance r of the measurement, or -1.0 when too few lags were seen.
    """
    terms = len(times) + 1
    x = np.zeros((len(lag), terms))
    usable = 0
    for i in range(len(lag)):
        if seen[i] <= ENOUGH or sizes[i] <= 0.0:
            continue
        usable += 1
        weight = 2.0 / (sizes[i] * sizes[i])
        x[i, 0] = weight
        for k in range(len(times)):
            x[i, k + 1] = weight * (1.0 - np.exp(-lag[i] / times[k]))
    if usable < 3:
        return -1.0
    beta = np.zeros(terms)
    for _ in range(200):
        for p in range(terms):
            above, below = 0.0, 0.0
            for i in range(len(lag)):
                if x[i, 0] == 0.0:
                    continue
                left = 1.0
                for s in range(terms):
                    if s != p:
                        left -= x[i, s] * beta[s]
                above += x[i, p] * left
                below += x[i, p] * x[i, p]
            beta[p] = max(above / below, 0.0) if below > 0.0 else 0.0
    for k in range(len(times)):
        swing[k] = beta[k + 1]
    return beta[0]


@njit(cache=True, nogil=True)
def factors(scatter, rest, common):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Split a covariance into two common factors and a rest: C ~ diag(rest) + common common'."""
    n = scatter.shape[0]
    left = np.empty((n, n))
    for c in range(n):
        rest[c] = 0.5 * scatter[c, c]
    for _ in range(15):
        left[:] = scatter
        for c in range(n):
            left[c, c] -= rest[c]
        for r in range(2):
            v = np.empty(n)
            for c in range(n):
                v[c] = 1.0 + 0.1 * ((c * 7 + r * 3) % 5)
            for _ in range(30):
                u = np.zeros(n)
                size = 0.0
                for i in range(n):
                    for k in range(n):
                        u[i] += left[i, k] * v[k]
                    size += u[i] * u[i]
                size = np.sqrt(size)
                if size < 1e-9:
                    break
                for i in range(n):
                    v[i] = u[i] / size
            value = 0.0
            for i in range(n):
                for k in range(n):
                    value += v[i] * left[i, k] * v[k]
            root = np.sqrt(max(value, 0.0))
            for i in range(n):
                common[i, r] = root * v[i]
            for i in range(n):
                for k in range(n):
                    left[i, k] -= common[i, r] * common[k, r]
        for c in range(n):
            own = scatter[c, c] - common[c, 0] ** 2 - common[c, 1] ** 2
            rest[c] = max(own, 0.25 * scatter[c, c], 0.2)

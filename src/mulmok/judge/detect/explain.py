"""Explain: what a step in the channels is most likely to be.

Rivals are weighed as log Bayes factors against "nothing": a foreign water at some share of the flow
that must explain *all* channels by mass balance; rain or groundwater; water of a composition nobody
has described; or a step in *one* channel alone, its instrument's. The null knows that channels swing
together (two common factors, learnt) and that swings have heavy tails.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from mulmok.judge.detect.mixing import ACIDITY, FLOW, MIXED, ORP

#: Prior of an explanation at one instant, as natural logarithm of odds against "nothing": each
#: foreign water, more water, water nobody described, a step of one instrument. Site choice, measured.
WATER, HYDRAULIC, UNKNOWN, FAULT = -8.0, -5.0, -11.0, -8.0

#: A channel has moved when its standard score is beyond this.
MOVED = 3.0

#: A step that came whole between two readings is an instrument's; water comes in over minutes. Share of
#: the step in its largest jump above which it did, and what that is worth, for fast channels and slower
#: ones. Site choice.
_SUDDEN_FAST, _SUDDEN = 0.65, 0.75

#: What one free channel of an undescribed water costs: a carrier of matter, or flow and temperature.
_CARRIER, _BYSTANDER = 1.5, 2.5


@njit(cache=True, nogil=True)
def _likelihood(z, rest, common, seen):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Log likelihood of z ~ N(0, diag(rest) + common common'), constants left out (Woodbury)."""
    a11, a12, a22, v1, v2, q, logs = 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0
    product = 1.0
    for c in range(len(z)):
        if not seen[c]:
            continue
        i = 1.0 / rest[c]
        u1, u2 = common[c, 0], common[c, 1]
        a11 += u1 * u1 * i
        a12 += u1 * u2 * i
        a22 += u2 * u2 * i
        v1 += u1 * z[c] * i
        v2 += u2 * z[c] * i
        q += z[c] * z[c] * i
        product *= rest[c]
        if product > 1e200 or product < 1e-200:
            logs += np.log(product)
            product = 1.0
    det = a11 * a22 - a12 * a12
    q -= (a22 * v1 * v1 - 2.0 * a12 * v1 * v2 + a11 * v2 * v2) / det
    return -0.5 * (q + logs + np.log(product * det))


@njit(cache=True, nogil=True)
def _both(a, b):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    top = max(a, b)
    return top if top == -np.inf else top + np.log(np.exp(a - top) + np.exp(b - top))


@njit(cache=True, nogil=True)
def _weigh_water(z, root, age, rest, common, seen, null, mean, deviation, sort, weight, share):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Weigh each water of the library, its share of the flow unknown."""
    # A water comes in over minutes, and instruments lag behind it.
    risen = 1.0 - np.exp(-(age + 1.0) / 5.0)
    lag = 0.35 * np.exp(-age / 10.0)
    wide = np.empty(len(z))
    far = np.empty(len(z))
    for w in range(mean.shape[0]):
        whole, best = -np.inf, -np.inf
        for j in range(mean.shape[1]):
            for c in range(len(z)):
                if seen[c]:
                    m = mean[w, j, c] * risen
                    d = deviation[w, j, c] * risen
                    far[c] = z[c] - m * root[c]
                    wide[c] = rest[c] + (d * d + lag * lag * m * m) * root[c] * root[c]
            fits = _likelihood(far, wide, common, seen)
            whole = _both(whole, fits)
            if fits > best:
                best = fits
                share[w] = j
        prior = HYDRAULIC if sort[w] == 1 else WATER
        weight[w] = whole - np.log(mean.shape[1]) - null + prior


@njit(cache=True, nogil=True)
def _weigh_unknown(z, root, rest, common, seen, alone, null, carrier, fault_size):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Weigh water nobody described: the channels that moved are chosen one by one, two carriers at least."""
    n, carriers, now = len(z), 0, alone
    moved = np.zeros(n, np.bool_)
    wide = rest.copy()
    for _ in range(n):
        best, chosen = -np.inf, -1
        for c in range(n):
            if not seen[c] or moved[c]:
                continue
            d = 0.6 * fault_size[c] * root[c]
            wide[c] = rest[c] + d * d
            fits = _likelihood(z, wide, common, seen) - (_CARRIER if carrier[c] else _BYSTANDER)
            wide[c] = rest[c]
            if fits > best:
                best, chosen = fits, c
        if chosen < 0 or (best <= now and carriers >= 2):
            break
        moved[chosen] = True
        d = 0.6 * fault_size[chosen] * root[chosen]
        wide[chosen] = rest[chosen] + d * d
        now = best
        carriers += carrier[chosen]
    return now - null + UNKNOWN if carriers >= 2 else -np.inf


@njit(cache=True, nogil=True)
def _shape(jump, step, z, count, minutes):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """What the shape of a channel's step adds to "its instrument"."""
    if abs(z) <= 4.0 or count < 2 or step == 0.0:
        return 0.0
    ratio = jump / step
    if minutes <= 2.0:
        return 2.0 if ratio > _SUDDEN_FAST else (-1.2 if count >= 5 else 0.0)
    if minutes <= 10.0:
        return 0.5 if ratio > _SUDDEN else -0.5
    return 0.0


@njit(cache=True, nogil=True)
def _thinned(z, step, kind):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Whether matter has become less rather than more: thinner water is not foreign water."""
    more, less = 0.0, 0.0
    for c in range(len(z)):
        if abs(z[c]) <= MOVED:
            continue
        square = z[c] * z[c]
        if kind[c] == MIXED:
            if z[c] > 0.0:
                more += square
            else:
                less += square
        elif kind[c] == ACIDITY:
            more += square
        elif kind[c] == ORP:
            more += 0.5 * square
        elif kind[c] == FLOW and step[c] > 0.15:
            less += square
    return less > more


@njit(cache=True, nogil=True)
def explain(  # type: ignore[no-untyped-def]  # noqa: ANN201
    info, score, count, jump, minutes, age, rest, common, mean, deviation, sort, kind,  # noqa: ANN001
    carrier, fault_size, step, z, weight, share,  # noqa: ANN001
):  # fmt: skip
    """Weigh all explanations of the steps since one onset; log odds against "nothing".

    info, score, count, jump   of the onset, per channel (`bank`)
    minutes          interval of each channel [min]; `age` how long ago the onset was [min]
    rest, common     factor model of standard scores under "nothing"
    mean, deviation  (waters, shares, channels) what each water does; `sort`, `kind` as in `mixing.Mixer`
    carrier          whether a channel tells of matter in the water
    fault_size       standard deviation of an instrument's step
    step, z          out: estimated step of each channel in its scale, and its standard score
    weight           out: of each water, of undescribed water, of each channel's fault
    share            out: index of the most likely share of each water

    Gives log odds of foreign water and of more water.
    """
    n, waters = len(z), mean.shape[0]
    root = np.sqrt(info)
    seen = info > 0.0
    for c in range(n):
        step[c] = score[c] / info[c] if seen[c] else 0.0
        z[c] = step[c] * root[c]
    alone = _likelihood(z, rest, common, seen)
    null = alone
    for s in range(3):
        size = (3.0, 8.0, 20.0)[s]
        swung = _likelihood(z, rest * size, common * np.sqrt(size), seen)
        null = _both(null, (-3.0, -6.0, -9.0)[s] + swung)
    _weigh_water(z, root, age, rest, common, seen, null, mean, deviation, sort, weight, share)
    weight[waters] = -np.inf
    if waters > 0:
        weight[waters] = _weigh_unknown(
            z, root, rest, common, seen, alone, null, carrier, fault_size
        )
    wide = rest.copy()
    for c in range(n):
        weight[waters + 1 + c] = -np.inf
        if seen[c]:
            wide[c] = rest[c] + (fault_size[c] * root[c]) ** 2
            shape = _shape(jump[c], step[c], z[c], count[c], minutes[c])
            weight[waters + 1 + c] = _likelihood(z, wide, common, seen) - null + FAULT + shape
            wide[c] = rest[c]
    water, hydraulic = -np.inf, -np.inf
    for w in range(waters + 1):
        rains = sort[w] == 1 if w < waters else _thinned(z, step, kind)
        if rains:
            hydraulic = _both(hydraulic, weight[w])
        else:
            water = _both(water, weight[w])
    # One channel that speaks for foreign water alone must have spoken for a while, and did not creep.
    loudest, squares = 0, 0.0
    for c in range(n):
        squares += z[c] * z[c]
        if abs(z[c]) > abs(z[loudest]):
            loudest = c
    if z[loudest] ** 2 > 0.8 * squares:
        water -= 1.0 + 3.0 * np.exp(-count[loudest] / 6.0) + (1.5 if age > 45.0 else 0.0)
    return water, hydraulic

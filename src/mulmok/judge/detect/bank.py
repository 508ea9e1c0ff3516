"""Bank: what each channel should show next, and whether it has stepped since one of many onsets.

A channel's deviation from its usual value is the sum of three Ornstein-Uhlenbeck processes and
measurement noise, followed by a Kalman filter. Beside it runs a bank of onsets, from now to two hours
ago: for each the effect that a step of one unit, begun then, would have had on the innovations is
carried along, so that size and significance of such a step are known at once (Willsky and Jones [1]_).
Of onset j and channel c: `info` A = sum(e^2/S) and `score` b = sum(e nu/S), with the innovation nu,
its variance S and the effect e; the step is b/A, its standard score b/sqrt(A).

An innovation far out is weighed as a Student distribution would weigh it (`_NU` degrees of freedom),
in the filter and in the bank alike; one of a held channel by how far it is from what it is held for.
Differs from [1]_ in that, and in the spacing of onsets, which widens with their age.

References
----------
.. [1] A. S. Willsky and H. L. Jones, "A generalized likelihood ratio approach to the detection and
   estimation of jumps in linear systems," IEEE Trans. Autom. Control 21(1), 1976.
"""

from __future__ import annotations

import numpy as np
from numba import njit

#: Time constants of the three processes [min]. Site choice: pumps and mixing, the shift, the weather.
TIMES = (30.0, 240.0, 2880.0)
#: Places for onsets, and the oldest [slots]; times in slots were measured by the minute.
ONSETS, OLDEST = 36, 128
#: Classes of age whose scatter is learnt apart, and the age of each at which it is [slots].
AGES = 4
#: Slots of the ring of past deviations, five to a cell.
CELL, CELLS = 5, 289
#: Lags at which the scatter of differences is learnt [cells]; before them the channel's own interval.
LAGS = (1, 3, 6, 12, 48, 144, 288)

_NU = 10.0
_LEARN_AT = (4, 16, 64, 112)
#: A standard score beyond this, squared, is looked at closely; then the whitened sum of squares.
_GLANCE, _LOOK = 14.0, 22.0
#: Slots of memory of the scatter across channels, and of the calibration of S.
_MEMORY, _CALIBRATION = 20_000.0, 3_000.0


@njit(cache=True, nogil=True)
def advance(  # type: ignore[no-untyped-def]  # noqa: ANN201
    value, first, begin, every, times,  # noqa: ANN001
    noise, swing, known, mean, cov, last, scale,  # noqa: ANN001
    lags, seen, ring, recent,  # noqa: ANN001
    used, onset, kept, info, score, effect, jump, count,  # noqa: ANN001
    scatter, rest, common, learnt,  # noqa: ANN001
    held, since, calm, excess, restless,  # noqa: ANN001
):  # fmt: skip
    """Take slots from row `begin` of `value` on; stop after one that deserves a closer look.

    value   (slots, channels) deviation from the usual value in the channel's scale; NaN: no reading
    first   number of the slot in row 0
    held    channels whose filter is not to learn, `since` the slot of the onset that made it so
    restless   scatter is learnt only after this slot: something is going on until then

    Gives the next row and the place of the most telling onset, -1 when there is none.
    """
    channels = value.shape[1]
    decay = np.empty(3)
    gain = np.empty(3)
    for row in range(begin, value.shape[0]):
        slot = first + row
        quiet = slot > restless
        # Onsets: a new one each slot; the older they are, the wider their spacing.
        free = -1
        for j in range(len(used)):
            if used[j] and not kept[j]:
                age = slot - onset[j]
                step, limit = 1, 8
                while age >= limit and step < 32:
                    step *= 2
                    limit *= 2
                if age >= OLDEST or onset[j] % step != 0:
                    used[j] = False
            if not used[j] and free < 0:
                free = j
        if free >= 0:
            used[free] = True
            onset[free] = slot
            info[free, :] = 0.0
            score[free, :] = 0.0
            effect[free, :, :] = 0.0
            jump[free, :] = 0.0
            count[free, :] = 0
        arrived = False
        for c in range(channels):
            y = value[row, c]
            if np.isnan(y):
                continue
            gap = float(slot - last[c])
            before = recent[c]
            if gap < 3.0 * every[c] + 1.0:
                d = abs(y - before)
                if seen[c, 0] > 50.0:
                    d = min(d, 4.0 * lags[c, 0])
                if quiet:
                    seen[c, 0] += 1.0
                    lags[c, 0] += (1.2533 * d - lags[c, 0]) / min(seen[c, 0], 4000.0)
            last[c] = slot
            recent[c] = y
            if not known[c]:
                continue
            arrived = True
            total, guess = 0.0, 0.0
            for k in range(3):
                decay[k] = np.exp(-gap / times[k])
            for k in range(3):
                mean[c, k] *= decay[k]
                guess += mean[c, k]
                for m in range(3):
                    cov[c, k, m] *= decay[k] * decay[m]
                cov[c, k, k] += swing[c, k] * (1.0 - decay[k] * decay[k])
            if gap > 3.0 * every[c] and gap > 10.0:
                # Much may have been done to the instrument meanwhile: its evidence begins anew.
                for k in range(3):
                    cov[c, k, k] += 0.5 * swing[c, k]
                if not held[c]:
                    info[:, c] = 0.0
                    score[:, c] = 0.0
                    count[:, c] = 0
                    effect[:, c, :] = 0.0
            for k in range(3):
                gain[k] = cov[c, k, 0] + cov[c, k, 1] + cov[c, k, 2]
                total += gain[k]
            spread = total + noise[c]
            nu = y - guess
            stated = spread * scale[c] * scale[c]
            z2 = nu * nu / stated
            # A held channel is far out because of its step: only what is far from that is an outlier.
            off = nu - excess[c] if held[c] else nu
            far = off * off / stated
            weight = 1.0 if far < 1.0 else (_NU + 1.0) / (_NU + far)
            robust = total + noise[c] + (1.0 / weight - 1.0) * spread
            if held[c]:
                calm[c] = calm[c] + 1 if z2 < 6.25 else 0
                near = 1.0 - np.exp(-gap / 8.0)
                excess[c] += (nu - excess[c]) * near
            elif quiet:
                size = min(np.sqrt(z2), 4.0) * scale[c]
                scale[c] += (1.2533 * size - scale[c]) * min(gap, 30.0) / _CALIBRATION
            for j in range(len(used)):
                if not used[j] or (held[c] and onset[j] > since[c]):
                    continue
                e = 1.0
                for k in range(3):
                    effect[j, c, k] *= decay[k]
                    e -= effect[j, c, k]
                share = e * weight / stated
                info[j, c] += e * share
                score[j, c] += nu * share
                count[j, c] += 1
                if gap <= every[c] + 1.0 and abs(y - before) > abs(jump[j, c]):
                    jump[j, c] = y - before
                if held[c]:
                    # The baseline's own uncertainty is common to all readings: no averaging beyond it.
                    most = 1.0 / (0.5 * total + 1e-12)
                    if info[j, c] > most:
                        score[j, c] *= most / info[j, c]
                        info[j, c] = most
                else:
                    for k in range(3):
                        effect[j, c, k] += gain[k] / robust * e
            if not held[c]:
                for k in range(3):
                    mean[c, k] += gain[k] / robust * nu
                    for m in range(3):
                        cov[c, k, m] -= gain[k] * gain[m] / robust
        if slot % CELL == 0:
            cell = (slot // CELL) % CELLS
            for c in range(channels):
                fresh = slot - last[c] < CELL and not held[c]
                ring[cell, c] = recent[c] if fresh else np.nan
                if not fresh or not quiet:
                    continue
                for i in range(lags.shape[1] - 1):
                    back = LAGS[i]
                    old = ring[(cell + CELLS - back) % CELLS, c]
                    if np.isnan(old):
                        continue
                    d = abs(recent[c] - old)
                    if seen[c, i + 1] > 50.0:
                        d = min(d, 4.0 * lags[c, i + 1])
                    seen[c, i + 1] += 1.0
                    lags[c, i + 1] += (1.2533 * d - lags[c, i + 1]) / min(seen[c, i + 1], 4000.0)
        if not arrived:
            continue
        best, chosen = 0.0, -1
        for j in range(len(used)):
            if not used[j]:
                continue
            age = slot - onset[j]
            a = 0 if age < 8 else (1 if age < 32 else (2 if age < 96 else 3))
            if quiet and age == _LEARN_AT[a]:
                learnt[a] += 1.0
                rate = 1.0 / min(learnt[a] + 200.0, _MEMORY)
                for c in range(channels):
                    if info[j, c] <= 0.0:
                        continue
                    zc = score[j, c] / np.sqrt(info[j, c])
                    limit_c = 5.0 * np.sqrt(scatter[a, c, c])
                    zc = min(max(zc, -limit_c), limit_c)
                    for d in range(channels):
                        if info[j, d] <= 0.0:
                            continue
                        zd = score[j, d] / np.sqrt(info[j, d])
                        limit_d = 5.0 * np.sqrt(scatter[a, d, d])
                        zd = min(max(zd, -limit_d), limit_d)
                        scatter[a, c, d] += (1.02 * zc * zd - scatter[a, c, d]) * rate
            glance = False
            for c in range(channels):
                if score[j, c] * score[j, c] > _GLANCE * info[j, c] * scatter[a, c, c]:
                    glance = True
                    break
            if not glance:
                continue
            # z' (D + U U')^-1 z with two common factors U (Woodbury).
            q, v1, v2, a11, a12, a22 = 0.0, 0.0, 0.0, 1.0, 0.0, 1.0
            for c in range(channels):
                if info[j, c] > 0.0:
                    z = score[j, c] / np.sqrt(info[j, c])
                    i = 1.0 / rest[a, c]
                    u1, u2 = common[a, c, 0], common[a, c, 1]
                    q += z * z * i
                    v1 += u1 * z * i
                    v2 += u2 * z * i
                    a11 += u1 * u1 * i
                    a12 += u1 * u2 * i
                    a22 += u2 * u2 * i
            q -= (a22 * v1 * v1 - 2.0 * a12 * v1 * v2 + a11 * v2 * v2) / (a11 * a22 - a12 * a12)
            if q > best:
                best, chosen = q, j
        if best > _LOOK:
            return row + 1, chosen
    return value.shape[0], -1

"""Mixing: by how much each channel moves when a foreign water comes at some share of the flow.

In a channel's scale (logarithm of concentrations and flow, the plain value of pH, temperature and
ORP). Every movement comes with a standard deviation: nobody knows a waste to better than a third, the
buffer of the sewage is not measured, and a redox electrode tells a direction rather than a size.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from mulmok.model.acidity import carbon, ph
from mulmok.model.block import Values
from mulmok.model.channel import Channel
from mulmok.model.foreign import ForeignWater

#: Shares tried of each water.
SHARES = 12
#: Sewage whose buffer is reckoned with: pH, and alkalinity [meq/L] (DOMAIN: 2 to 4).
_PH, _ALKALINITY = 7.2, 3.4
#: Share at which a water has pushed the redox potential half its way [1]. Site choice.
_ORP_HALF = 0.01

#: Kinds of channels in the kernel.
MIXED, FLOW, ACIDITY, HEAT, ORP, OTHER = range(6)
_KINDS = {"flow": FLOW, "ph": ACIDITY, "temperature": HEAT, "orp": ORP}
_UNMIXED = frozenset({"level", "rain", "do", "h2s", "lel"})


def kind_of(channel: Channel) -> int:
    """How a channel follows a foreign water."""
    name = channel.quantity.id
    return OTHER if name in _UNMIXED else _KINDS.get(name, MIXED)


@dataclass(frozen=True, eq=False)
class Mixer:
    """Waters of a library as the channels of one place see them.

    kind       (channels,) how a channel follows
    strength   (waters, channels) [canonical unit]; NaN: not known
    share      (waters, SHARES) shares of the flow tried [1]
    acidity    (waters, SHARES) change of pH; orp likewise [mV]; heat (waters,) [degC], NaN: as sewage
    spread     (waters, channels) standard deviation of a strength's logarithm
    sort       (waters,) 0 foreign, 1 hydraulic, 2 a state of the sewage
    """

    waters: tuple[ForeignWater, ...]
    kind: NDArray[np.int64]
    strength: NDArray[np.float64]
    share: NDArray[np.float64]
    acidity: NDArray[np.float64]
    orp: NDArray[np.float64]
    heat: Values
    spread: NDArray[np.float64]
    sort: NDArray[np.int64]

    @classmethod
    def for_channels(cls, channels: tuple[Channel, ...], waters: tuple[ForeignWater, ...]) -> Mixer:
        """Work out what does not depend on the sewage of the moment."""
        shape = (len(waters), SHARES)
        shares = np.array([np.geomspace(*water.share, SHARES) for water in waters]).reshape(shape)
        inorganic = float(carbon(np.array([_PH]), np.array([_ALKALINITY]))[0])
        acidity = np.array(
            [
                ph((1 - f) * _ALKALINITY + f * w.alkalinity, (1 - f) * inorganic + f * w.carbon)
                - _PH
                for w, f in zip(waters, shares, strict=True)
            ]
        ).reshape(shape)
        pushed = [w.orp * f / (f + _ORP_HALF) for w, f in zip(waters, shares, strict=True)]
        orp = np.array(pushed).reshape(shape)
        states = np.array([not water.mixes for water in waters], np.bool_)
        # A state of the sewage has no composition: its "share" is how far it has come.
        acidity[states] = (
            np.array([w.alkalinity for w in waters], float)[states, None] * shares[states]
        )
        orp[states] = np.array([w.orp for w in waters], float)[states, None] * shares[states]
        wide = (len(waters), len(channels))
        turbid = np.array([channel.quantity.id == "turbidity" for channel in channels])
        return cls(
            waters,
            np.array([kind_of(channel) for channel in channels], np.int64),
            np.array([[w.strength(c.quantity.id) for c in channels] for w in waters]).reshape(wide),
            shares,
            acidity,
            orp,
            np.array([np.nan if w.temperature is None else w.temperature for w in waters], float),
            np.array([w.spread * np.where(turbid, 1.4, 1.0) for w in waters]).reshape(wide),
            np.array([2 if not w.mixes else int(w.hydraulic) for w in waters], np.int64),
        )

    def moves(
        self, level: Values, drift: NDArray[np.float64], log: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Movements and their standard deviations, (waters, SHARES, channels).

        level   usual value of each channel in its scale; `drift` (channels, 3) what it is off by now
        log     whether the scale is the logarithm
        """
        shape = (len(self.waters), SHARES, len(self.kind))
        mean, deviation = np.empty(shape), np.empty(shape)
        _moves(
            level, drift, log, self.kind, self.strength, self.share, self.acidity, self.orp,
            self.heat, self.spread, self.sort, mean, deviation,
        )  # fmt: skip
        return mean, deviation


@njit(cache=True, nogil=True)
def _moves(  # type: ignore[no-untyped-def]  # noqa: ANN202
    level, drift, log, kind, strength, share, acidity, orp, heat, spread, sort,  # noqa: ANN001
    mean, deviation,  # noqa: ANN001
):  # fmt: skip
    usual = np.zeros(len(kind))
    for c in range(len(kind)):
        if not np.isnan(level[c]):
            usual[c] = level[c] + drift[c, 0] + drift[c, 1] + drift[c, 2]
        if log[c]:
            usual[c] = np.exp(min(usual[c], 50.0))
    for w in range(mean.shape[0]):
        state, rain = sort[w] == 2, sort[w] == 1
        for j in range(mean.shape[1]):
            f = share[w, j]
            for c in range(mean.shape[2]):
                m, s = 0.0, 0.01
                if kind[c] == OTHER:
                    s = 10.0
                elif kind[c] == ACIDITY:
                    m = acidity[w, j] if state else 0.6 * acidity[w, j]
                    s = 0.12 * f if state else 0.5 * abs(acidity[w, j]) + 0.05
                elif kind[c] == ORP:
                    m = orp[w, j] if state else 0.5 * orp[w, j]
                    s = 30.0 if state else 0.55 * abs(orp[w, j]) + 8.0
                elif state:
                    pass
                elif kind[c] == FLOW:
                    m = -np.log(1.0 - f)
                    s = 0.5 * m + 0.03 if rain else 0.5 * f + 0.02
                elif kind[c] == HEAT:
                    m = 0.0 if np.isnan(heat[w]) else f * (heat[w] - usual[c])
                    s = 8.0 * f + 0.2 if rain else 6.0 * f
                elif np.isnan(strength[w, c]) or usual[c] <= 0.0:
                    s = 2.0
                else:
                    added = f * strength[w, c] / usual[c]
                    whole = 1.0 - f + added
                    m = np.log(whole)
                    own = spread[w, c] * added / whole
                    s = np.sqrt(own * own + 0.09 * f * f + 0.0009)
                mean[w, j, c] = m
                deviation[w, j, c] = s

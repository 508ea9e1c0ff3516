"""Lean: an instrument that drifts away from what the others let expect of it, hour by hour.

Channels of one water are bound to each other: where solids and COD are high, phosphorus is. From the
covariance of hourly mean deviations each channel is expected from all others; what is left of it,
averaged over some hours, is compared with what that average usually is. Too slow for the bank of
onsets, and no foreign water: that would move the others as well.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mulmok.model.block import Values

#: Hours averaged, and those compared with; standard deviations that open and close; hours it must last. Site choice, measured.
_HOURS, _DAYS, LEANS, UPRIGHT, _LASTS = 4.0, 72.0, 5.0, 2.0, 3
#: Memory of how channels are bound [h], and hours learnt before anything is said.
_MEMORY, ENOUGH = 14 * 24.0, 120.0
#: Hours after which a new level may be compared again. Site choice.
_SETTLING = 12.0
#: Share of its own variance added to each channel, so that few hours of likeness bind nothing for sure.
_RIDGE = 0.1


@dataclass(frozen=True, eq=False)
class Bonds:
    """How channels are bound, and how far each leans.

    bond   covariance of hourly mean deviations; hours learnt
    left   what is left of each channel, averaged over hours and over days (2, channels)
           [standard deviations given the others]
    sway   usual size of the difference of the two; long how many hours it has been beyond it
    fresh  hours for which a channel that has come to a new level is not compared with the old one
    """

    bond: NDArray[np.float64]
    hours: float
    left: NDArray[np.float64]
    sway: Values
    long: Values
    fresh: Values

    @classmethod
    def start(cls, n: int) -> Bonds:
        """Nothing learnt."""
        return cls(np.zeros((n, n)), 0.0, np.zeros((2, n)), np.ones(n), np.zeros(n), np.zeros(n))

    @property
    def lean(self) -> Values:
        """How far each channel leans now, compared with its last days."""
        lean: Values = self.left[0] - self.left[1]
        return lean


def after_an_hour(bonds: Bonds, mean: Values, at_fault: NDArray[np.bool_]) -> Bonds:
    """Learn from one hour's mean deviations (NaN: none).

    A channel at fault, or on its way to a new level, teaches nothing and bears no witness on the others;
    once it has come there it bears witness from that level.
    """
    here = np.isfinite(mean)
    if here.sum() < 3:
        return bonds
    size = np.sqrt(np.maximum(np.diag(bonds.bond), 1e-12))
    y = np.where(here, mean, 0.0)
    kept = Bonds(
        bonds.bond, bonds.hours, bonds.left.copy(), bonds.sway.copy(), bonds.long, bonds.fresh
    )
    long = bonds.long
    settling = bonds.fresh > 0.0
    told = ~at_fault & ~settling
    if bonds.hours >= 24.0:
        some = np.flatnonzero(here)
        sound = some[told[some]]
        left = np.zeros(len(y))
        left[sound] = _left_of(bonds, y, sound)
        for channel in some[~told[some]].tolist():
            left[channel] = _left_of(bonds, y, np.append(sound, channel))[-1]
        kept.left[0, some] += (left[some] - kept.left[0, some]) / _HOURS
        kept.left[1, some] += (left[some] - kept.left[1, some]) / _DAYS
        kept.left[1, settling] = kept.left[0, settling]
        lean = kept.lean
        if bonds.hours >= 48.0:
            rate = 1.0 / min(bonds.hours - 47.0, _MEMORY)
            seen = np.minimum(np.abs(lean[some]), 3.0 * kept.sway[some])
            taught = np.where(at_fault[some], 0.0, rate)
            kept.sway[some] += (1.2533 * seen - kept.sway[some]) * taught
            kept.sway[:] = np.maximum(kept.sway, 0.1)
        # One that comes closer to what the others let expect does not drift away.
        beyond = (np.abs(lean) > LEANS * kept.sway) & (lean * kept.left[0] > 0.0)
        long = np.where(here, np.where(beyond, long + 1.0, 0.0), long)
    rate = 1.0 / min(bonds.hours + 1.0, _MEMORY)
    y = np.clip(y, -4.0 * size, 4.0 * size) if bonds.hours >= 24.0 else y
    y = np.where(told, y, 0.0)
    taught = here & told
    pair = np.outer(taught, taught)
    bond = bonds.bond + np.where(pair, np.outer(y, y) - bonds.bond, 0.0) * rate
    fresh = np.maximum(bonds.fresh - 1.0, 0.0)
    return Bonds(bond, bonds.hours + 1.0, kept.left, kept.sway, long, fresh)


def _left_of(bonds: Bonds, y: Values, of: NDArray[np.int64]) -> Values:
    """What is left of each of some channels when the others of them are known [deviations].

    What has been left of one over days is its own level, and says nothing of the others.
    """
    held = bonds.bond[np.ix_(of, of)]
    precision = np.linalg.inv(held + np.diag(_RIDGE * np.diag(held) + 1e-9))
    own = np.sqrt(np.maximum(np.diag(precision), 1e-12))
    level = bonds.left[1, of]
    left: Values = np.clip(precision @ (y[of] - level / own) / own + level, -6.0, 6.0)
    return left


def settled(bonds: Bonds, channel: int) -> Bonds:
    """Let a channel that has come to a new level begin anew: its last days say nothing of it."""
    fresh, long = bonds.fresh.copy(), bonds.long.copy()
    fresh[channel], long[channel] = _SETTLING, 0.0
    return replace(bonds, fresh=fresh, long=long)


def leaning(bonds: Bonds) -> NDArray[np.bool_]:
    """Which channels have leaned for long enough to be named."""
    named: NDArray[np.bool_] = (bonds.long >= _LASTS) & (bonds.hours >= ENOUGH)
    return named


def upright(bonds: Bonds, channel: int) -> bool:
    """Whether a channel is where the others let expect it."""
    return bool(abs(bonds.lean[channel]) < UPRIGHT * bonds.sway[channel])

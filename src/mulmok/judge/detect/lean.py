"""Lean: an instrument that drifts away from what the others let expect of it, hour by hour.

Channels of one water are bound to each other: where solids and COD are high, phosphorus is. From the
covariance of hourly mean deviations each channel is expected from all others; what is left of it,
averaged over some hours, is compared with what that average usually is. Too slow for the bank of
onsets, and no foreign water: that would move the others as well.

A channel that comes when the others are known already is learnt beside them: what is known of few hours
and what is known of many make no covariance together, and would make all the others lean.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mulmok.model.block import Values

#: Hours averaged, and those compared with; standard deviations that open and close; hours it must last.
#: Site choice, measured.
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
    known  channels the covariance is of; coming are those that came later
    beside covariance of them all, and its hours, learnt since the last of those that are coming came
    anew   hours for which nobody is compared with before, since the covariance has become another
    """

    bond: NDArray[np.float64]
    hours: float
    left: NDArray[np.float64]
    sway: Values
    long: Values
    fresh: Values
    known: NDArray[np.bool_]
    coming: NDArray[np.bool_]
    beside: NDArray[np.float64]
    beside_hours: float
    anew: float

    @classmethod
    def start(cls, n: int) -> Bonds:
        """Nothing learnt."""
        return cls(
            np.zeros((n, n)), 0.0, np.zeros((2, n)), np.ones(n), np.zeros(n), np.zeros(n),
            np.zeros(n, np.bool_), np.zeros(n, np.bool_), np.zeros((n, n)), 0.0, 0.0,
        )  # fmt: skip

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
    y = np.where(here, mean, 0.0)
    bonds = _welcomed(bonds, y, here, here & ~at_fault)
    here = here & bonds.known
    kept = replace(bonds, left=bonds.left.copy(), sway=bonds.sway.copy())
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
        begun = settling | (bonds.anew > 0.0)
        kept.left[1, begun] = kept.left[0, begun]
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
    return replace(
        kept,
        bond=_taught(bonds.bond, bonds.hours, y, here & told),
        hours=bonds.hours + 1.0,
        long=long,
        fresh=np.maximum(bonds.fresh - 1.0, 0.0),
        anew=max(bonds.anew - 1.0, 0.0),
    )


def _taught(
    bond: NDArray[np.float64], hours: float, y: Values, taught: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Learn the covariance from one more hour's means of some channels."""
    size = np.sqrt(np.maximum(np.diag(bond), 1e-12))
    rate = 1.0 / min(hours + 1.0, _MEMORY)
    y = np.clip(y, -4.0 * size, 4.0 * size) if hours >= 24.0 else y
    y = np.where(taught, y, 0.0)
    learnt: NDArray[np.float64] = (
        bond + np.where(np.outer(taught, taught), np.outer(y, y) - bond, 0.0) * rate
    )
    return learnt


def _welcomed(bonds: Bonds, y: Values, here: NDArray[np.bool_], taught: NDArray[np.bool_]) -> Bonds:
    """Take in channels not heard before: those of the first day at once, others when they are known."""
    new = here & ~bonds.known
    if bonds.hours < 24.0:
        return replace(bonds, known=bonds.known | new)
    if (new & ~bonds.coming).any():
        blank = np.zeros_like(bonds.beside)
        bonds = replace(bonds, coming=bonds.coming | new, beside=blank, beside_hours=0.0)
    if not bonds.coming.any():
        return bonds
    beside = _taught(bonds.beside, bonds.beside_hours, y, taught)
    hours = bonds.beside_hours + 1.0
    if hours < ENOUGH:
        return replace(bonds, beside=beside, beside_hours=hours)
    return replace(
        bonds,
        bond=beside,
        hours=hours,
        known=bonds.known | bonds.coming,
        coming=np.zeros_like(bonds.coming),
        anew=_SETTLING,
    )


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

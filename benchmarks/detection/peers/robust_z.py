"""Peer: a rolling robust z-score on each channel, with persistence.

What a careful engineer writes first, and what GECCO 2018 entrants began with: the distance from the
median in robust deviations (median and MAD as in Leys et al. 2013, J. Exp. Soc. Psychol. 49, 764),
alarmed when it stays beyond a threshold for k minutes on m channels at once.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np

from benchmarks.detection.noise import Array
from benchmarks.detection.peers.baseline import deviation_of, each_minute, recent, same_hour
from benchmarks.detection.peers.ground import STEP, Peer, Setting, Trace, lasting, once, readings
from benchmarks.detection.scene import Scene

#: Hours of the past that make the baseline; 0: the same time of day, 15 min either side, of 14 days.
_HOURS = (0.0, 2.0, 8.0, 24.0)
_CHANNELS = (1, 2, 3)
_MINUTES = (3, 5, 10)
_DAYS, _BESIDE = 14, 3

SETTINGS: tuple[Setting, ...] = tuple(
    (("hours", hours), ("channels", channels), ("minutes", minutes))
    for hours, channels, minutes in product(_HOURS, _CHANNELS, _MINUTES)
)
THRESHOLDS = tuple(np.geomspace(60.0, 1.5, 48).round(3).tolist())


def score_traces(scene: Scene, setting: Setting) -> Callable[[float], Trace]:
    """z that so many channels exceed, all of them for so many minutes."""
    chosen = dict(setting)
    given = readings(scene)
    z = _z(scene, chosen["hours"])
    held = lasting(z, int(chosen["minutes"]))
    return once(Trace(given.at, np.sort(held, axis=1)[:, -int(chosen["channels"])]))


_last: list[tuple[Scene, float, Array]] = []


def _z(scene: Scene, hours: float) -> Array:
    """|z| each minute; the last one is kept, since settings come with the same hours in a row."""
    if _last and _last[0][0] is scene and _last[0][1] == hours:
        return _last[0][2]
    given = readings(scene)
    if hours:
        median, mad = recent(given.coarse, int(hours * 60 / STEP))
    else:
        median, mad = same_hour(given.coarse, 1440 // STEP, _DAYS, _BESIDE)
    spread = deviation_of(mad, given.finest)
    z = np.abs(given.x - each_minute(median)) / each_minute(spread)
    z = np.where(np.isfinite(z), z, 0.0)
    _last[:] = [(scene, hours, z)]
    return z


PEER = Peer("robust z, persistence", SETTINGS, THRESHOLDS, score_traces)

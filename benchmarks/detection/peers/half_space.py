"""Peer: river's HalfSpaceTrees on the same residuals, online.

Tan, Ting and Liu 2011 (IJCAI, 1511). Steps of 5 min, since one of a minute would take five times as
long; it scores a step before it learns it. The trees want features in [0, 1]: eight deviations either side.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np

from benchmarks.detection.noise import Array
from benchmarks.detection.peers.baseline import REACH, features
from benchmarks.detection.peers.ground import STEP, Peer, Setting, Trace, lasting, once, readings
from benchmarks.detection.scene import Scene

try:
    from river.anomaly import HalfSpaceTrees

    SKIP = None
except ImportError:
    SKIP = "river is not installed"

#: A level of an hour beat one of six at every budget on four tuning seeds.
_HOURS = 1.0
_TREES, _HEIGHT = 25, 8
#: Steps whose masses score the next ones: a day, two days.
_WINDOWS = (288, 576)
_STEPS = (1, 2, 3, 4)

SETTINGS: tuple[Setting, ...] = tuple(
    (("window", float(window)), ("steps", float(steps)))
    for window, steps in product(_WINDOWS, _STEPS)
)
THRESHOLDS = tuple((1.0 - np.geomspace(5e-3, 0.9, 90)).round(6).tolist())

_last: list[tuple[Scene, int, Array]] = []


def score_traces(scene: Scene, setting: Setting) -> Callable[[float], Trace]:
    """Anomaly score, 0 to 1, that has lasted for some steps."""
    chosen = dict(setting)
    score = _score(scene, int(chosen["window"]))
    return once(Trace(readings(scene).coarse_at, lasting(score, int(chosen["steps"]))))


def _score(scene: Scene, window: int) -> Array:
    if _last and _last[0][0] is scene and _last[0][1] == window:
        return _last[0][2]
    given = readings(scene)
    z = features(given, _HOURS, given.coarse, 30 // STEP)
    unit = 0.5 + z / (2 * REACH)
    trees = HalfSpaceTrees(_TREES, _HEIGHT, window, seed=0)
    score = np.zeros(len(z))
    names = range(z.shape[1])
    # The first week has no profile yet.
    for step in range(7 * 288, len(z)):
        row = dict(zip(names, unit[step].tolist(), strict=True))
        if step >= given.counted:
            score[step] = trees.score_one(row)
        trees.learn_one(row)
    _last[:] = [(scene, window, score)]
    return score


PEER = Peer("HalfSpaceTrees", SETTINGS, THRESHOLDS, score_traces, SKIP)

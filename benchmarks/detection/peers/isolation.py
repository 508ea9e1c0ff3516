"""Peer: scikit-learn's IsolationForest on residuals from the time of day.

Liu, Ting and Zhou 2008 (ICDM, 413). Fitted on all residuals so far (one in 5 min) at the end of the
warm-up and each week after, without labels: what was foreign in the past is in the training, as it
would be at a works.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np

from benchmarks.detection.noise import Array
from benchmarks.detection.peers.baseline import features
from benchmarks.detection.peers.ground import (
    STEP,
    Peer,
    Setting,
    Trace,
    lasting,
    once,
    readings,
)
from benchmarks.detection.scene import Scene

try:
    from sklearn.ensemble import IsolationForest

    SKIP = None
except ImportError:
    SKIP = "scikit-learn is not installed"

#: Levels of 6 and of 24 hours were worse within the budget on the tuning seeds.
_HOURS = (0.5, 1.0, 2.0)
_TREES = 100
_SAMPLES = 1024
_MINUTES = (5, 10, 15)
_WEEK = 7 * 1440

SETTINGS: tuple[Setting, ...] = tuple(
    (("hours", hours), ("minutes", minutes)) for hours, minutes in product(_HOURS, _MINUTES)
)
THRESHOLDS = tuple(np.linspace(0.86, 0.40, 93).round(4).tolist())

_last: list[tuple[Scene, float, Array]] = []


def score_traces(scene: Scene, setting: Setting) -> Callable[[float], Trace]:
    """Anomaly score (0.5 is usual, 1 is alone) that has lasted for some minutes."""
    chosen = dict(setting)
    score = _score(scene, chosen["hours"])
    return once(Trace(readings(scene).at, lasting(score, int(chosen["minutes"]))))


def _score(scene: Scene, hours: float) -> Array:
    if _last and _last[0][0] is scene and _last[0][1] == hours:
        return _last[0][2]
    given = readings(scene)
    z = features(given, hours, given.x, 30)
    score = np.zeros(len(z))
    for begin in range(given.counted * STEP, len(z), _WEEK):
        forest = IsolationForest(n_estimators=_TREES, max_samples=_SAMPLES, random_state=0)
        # The first week has no profile yet.
        forest.fit(z[_WEEK:begin:STEP])
        score[begin : begin + _WEEK] = -forest.score_samples(z[begin : begin + _WEEK])
    _last[:] = [(scene, hours, score)]
    return score


PEER = Peer("IsolationForest", SETTINGS, THRESHOLDS, score_traces, SKIP)

"""A rain gate that tuning may choose for any peer: silent while the flow is well above its usual.

None of the papers has one, but a works has a flow meter, and without it storms alone spend the budget of
the multivariate peers. What a gate costs is what is discharged in the rain.
"""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakKeyDictionary

import numpy as np

from benchmarks.detection.noise import Array
from benchmarks.detection.peers.baseline import recent, usual
from benchmarks.detection.peers.ground import STEP, Peer, Setting, Trace, readings
from benchmarks.detection.scene import Scene

#: Flow over the usual of the hour from which a peer is silent; infinite: no gate.
GATES = (np.inf, 1.3, 1.2)
#: Flow is looked at as the mean of so many steps: pumps switch. Silence outlasts rain by as many as `_AFTER`.
_MEAN, _AFTER = 3, 36
#: The level of the flow is that of three days: a wet day must not become the usual.
_LEVEL = 3 * 1440 // STEP

_known: WeakKeyDictionary[Scene, Array] = WeakKeyDictionary()


def excess(scene: Scene) -> Array:
    """Flow over its usual, each step: the largest of the last three hours."""
    found = _known.get(scene)
    if found is None:
        given = readings(scene)
        flow = next(i for i, one in enumerate(scene.channels) if one.quantity.id == "flow")
        apart = (given.coarse - usual(given)[0])[:, flow : flow + 1]
        level = recent(apart, _LEVEL)[0]
        apart = np.nan_to_num(apart - level)[:, 0]
        mean = np.convolve(apart, np.ones(_MEAN) / _MEAN)[: len(apart)]
        padded = np.concatenate([np.zeros(_AFTER), mean])
        over = np.lib.stride_tricks.sliding_window_view(padded, _AFTER + 1).max(axis=1)
        found = _known[scene] = np.exp(over)
    return found


def gated(peer: Peer) -> Peer:
    """Give a peer that may be gated: each of its settings with each gate."""
    kept: list[tuple[Scene, Setting, Callable[[float], Trace], dict[float, Trace]]] = []

    def traces(scene: Scene, setting: Setting) -> Callable[[float], Trace]:
        *rest, (_, gate) = setting
        inner = tuple(rest)
        # Gates of one setting come in a row: what the peer says is the same for all of them.
        if not kept or kept[0][0] is not scene or kept[0][1] != inner:
            kept[:] = [(scene, inner, peer.traces(scene, inner), {})]
        _, _, make, made = kept[0]

        def trace(threshold: float) -> Trace:
            if threshold not in made:
                made[threshold] = make(threshold)
            own = made[threshold]
            if gate == np.inf:
                return own
            silent = excess(scene) > gate
            if len(own.at) != len(silent):
                # Each minute knows the step before it.
                silent = np.repeat(np.concatenate([[False], silent[:-1]]), STEP)
            return Trace(own.at, np.where(silent, -np.inf, own.statistic))

        return trace

    settings = tuple((*one, ("gate", gate)) for one in peer.settings for gate in GATES)
    return Peer(peer.name, settings, peer.thresholds, traces, peer.skip)

"""Hold: filters that stand still while an event or a fault lasts, so that neither teaches that it is normal.

These write to the arrays of a state, which the caller has copied.
"""

from __future__ import annotations

import numpy as np

from mulmok.judge.detect.place import Place, PlaceState
from mulmok.model.time import MINUTE

#: A channel is back after so long within the scatter (and two readings).
BACK = 15 * MINUTE


def hold(state: PlaceState, channel: int, entry: int, onset: int) -> None:
    """Let the filter of a channel stand still, and take out of it what the step has taught."""
    step = state.score[entry, channel] / max(state.info[entry, channel], 1e-12)
    state.mean[channel] -= state.effect[entry, channel] * step
    state.effect[entry, channel] = 0.0
    state.held[channel] = True
    state.since[channel] = onset
    state.calm[channel] = 0
    state.excess[channel] = step


def release(state: PlaceState, channel: int, *, accepted: bool) -> None:
    """Let a channel learn again; an accepted step becomes part of what is expected."""
    state.held[channel] = False
    if accepted:
        state.mean[channel, 2] += state.excess[channel]
        state.cov[channel] += np.diag(state.swing[channel]) + np.eye(3) * 1e-12
    for array in (state.info, state.score, state.jump):
        array[:, channel] = 0.0
    state.effect[:, channel] = 0.0
    state.count[:, channel] = 0


def forget_onsets(state: PlaceState, but: int = -1) -> None:
    """Drop all onsets, or all but one: they knew the filters as they were."""
    state.used[:] = False
    state.kept[:] = False
    if but >= 0:
        state.used[but] = state.kept[but] = True


def is_back(place: Place, state: PlaceState, channel: int) -> bool:
    """Whether a held channel has been where it was expected for long enough."""
    wanted = BACK / place.pace / place.every[channel]
    return bool(state.calm[channel] >= max(2.0, wanted))

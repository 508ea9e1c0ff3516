"""Blame: when a step is one instrument's, and what it is called."""

from __future__ import annotations

import numpy as np

from mulmok.judge.detect.evidence import Evidence
from mulmok.judge.detect.place import Place, PlaceState
from mulmok.model.time import MINUTE

#: Log odds from which an instrument's step is named. Site choice.
FAULTY = 2.0
#: It must have lasted so long, and so many readings; what came within one of them is sudden. Site choice.
_LASTING, _READINGS, _SUDDEN = 20 * MINUTE, 3, 0.5


def alone(evidence: Evidence) -> bool:
    """Whether one instrument explains all that is seen."""
    return evidence.fault_odds(int(np.argmax(evidence.fault))) > FAULTY


def blamed(place: Place, state: PlaceState, evidence: Evidence) -> int | None:
    """Give the channel that has left all others alone for long enough; None when there is none."""
    channel = int(np.argmax(evidence.fault))
    brief = evidence.age < _LASTING / MINUTE
    if brief or state.count[evidence.entry, channel] < _READINGS:
        return None
    return channel if alone(evidence) and not place.amount[channel] else None


def called(state: PlaceState, channel: int, evidence: Evidence) -> str:
    """Name a channel's step: a fault that is known already goes on in it."""
    for fault in state.faults:
        if fault.channel == channel:
            return fault.kind
    step = evidence.step[channel]
    if state.jump[evidence.entry, channel] / (step or 1.0) > _SUDDEN:
        return "offset"
    return "drift" if step > 0.0 else "fouling"

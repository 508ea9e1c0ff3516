"""Flood: more water that has come, and the way back from it.

A rain of many hours is told of and over for the bank long before it ends; when it ends, all that was
thinned rises at once, as if something were in the water. Foreign water adds to the flow, though, and
the way back takes from it.
"""

from __future__ import annotations

from mulmok.judge.detect.evidence import Evidence
from mulmok.judge.detect.explain import MOVED
from mulmok.judge.detect.memory import RETURN, likeness
from mulmok.judge.detect.mixing import FLOW
from mulmok.judge.detect.place import Episode, Place
from mulmok.model.time import HOUR

#: A flood that has lasted for so long is the new normal: there is no way back from it. As for water.
_FORGOTTEN = 12 * HOUR


def returns(place: Place, episode: Episode, evidence: Evidence) -> bool:
    """Whether a step is the way back from an episode that goes on."""
    return likeness(place.moved(episode), place.in_steps(evidence.step)) < RETURN


def recedes(place: Place, flood: Episode, slot: int, evidence: Evidence) -> bool:
    """Whether a step is the way back from a flood that was told to be over: the flow must fall."""
    if slot - flood.last > place.slots(_FORGOTTEN):
        return False
    falls = bool((evidence.z[place.mixer.kind == FLOW] < -MOVED).any())
    return falls and returns(place, flood, evidence)

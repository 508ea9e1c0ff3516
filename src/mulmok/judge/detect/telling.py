"""Telling: what a place has seen, in the words that pass from stage to stage; slots become instants."""

from __future__ import annotations

import math

import numpy as np

from mulmok.judge.detect.evidence import Evidence
from mulmok.judge.detect.explain import MOVED
from mulmok.judge.detect.memory import Pattern, sharpened
from mulmok.judge.detect.place import Episode, Place, StepFault
from mulmok.model.block import Instants
from mulmok.model.finding import Finding
from mulmok.model.sighting import Moved, Sighting, event_id
from mulmok.model.time import NEVER

Words = tuple[tuple[tuple[str, float], ...], tuple[tuple[int, float, float], ...], float | None]


def known_at(place: Place, instants: Instants, slot: int) -> int:
    """When a slot was over: a reading of its last instant still belongs to it [ns UTC]."""
    spot = int(np.searchsorted(instants, slot * place.pace, side="right"))
    return int(instants[min(spot, len(instants) - 1)])


def finding_of(
    place: Place, fault: StepFault, instants: Instants, ended: int | None = None
) -> Finding:
    """Name a fault, or its end in slot `ended`."""
    pace = place.pace
    return Finding(
        detector="watch",
        channel=int(place.index[fault.channel]),
        fault=fault.kind,
        since=min(fault.since, fault.seen) * pace,
        at=fault.at * pace,
        ended_at=None if ended is None else ended * pace,
        known_at=known_at(place, instants, fault.at if ended is None else ended),
    )


def event_of(place: Place, episode: Episode) -> str:
    """Name the event an episode makes."""
    return event_id(episode.seen * place.pace, place.name)


def sighting_of(
    place: Place,
    episode: Episode,
    slot: int,
    instants: Instants,
    *,
    ended: bool = False,
    accepted: bool = False,
) -> Sighting:
    """Tell of an episode as it stands in a slot."""
    pace = place.pace
    return Sighting(
        place=place.name,
        seen_at=episode.seen * pace,
        since=min(episode.since, episode.seen) * pace,
        word_at=slot * pace,
        weights=episode.weights,
        moved=tuple(
            Moved(int(place.index[c]), math.exp(step) if place.log[c] else step, z)
            for c, step, z in episode.moved
        ),
        fraction=episode.fraction,
        odds=episode.odds,
        foreign=episode.foreign,
        known_at=known_at(place, instants, slot),
        warned_at=None if episode.warned == NEVER else episode.warned * pace,
        ended_at=slot * pace if ended else None,
        accepted=accepted,
        known=episode.known,
    )


def words_of(place: Place, evidence: Evidence, patterns: tuple[Pattern, ...]) -> Words:
    """Probabilities of all explanations, what moved and by how much, and the share of the flow.

    patterns   what people made of earlier events
    """
    rivals = evidence.rivals(place)
    top = max(value for _, value in rivals)
    odds: dict[str, float] = {}
    for name, value in rivals:
        odds[name] = odds.get(name, 0.0) + math.exp(value - top)
    foreign = {water.cause for water in place.mixer.waters if not water.hydraulic}
    odds |= sharpened(
        {cause: odds[cause] for cause in foreign}, patterns, place.in_steps(evidence.step)
    )
    total = sum(odds.values())
    weights = sorted(
        ((name, share / total) for name, share in odds.items()),
        key=lambda pair: (-pair[1], pair[0]),
    )
    moved = tuple(
        (c, float(evidence.step[c]), float(evidence.z[c]))
        for c in np.flatnonzero(np.abs(evidence.z) > MOVED).tolist()
    )
    return tuple(weights), moved, evidence.fraction(place, _likeliest(weights))


def _likeliest(weights: list[tuple[str, float]]) -> str:
    """Give the likeliest explanation that is no fault."""
    return next((name for name, _ in weights if name != "fault"), "unknown")

"""Water: a sighting of the watch as an event, with its verdict, its causes and how far to trust it."""

from __future__ import annotations

import math

from mulmok.judge.diagnose.words import water_reasons
from mulmok.model.channel import Channel
from mulmok.model.event import Cause, Contribution, Event, Verdict
from mulmok.model.sighting import Sighting

#: Causes that are more water rather than foreign water.
HYDRAULIC = ("storm", "infiltration")
#: Causes of which less than this is left are not told.
_WORTH_TELLING = 0.005
#: Movement at which an event is half as severe as can be: logarithm of a ratio, pH, redox [mV].
_SEVERE = {"ph": 1.0, "orp": 150.0, "temperature": 8.0}
_SEVERE_RATIO = 0.7


def water_event(sighting: Sighting, channels: tuple[Channel, ...]) -> Event:
    """Say what one word of the watch means."""
    weights = dict(sighting.weights)
    verdict = _verdict(sighting, weights)
    causes = _causes(weights, verdict)
    telling = sorted(sighting.moved, key=lambda moved: (-abs(moved.strength), moved.channel))
    return Event(
        id=sighting.event,
        known_at=sighting.known_at,
        said_at=sighting.word_at,
        started_at=sighting.since,
        detected_at=sighting.seen_at,
        warned_at=sighting.warned_at,
        ended_at=sighting.ended_at,
        verdict=verdict,
        causes=causes,
        fraction=sighting.fraction if verdict is Verdict.WATER else None,
        channels=tuple(sorted(channels[moved.channel].id for moved in sighting.moved)),
        severity=_severity(sighting, channels),
        trust=_trust(weights, verdict),
        reasons=water_reasons(sighting, verdict, causes, channels),
        contributions=tuple(
            Contribution(channels[moved.channel].id, moved.change, moved.strength)
            for moved in telling
        ),
    )


def _verdict(sighting: Sighting, weights: dict[str, float]) -> Verdict:
    if not sighting.foreign:
        return Verdict.HYDRAULIC
    if weights.get("fault", 0.0) > 0.5:
        return Verdict.INSTRUMENT
    if sum(weights.get(cause, 0.0) for cause in HYDRAULIC) > 0.5:
        return Verdict.HYDRAULIC
    return Verdict.WATER


def _causes(weights: dict[str, float], verdict: Verdict) -> tuple[Cause, ...]:
    """Causes that fit the verdict, by probability; they sum to 1."""
    if verdict is Verdict.INSTRUMENT:
        return (Cause("offset", 1.0),)
    among = {
        cause: weight
        for cause, weight in weights.items()
        if cause not in ("fault", "unknown")
        and (cause in HYDRAULIC) == (verdict is Verdict.HYDRAULIC)
    }
    if verdict is Verdict.WATER or not any(among.values()):
        among["unknown"] = weights.get("unknown", 0.0)
    total = sum(among.values())
    if total <= 0.0:
        return (Cause("unknown", 1.0),)
    told = {c: w / total for c, w in among.items() if w / total >= _WORTH_TELLING}
    whole = sum(told.values())
    ordered = sorted(told.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Cause(cause, share / whole) for cause, share in ordered)


def _trust(weights: dict[str, float], verdict: Verdict) -> float:
    """How much of the weight of all explanations the verdict has."""
    fault = weights.get("fault", 0.0)
    rain = sum(weights.get(cause, 0.0) for cause in HYDRAULIC)
    match verdict:
        case Verdict.INSTRUMENT:
            return fault
        case Verdict.HYDRAULIC:
            return max(rain, 0.5)
        case _:
            return max(1.0 - fault - rain, 0.0)


def _severity(sighting: Sighting, channels: tuple[Channel, ...]) -> float:
    """0..1, from the channel that has moved farthest by its own measure."""
    farthest = 0.0
    for moved in sighting.moved:
        quantity = channels[moved.channel].quantity
        if quantity.log:
            size = abs(math.log(max(moved.change, 1e-6))) / _SEVERE_RATIO
        else:
            size = abs(moved.change) / _SEVERE.get(quantity.id, 1.0)
        farthest = max(farthest, size)
    return 1.0 - math.pow(0.5, farthest)

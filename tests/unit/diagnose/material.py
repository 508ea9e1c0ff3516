"""Findings and sightings made by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from unit.derive.material import INDEX, INLET

from mulmok.judge.diagnose.events import Events
from mulmok.model.event import Event
from mulmok.model.finding import Finding
from mulmok.model.sighting import Moved, Sighting
from mulmok.model.time import MINUTE

T0 = 29_000_000 * MINUTE

SLURRY = (("livestock", 0.7), ("septage", 0.2), ("storm", 0.04), ("unknown", 0.03), ("fault", 0.03))
RAIN = (("storm", 0.8), ("infiltration", 0.1), ("livestock", 0.05), ("unknown", 0.05))
PROBE = (("fault", 0.9), ("livestock", 0.06), ("storm", 0.03), ("unknown", 0.01))


def at(minutes: float) -> int:
    return T0 + int(minutes * MINUTE)


def fault(
    quantity: str, kind: str, begin: float, end: float | None = None, detector: str = "instrument"
) -> list[Finding]:
    """A fault from `begin` to `end` [min]: its opening and its closing word."""
    opened = Finding(detector, INDEX[quantity], kind, at(begin - 3), at(begin))
    return [opened] if end is None else [opened, replace(opened, ended_at=at(end))]


def moved(quantity: str, change: float, strength: float = 8.0) -> Moved:
    return Moved(INDEX[quantity], change, strength)


def sighting(**other: Any) -> Sighting:
    """Slurry seen in conductivity and ammonium, warned of five minutes after."""
    given: dict[str, Any] = {
        "place": "inlet",
        "seen_at": at(10),
        "since": at(6),
        "word_at": at(15),
        "weights": SLURRY,
        "moved": (moved("ec", 1.4, 7.0), moved("nh4_n", 2.6, 12.0)),
        "fraction": 0.014,
        "odds": 5.0,
        "foreign": True,
        "known_at": at(16),
        "warned_at": at(15),
    }
    return Sighting(**{**given, **other})


def told(*findings: list[Finding], sightings: tuple[Sighting, ...] = ()) -> list[Event]:
    """Everything the stage says of some words, in the order in which they are spoken."""
    words = sorted((w for some in findings for w in some), key=lambda f: (f.word_at, f.channel))
    stage = Events(INLET)
    return list(stage.step(stage.start(), (tuple(words), sightings))[1])

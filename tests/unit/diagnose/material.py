"""Findings made by hand, told to the events stage in pieces."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from unit.derive.material import INDEX, INLET, KST

from mulmok.judge.diagnose.events import Events
from mulmok.model.event import Event
from mulmok.model.finding import Finding
from mulmok.model.time import MINUTE

T0 = 29_000_000 * MINUTE


def at(minutes: float) -> int:
    return T0 + int(minutes * MINUTE)


def out(
    quantity: str,
    begin: float,
    end: float | None = None,
    *,
    ratio: float = 1.5,
    strength: float = 8.0,
    direction: int = 0,
) -> list[Finding]:
    """A deviation from `begin` to `end` [min]: its opening and its closing word."""
    opened = Finding(
        "cusum", INDEX[quantity], at(begin - 3), at(begin),
        direction or (1 if ratio > 1 else -1), strength, ratio,
    )  # fmt: skip
    return [opened] if end is None else [opened, replace(opened, ended_at=at(end))]


def fault(quantity: str, kind: str, begin: float, end: float | None = None) -> list[Finding]:
    opened = Finding(
        "instrument", INDEX[quantity], at(begin - 3), at(begin), 0, 0.0, float("nan"), None, kind
    )
    return [opened] if end is None else [opened, replace(opened, ended_at=at(end))]


def told(*words: list[Finding], upto: float = 24 * 60, step: float = 1.0) -> list[Event]:
    """Everything the stage says while time passes, minute by minute."""
    findings = sorted((w for some in words for w in some), key=lambda f: (f.word_at, f.channel))
    stage = Events.for_channels(INLET, KST)
    instants = np.arange(T0, at(upto) + 1, int(step * MINUTE))
    return list(stage.step(stage.start(), (tuple(findings), at(upto), instants))[1])


def last(events: list[Event]) -> dict[str, Event]:
    return {event.id: event for event in events}


def only(events: list[Event]) -> Event:
    (event,) = last(events).values()
    return event

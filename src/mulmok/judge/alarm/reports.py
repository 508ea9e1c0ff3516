"""Edges from reports: events and sources that speak for themselves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mulmok.judge.alarm.edges import Edge
from mulmok.judge.alarm.states import Input
from mulmok.judge.alarm.watch import Memory
from mulmok.model.alarm import AlarmRule, RuleKind
from mulmok.model.block import Instants
from mulmok.model.event import Event, Verdict
from mulmok.model.message import JUDGING, SourceState, SourceStatus


@dataclass(slots=True)
class Reported:
    """Names for which the input is TRUE now; it is FALSE when none is left."""

    names: tuple[str, ...]

    def told(self, name: str, *, holds: bool) -> Input | None:
        """Take a report in; give the input's change, or None."""
        before = self.names
        without = tuple(other for other in before if other != name)
        self.names = (*without, name) if holds else without
        if bool(self.names) is bool(before):
            return None
        return Input.TRUE if holds else Input.FALSE


def event_edges(
    rule: AlarmRule,
    number: int,
    events: tuple[Event, ...],
    kept: Reported,
    memory: Memory,
    instants: Instants,
) -> list[Edge]:
    """Edges of "there is an event with this verdict"; writes to `kept` and `memory`.

    TRUE from the instant the event warned (water) or was detected (other verdicts); FALSE when the
    last such event ended, or when its verdict became another. The end is told after a time of quiet,
    so it acts later than it is recorded.
    """
    edges = []
    for event in events:
        begun = event.warned_at if rule.verdict is Verdict.WATER else event.detected_at
        holds = event.verdict is rule.verdict and begun is not None and event.ended_at is None
        said_at = event.known_at if event.said_at is None else event.said_at
        if not holds and event.id in kept.names:
            over = said_at if event.ended_at is None else event.ended_at
            memory.at[number] = max(int(memory.at[number]), over)
        change = kept.told(event.id, holds=holds)
        if change is None:
            continue
        at = int(memory.at[number])
        if change is Input.TRUE:
            # A verdict that comes back begins anew with the word that says so.
            at = begun if begun is not None and begun > at else said_at
        place = min(int(np.searchsorted(instants, event.known_at)), len(instants) - 1)
        known = int(instants[place])
        edges.append(Edge(at, said_at, max(known, at), change, f"event {event.id}"))
    return edges


def source_edges(
    rule: AlarmRule, sources: tuple[SourceStatus, ...], kept: Reported, upto: int
) -> list[Edge]:
    """Edges of "a source is silent or failing", and of "judging fails"; writes to `kept`."""
    edges = []
    for status in sources:
        if (rule.kind is RuleKind.JUDGING) != (status.source == JUDGING):
            continue
        if rule.source not in ("", status.source):
            continue
        change = kept.told(status.source, holds=status.state is not SourceState.OK)
        if change is not None:
            cause = f"source {status.source} {status.state.value} {status.detail}".rstrip()
            edges.append(Edge(status.at, status.at, max(upto, status.at), change, cause))
    return edges

"""Edges from reports: events and sources that speak for themselves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mulmok.judge.alarm.edges import Edge
from mulmok.judge.alarm.states import Input
from mulmok.model.alarm import AlarmRule, RuleKind
from mulmok.model.block import Instants
from mulmok.model.event import Event, Verdict
from mulmok.model.message import SourceState, SourceStatus


@dataclass(slots=True)
class Reported:
    """Names for which the input is TRUE now; it is FALSE when none is left."""

    names: tuple[str, ...]

    def told(self, name: str, *, holds: bool) -> Input | None:
        """Take a report in; give the input's change, or None."""
        before = self.names
        without = tuple(other for other in before if other != name)
        self.names = (*without, name) if holds else without
        if holds and not without and name not in before:
            return Input.TRUE
        return Input.FALSE if before and not self.names else None


def event_edges(
    rule: AlarmRule, events: tuple[Event, ...], kept: Reported, instants: Instants
) -> list[Edge]:
    """Edges of "there is an event with this verdict"."""
    edges = []
    for event in events:
        begun = event.warned_at if rule.verdict is Verdict.WATER else event.detected_at
        holds = event.verdict is rule.verdict and begun is not None and event.ended_at is None
        change = kept.told(event.id, holds=holds)
        if change is None:
            continue
        at = event.known_at if change is Input.TRUE else event.ended_at or event.known_at
        known = int(instants[min(np.searchsorted(instants, event.known_at), len(instants) - 1)])
        edges.append(Edge(at, known, change, f"event {event.id}"))
    return edges


def source_edges(
    rule: AlarmRule, sources: tuple[SourceStatus, ...], kept: Reported, upto: int
) -> list[Edge]:
    """Edges of "a source is silent or failing", and of "judging fails"."""
    if rule.kind not in (RuleKind.SOURCE, RuleKind.JUDGING):
        return []
    edges = []
    for status in sources:
        if rule.source not in ("", status.source):
            continue
        if (rule.kind is RuleKind.JUDGING) != (status.source == "judging"):
            continue
        change = kept.told(status.source, holds=status.state is not SourceState.OK)
        if change is not None:
            cause = f"source {status.source} {status.state.value} {status.detail}".rstrip()
            edges.append(Edge(upto, upto, change, cause))
    return edges

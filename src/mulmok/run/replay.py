"""Replay: the pipeline over files. No outbox, no notifier: a replay cannot phone anyone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from mulmok.judge.pipeline import Pipeline
from mulmok.model.alarm import Transition
from mulmok.model.event import Event
from mulmok.model.judgement import Judged, Judgement, Load
from mulmok.model.message import Message
from mulmok.run.guarded import judge


@dataclass
class Outcome:
    """Everything a replay brought about, put into one order that no cutting can change."""

    transitions: list[Transition] = field(default_factory=list)
    loads: list[Load] = field(default_factory=list)
    readings: int = 0
    late: int = 0
    duplicates: int = 0
    conflicts: int = 0
    _events: dict[str, Event] = field(default_factory=dict)

    def take(self, said: Judgement) -> None:
        """Add what one message brought about."""
        self.transitions.extend(said.transitions)
        self.loads.extend(said.loads)
        self._events.update((event.id, event) for event in said.events)
        self.readings += sum(len(run.block) for run in said.runs)
        self.late += 0 if said.late is None else len(said.late)
        self.duplicates += said.duplicates
        self.conflicts += said.conflicts

    @property
    def events(self) -> list[Event]:
        """Events as known at the end, in order of detection."""
        return sorted(self._events.values(), key=lambda event: (event.detected_at, event.id))

    def in_order(self) -> list[Transition]:
        """Alarm transitions in the order in which they became known."""
        return sorted(self.transitions, key=lambda t: (t.known_at, t.at, t.alarm))


def judgements(
    pipeline: Pipeline, messages: Iterable[Message], channels: int
) -> Iterator[Judgement]:
    """Judge messages one after the other, from a fresh start."""
    state = pipeline.start()
    for message in messages:
        state, said = judge(pipeline, state, message, channels=channels)
        yield said


def replay(
    pipeline: Pipeline,
    messages: Iterable[Message],
    channels: int,
    *,
    judged: Callable[[Judged], None] | None = None,
) -> Outcome:
    """Judge messages from a fresh start and collect what comes of it.

    `judged` is given every judged run, for flags and bands; leave it out when nobody reads them.
    """
    outcome = Outcome()
    for said in judgements(pipeline, messages, channels):
        outcome.take(said)
        if judged is not None:
            for run in said.runs:
                judged(run)
    return outcome

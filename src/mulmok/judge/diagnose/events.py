"""Events: what the watch sees in the water, and what is wrong with instruments.

Everything depends on findings and sightings alone, so an event is the same however the readings were
cut. The faults of one channel that overlap are one event.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mulmok.judge.diagnose.faults import FaultDraft, begun, fault_event, heard
from mulmok.judge.diagnose.water import water_event
from mulmok.model.channel import Channel
from mulmok.model.event import Event
from mulmok.model.finding import Finding
from mulmok.model.sighting import Sighting


@dataclass(frozen=True, slots=True)
class EventsState:
    """Faults in progress, in order of detection."""

    drafts: tuple[FaultDraft, ...] = ()


@dataclass(frozen=True, eq=False)
class Events:
    """Events of a works."""

    channels: tuple[Channel, ...]
    name: ClassVar[str] = "events"
    version: ClassVar[int] = 3
    state_type: ClassVar[type[EventsState]] = EventsState

    def start(self) -> EventsState:
        """Nothing is going on."""
        return EventsState()

    def step(
        self, state: EventsState, given: tuple[tuple[Finding, ...], tuple[Sighting, ...]]
    ) -> tuple[EventsState, tuple[Event, ...]]:
        """Give each event's words in order."""
        findings, sightings = given
        if not findings and not sightings:
            return state, ()
        drafts, words = list(state.drafts), list[Event]()
        for finding in sorted(findings, key=lambda f: (f.word_at, f.channel, f.detector)):
            self._hear(drafts, finding, words)
        words += [water_event(sighting, self.channels) for sighting in sightings]
        words.sort(key=lambda event: (event.known_at, event.said_at, event.id))
        return EventsState(tuple(drafts)), tuple(words)

    def _hear(self, drafts: list[FaultDraft], finding: Finding, words: list[Event]) -> None:
        channel = self.channels[finding.channel]
        place = next((n for n, one in enumerate(drafts) if one.channel == finding.channel), None)
        if place is None:
            drafts.append(begun(finding, channel))
            place = len(drafts) - 1
        else:
            drafts[place] = heard(drafts[place], finding)
        draft = drafts[place]
        words.append(fault_event(draft, channel, finding))
        if not draft.open:
            del drafts[place]

"""Events: findings that belong together, from the first word to the end.

Deviations at one place join the event open there; faults of an instrument make an event of their own.
An event is looked at when a finding opens or closes and when its own deadline has passed, never in
between: so its words do not depend on how the readings were cut. It ends when nothing was found for
`draft.QUIET`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from mulmok.judge.diagnose.draft import Draft, begun, heard, reviewed, worded
from mulmok.model.block import Instants
from mulmok.model.channel import Channel
from mulmok.model.event import Event
from mulmok.model.finding import Finding
from mulmok.model.time import Zone


@dataclass(frozen=True, slots=True)
class EventsState:
    """Events in progress, in order of detection."""

    drafts: tuple[Draft, ...] = ()


@dataclass(frozen=True, eq=False)
class Events:
    """Events of a works."""

    channels: tuple[Channel, ...]
    name: ClassVar[str] = "events"
    version: ClassVar[int] = 1
    state_type: ClassVar[type[EventsState]] = EventsState

    @classmethod
    def for_channels(cls, channels: tuple[Channel, ...], _: Zone) -> Events:
        """Watch all channels."""
        return cls(channels)

    def start(self) -> EventsState:
        """Nothing is going on."""
        return EventsState()

    def step(
        self, state: EventsState, given: tuple[tuple[Finding, ...], int, Instants]
    ) -> tuple[EventsState, tuple[Event, ...]]:
        """Take findings in order of their words; give each event's words in order."""
        findings, upto, instants = given
        if not findings and not state.drafts:
            return state, ()
        drafts, words = list(state.drafts), list[Event]()
        for finding in findings:
            self._pass_deadlines(drafts, finding.word_at, instants, words)
            self._take(drafts, finding, words)
        self._pass_deadlines(drafts, upto, instants, words)
        return EventsState(tuple(drafts)), tuple(words)

    def _take(self, drafts: list[Draft], finding: Finding, words: list[Event]) -> None:
        at = finding.word_at
        number = next((n for n, draft in enumerate(drafts) if self._takes(draft, finding)), None)
        if number is None:
            if finding.ended_at is not None:
                return
            drafts.append(begun(finding, self.channels[finding.channel]))
            number = len(drafts) - 1
        else:
            drafts[number] = heard(drafts[number], finding)
        draft = drafts[number]
        ended = draft.fault and not draft.open
        draft, event = worded(draft, self.channels, at, ended=ended)
        words.append(event)
        if ended:
            del drafts[number]
        else:
            drafts[number] = reviewed(draft, at)

    def _place(self, finding: Finding) -> str:
        channel = self.channels[finding.channel]
        return channel.id if finding.fault else channel.place

    def _takes(self, draft: Draft, finding: Finding) -> bool:
        if draft.fault != bool(finding.fault) or draft.place != self._place(finding):
            return False
        if draft.fault:
            return any(known.key == finding.key for known in draft.findings)
        return True

    def _pass_deadlines(
        self, drafts: list[Draft], until: int, instants: Instants, words: list[Event]
    ) -> None:
        # A deadline has passed only when time is beyond it: a finding in that very instant still
        # belongs to the event.
        while True:
            due = [(draft.due, n) for n, draft in enumerate(drafts) if draft.due is not None]
            at, number = min(due, default=(until, -1))
            if at >= until:
                return
            draft = drafts[number]
            ended = not draft.open
            known = int(instants[min(np.searchsorted(instants, at, "right"), len(instants) - 1)])
            draft, event = worded(draft, self.channels, at, ended=ended)
            words.append(replace(event, known_at=known))
            if ended:
                del drafts[number]
            else:
                drafts[number] = reviewed(draft, at)

"""Events: findings that belong together, from the first word to the end.

Deviations at one place join the event open there; faults of an instrument make an event of their own,
and take their channel out of an event of the water. An event is looked at when a finding opens or
closes and when its own deadline has passed, never in between: so its words do not depend on how the
readings were cut. It ends when nothing was found for `draft.QUIET`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from mulmok.judge.diagnose.draft import Draft, begun, explained, heard, next_look, without_stale
from mulmok.judge.diagnose.words import worded
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
    version: ClassVar[int] = 2
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
        # Of one reading, what is wrong with the instrument is heard before what the value says.
        for finding in sorted(findings, key=lambda f: (f.word_at, f.channel, not f.fault)):
            self._pass_deadlines(drafts, finding.word_at, instants, words)
            self._take(drafts, finding, words)
            if finding.fault and finding.ended_at is None:
                self._explain(drafts, finding, words)
        self._pass_deadlines(drafts, upto, instants, words)
        return EventsState(tuple(drafts)), tuple(words)

    def _take(self, drafts: list[Draft], finding: Finding, words: list[Event]) -> None:
        number = next((n for n, draft in enumerate(drafts) if self._takes(draft, finding)), None)
        if number is None:
            if finding.ended_at is not None or self._at_fault(drafts, finding):
                return
            drafts.append(begun(finding, self.channels[finding.channel]))
            number = len(drafts) - 1
        else:
            drafts[number] = heard(drafts[number], finding)
        if not finding.fault:
            for known in [draft for draft in drafts if draft.fault]:
                drafts[number] = explained(drafts[number], known.findings[0])
        self._say(drafts, number, finding.word_at, words)

    def _at_fault(self, drafts: list[Draft], finding: Finding) -> bool:
        """Whether a deviation comes from an instrument whose fault is known already."""
        return not finding.fault and any(
            draft.fault and draft.findings[0].channel == finding.channel for draft in drafts
        )

    def _explain(self, drafts: list[Draft], fault: Finding, words: list[Event]) -> None:
        for number in reversed(range(len(drafts))):
            changed = explained(drafts[number], fault)
            if changed is not drafts[number]:
                drafts[number] = changed
                self._say(drafts, number, fault.at, words)

    def _say(self, drafts: list[Draft], number: int, at: int, words: list[Event]) -> None:
        """Word the event again, and let an instrument's event go when it has ended."""
        draft = drafts[number]
        ended = draft.fault and not draft.open
        draft, event = worded(draft, self.channels, at, ended=ended)
        words.append(event)
        if ended:
            del drafts[number]
        else:
            drafts[number] = next_look(draft, at)

    def _takes(self, draft: Draft, finding: Finding) -> bool:
        """Whether the draft has this finding already, or is where a new deviation belongs."""
        if any(known.key == finding.key for known in draft.findings):
            return True
        place = self.channels[finding.channel].place
        return not draft.fault and not finding.fault and draft.place == place

    def _pass_deadlines(
        self, drafts: list[Draft], until: int, instants: Instants, words: list[Event]
    ) -> None:
        # A deadline has passed only when time is beyond it: a finding in that very instant still
        # belongs to the event.
        while True:
            due = [(draft.due, n) for n, draft in enumerate(drafts) if draft.due is not None]
            if not due or min(due)[0] >= until:
                return
            at, number = min(due)
            draft = without_stale(drafts[number], at)
            ended = not draft.open and at >= draft.last_end
            known = int(
                instants[min(int(np.searchsorted(instants, at, "right")), len(instants) - 1)]
            )
            draft, event = worded(draft, self.channels, at, ended=ended)
            words.append(replace(event, known_at=known))
            if ended:
                del drafts[number]
            else:
                drafts[number] = next_look(draft, at)

"""The alarm stage: edges and commands drive the machines, deadlines fire at their instant.

Alarms do not know each other; each is driven through its own edges in order of time. A command acts
once all that was due before it has happened; one that comes late acts where time has come to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

import numpy as np

from mulmok.judge.alarm.commands import carried_out
from mulmok.judge.alarm.edges import Edge, row_edges
from mulmok.judge.alarm.machine import Life, heard, passed
from mulmok.judge.alarm.reports import Reported, event_edges, source_edges
from mulmok.judge.alarm.watch import Memory, Watch
from mulmok.model.alarm import (
    AlarmInput,
    AlarmOutput,
    AlarmRule,
    AlarmView,
    IsaState,
    Refusal,
    RuleKind,
    Transition,
)
from mulmok.model.block import Instants
from mulmok.model.channel import Channel
from mulmok.model.message import Command
from mulmok.model.text import text
from mulmok.model.time import FOREVER

_SPEAKING = (RuleKind.SOURCE, RuleKind.JUDGING)


@dataclass(frozen=True, slots=True, eq=False)
class AlarmsState:
    """All alarms: their lives, and what their edges remember."""

    lives: tuple[Life, ...]
    memory: Memory
    #: Per rule: ids of the events, or names of the sources, for which the input is TRUE.
    reported: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, eq=False)
class Alarms:
    """All alarms of a works."""

    rules: tuple[AlarmRule, ...]
    channels: tuple[Channel, ...]
    name: ClassVar[str] = "alarms"
    version: ClassVar[int] = 2
    state_type: ClassVar[type[AlarmsState]] = AlarmsState

    def start(self) -> AlarmsState:
        """Every alarm normal, nothing heard."""
        count = len(self.rules)
        return AlarmsState((Life(),) * count, Memory.blank(count), ((),) * count)

    def step(self, state: AlarmsState, given: AlarmInput) -> tuple[AlarmsState, AlarmOutput]:
        """Judge one run for every alarm, then carry out its commands."""
        memory, edges = row_edges(self._watch, state.memory, given)
        reported = self._hear_reports(state.reported, memory, edges, given)
        lives, told = list(state.lives), list[tuple[int, Transition]]()
        for number, life in enumerate(lives):
            deadline = life.deadline
            if number in edges or (deadline is not None and deadline <= given.upto):
                lives[number] = self._drive(number, life, edges.get(number, []), given, told)
        refused = []
        for command in given.commands:
            refusal = self._carry_out(command, lives, given, told)
            if refusal is not None:
                refused.append(refusal)
        told.sort(key=lambda each: (each[1].known_at, each[1].at, each[0]))
        said = AlarmOutput(tuple(transition for _, transition in told), tuple(refused))
        return AlarmsState(tuple(lives), memory, reported), said

    @cached_property
    def _watch(self) -> Watch:
        return Watch(self.rules, self.channels)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {rule.id: number for number, rule in enumerate(self.rules)}

    def _hear_reports(
        self,
        reported: tuple[tuple[str, ...], ...],
        memory: Memory,
        edges: dict[int, list[Edge]],
        given: AlarmInput,
    ) -> tuple[tuple[str, ...], ...]:
        if not given.events and not given.sources:
            return reported
        after = list(reported)
        for number, rule in enumerate(self.rules):
            kept = Reported(after[number])
            if rule.kind is RuleKind.EVENT:
                found = event_edges(rule, number, given.events, kept, memory, given.instants)
            elif rule.kind in _SPEAKING:
                found = source_edges(rule, given.sources, kept, given.upto)
            else:
                continue
            after[number] = kept.names
            if found:
                edges[number] = found
        return tuple(after)

    def _drive(
        self,
        number: int,
        life: Life,
        edges: list[Edge],
        given: AlarmInput,
        told: list[tuple[int, Transition]],
    ) -> Life:
        for edge in edges:
            life = self._pass_deadlines(
                number, life, edge.acts_at, edge.known_at, given.instants, told
            )
            after = heard(life, self.rules[number], edge.given, edge.at, edge.cause)
            after = replace(after, heard_at=edge.acts_at, heard_known_at=edge.known_at)
            life = self._told(number, life, after, edge.at, edge.known_at, edge.cause, told)
        # What was heard after time had passed it may be followed by more of its kind: deadlines
        # beyond it wait until time goes on.
        until = given.upto if given.upto > life.heard_known_at else life.heard_at
        return self._pass_deadlines(number, life, until, FOREVER, given.instants, told)

    def _pass_deadlines(
        self,
        number: int,
        life: Life,
        until: int,
        known_until: int,
        instants: Instants,
        told: list[tuple[int, Transition]],
    ) -> Life:
        while (at := life.deadline) is not None and at <= until:
            known_at = _deadline_known_at(life, at, instants, known_until)
            after = passed(life, at)
            # What rings says why it rings.
            cause = after.cause if after.state is IsaState.UNACK else "deadline"
            life = self._told(number, life, after, at, known_at, cause, told)
        return life

    def _carry_out(
        self,
        command: Command,
        lives: list[Life],
        given: AlarmInput,
        told: list[tuple[int, Transition]],
    ) -> Refusal | None:
        number = self._numbers.get(command.alarm)
        if number is None:
            return Refusal(command, text('there is no alarm "{alarm}"', alarm=command.alarm))
        at = max(command.at, given.upto)
        # A silence known only now may have a shelf's end behind it: that comes first.
        before = self._pass_deadlines(number, lives[number], at, at, given.instants, told)
        lives[number] = before
        after = carried_out(before, command, at)
        if isinstance(after, Refusal):
            return after
        cause = f"command {command.action.value} by {command.who}"
        lives[number] = self._told(
            number, before, after, at, at, cause, told, who=command.who, why=command.why
        )
        return None

    def _told(
        self,
        number: int,
        before: Life,
        after: Life,
        at: int,
        known_at: int,
        cause: str,
        told: list[tuple[int, Transition]],
        *,
        who: str = "",
        why: str = "",
    ) -> Life:
        """Tell a change the operator would see; an alarm's story never goes back in time."""
        if before.state is after.state:
            return after
        rule = self.rules[number]
        at = max(at, after.told_at)
        known_at = max(known_at, after.told_known_at, at)
        transition = Transition(
            alarm=rule.id,
            at=at,
            known_at=known_at,
            before=before.state,
            after=after.state,
            priority=rule.priority,
            cause=cause,
            condition=after.condition,
            acknowledgement=after.acknowledgement,
            suppression=after.suppression,
            who=who,
            why=why,
        )
        told.append((number, transition))
        return replace(after, told_at=at, told_known_at=known_at)


def _deadline_known_at(life: Life, at: int, instants: Instants, known_until: int) -> int:
    """First instant at which a deadline could be known to have passed, at most `known_until`."""
    if at <= life.heard_at:
        return life.heard_known_at
    behind = at <= life.heard_known_at
    if behind:
        place = int(np.searchsorted(instants, life.heard_known_at, side="right"))
    else:
        place = int(np.searchsorted(instants, at))
    if place < len(instants):
        return min(int(instants[place]), known_until)
    return known_until if behind else min(at, known_until)


def views(state: AlarmsState, rules: tuple[AlarmRule, ...]) -> tuple[AlarmView, ...]:
    """Every alarm as pages show it."""
    return tuple(
        AlarmView(
            rule=rule,
            state=life.state,
            condition=life.condition,
            acknowledgement=life.acknowledgement,
            suppression=life.suppression,
            active_since=life.active_since,
            returned_at=life.returned_at,
            acked_at=life.acked_at,
            acked_by=life.acked_by,
            suppressed_by=life.suppressed_by,
            suppressed_why=life.suppressed_why,
            shelved_until=life.shelved_until,
            cause=life.cause,
            suppressed_at=life.suppressed_at,
        )
        for rule, life in zip(rules, state.lives, strict=True)
    )

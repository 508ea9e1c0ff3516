"""The alarm stage: edges and commands drive the machines, deadlines fire at their instant.

Alarms do not know each other; each is driven through its own edges in order of time. A command acts
once all that was due before it has happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mulmok.judge.alarm.commands import carried_out
from mulmok.judge.alarm.edges import (
    LEVEL_KINDS,
    NOTHING,
    RATE_KINDS,
    Edge,
    Memory,
    level_edges,
    rate_edges,
    silence_edges,
)
from mulmok.judge.alarm.machine import Life, heard, passed
from mulmok.judge.alarm.reports import Reported, event_edges, source_edges
from mulmok.model.alarm import (
    AlarmInput,
    AlarmOutput,
    AlarmRule,
    AlarmView,
    Refusal,
    RuleKind,
    Transition,
)
from mulmok.model.block import Instants
from mulmok.model.channel import Channel
from mulmok.model.text import text
from mulmok.model.time import NEVER


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
    version: ClassVar[int] = 1
    state_type: ClassVar[type[AlarmsState]] = AlarmsState

    def start(self) -> AlarmsState:
        """Every alarm normal, nothing heard."""
        count = len(self.rules)
        memory = Memory(
            np.full(count, NOTHING, np.int8),
            np.zeros(count, np.int8),
            np.full(count, NEVER, np.int64),
            np.full(count, np.nan),
        )
        return AlarmsState((Life(),) * count, memory, ((),) * count)

    def step(self, state: AlarmsState, given: AlarmInput) -> tuple[AlarmsState, AlarmOutput]:
        """Judge one run for every alarm, then carry out its commands."""
        memory, usable = state.memory.copied(), given.block.usable
        lives, reported = list(state.lives), list(state.reported)
        changes: list[tuple[int, Transition]] = []
        for number, rule in enumerate(self.rules):
            kept = Reported(reported[number])
            edges = self._edges(number, rule, given, memory, usable, kept)
            reported[number] = kept.names
            if edges or lives[number].deadline is not None:
                lives[number] = self._drive(number, lives[number], edges, given, changes)
        refused = []
        for command in given.commands:
            number = self._number(command.alarm)
            if number is None:
                why = text('there is no alarm "{alarm}"', alarm=command.alarm)
                refused.append(Refusal(command, why))
                continue
            after = carried_out(lives[number], command, given.upto)
            if isinstance(after, Refusal):
                refused.append(after)
                continue
            cause = f"command {command.action.value} by {command.who}"
            self._note(number, lives[number], after, given.upto, given.upto, cause, changes)
            lives[number] = after
        changes.sort(key=lambda change: (change[1].known_at, change[1].at, change[0]))
        transitions = tuple(transition for _, transition in changes)
        after_all = AlarmsState(tuple(lives), memory, tuple(reported))
        return after_all, AlarmOutput(transitions, tuple(refused))

    def _number(self, alarm: str) -> int | None:
        for number, rule in enumerate(self.rules):
            if rule.id == alarm:
                return number
        return None

    def _edges(
        self,
        number: int,
        rule: AlarmRule,
        given: AlarmInput,
        memory: Memory,
        usable: np.ndarray[tuple[int], np.dtype[np.bool_]],
        kept: Reported,
    ) -> list[Edge]:
        if rule.kind is RuleKind.EVENT:
            return event_edges(rule, given.events, kept, given.instants)
        if rule.channel < 0:
            return source_edges(rule, given.sources, kept, given.upto)
        channel, block = self.channels[rule.channel], given.block
        if rule.kind is RuleKind.NO_DATA:
            return silence_edges(
                rule, number, channel.id, block, usable, memory, given.instants
            )
        if block.bounds[rule.channel] == block.bounds[rule.channel + 1]:
            return []
        if rule.kind in LEVEL_KINDS:
            return level_edges(rule, number, channel.id, block, usable, memory, given.instants)
        if rule.kind in RATE_KINDS:
            return rate_edges(
                rule, number, channel.id, channel.every, block, usable, memory, given.instants
            )
        return []

    def _drive(
        self,
        number: int,
        life: Life,
        edges: list[Edge],
        given: AlarmInput,
        changes: list[tuple[int, Transition]],
    ) -> Life:
        for edge in edges:
            life = self._pass_deadlines(number, life, edge.at, given.instants, changes)
            after = heard(life, self.rules[number], edge.given, edge.at, edge.cause)
            self._note(number, life, after, edge.at, edge.known_at, edge.cause, changes)
            life = after
        return self._pass_deadlines(number, life, given.upto, given.instants, changes)

    def _pass_deadlines(
        self,
        number: int,
        life: Life,
        until: int,
        instants: Instants,
        changes: list[tuple[int, Transition]],
    ) -> Life:
        while (at := life.deadline) is not None and at <= until:
            known = int(instants[min(np.searchsorted(instants, at), len(instants) - 1)])
            after = passed(life, at)
            self._note(number, life, after, at, known, life.cause, changes)
            life = after
        return life

    def _note(
        self,
        number: int,
        before: Life,
        after: Life,
        at: int,
        known_at: int,
        cause: str,
        changes: list[tuple[int, Transition]],
    ) -> None:
        if before.state is after.state:
            return
        rule = self.rules[number]
        change = Transition(
            rule.id,
            at,
            known_at,
            before.state,
            after.state,
            rule.priority,
            cause,
            after.condition,
            after.acknowledgement,
            after.suppression,
        )
        changes.append((number, change))


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
        )
        for rule, life in zip(rules, state.lives, strict=True)
    )

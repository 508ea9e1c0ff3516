"""What alarms keep when judging changes: those whose rule is unchanged go on as they were.

A new site file, or a new version of a stage, has the stored readings judged again, silently. What that
finds is how the process stands; who has acknowledged what, and what is hidden, only the alarms as they
were left can tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from mulmok.judge.alarm.commands import carried_out
from mulmok.judge.alarm.machine import Life, heard
from mulmok.judge.alarm.stage import Alarms, AlarmsState
from mulmok.judge.alarm.states import ACTIVE_CONDITIONS, Input
from mulmok.model.alarm import (
    Acknowledgement,
    AlarmRule,
    IsaState,
    Refusal,
    RuleKind,
    Suppression,
    Transition,
)
from mulmok.model.message import Command

#: Cause of what changes only because judging did.
CONFIGURATION = "configuration"
#: Hidden until somebody says otherwise: a shelf's end is not in its transition.
_LASTING = (Suppression.INHIBITED, Suppression.OUT_OF_SERVICE)


def carry(
    old: Alarms, state: AlarmsState, new: Alarms, rebuilt: AlarmsState, upto: int
) -> AlarmsState:
    """Give the state in which `new` goes on at `upto` where `old` with its `state` stopped.

    rebuilt   what `new` makes of the stored readings, without a command

    An alarm keeps its state, acknowledged or shelved included, when it watches the same thing in the
    same way; a new name or priority changes nothing of that. Events are found anew, so an event alarm
    hears of those there are now. Any other change makes it a new alarm: nothing hides it, it rings if
    its condition holds, and is quiet about what is over.
    """
    known = {_sameness(rule, old): number for number, rule in enumerate(old.rules)}
    lives, reported, memory = list(rebuilt.lives), list(rebuilt.reported), rebuilt.memory.copied()
    for number, rule in enumerate(new.rules):
        before = known.get(_sameness(rule, new))
        if before is None:
            lives[number] = _afresh(lives[number])
        elif rule.kind is RuleKind.EVENT:
            life, holds = state.lives[before], bool(reported[number])
            if holds is not bool(state.reported[before]):
                given = Input.TRUE if holds else Input.FALSE
                life = heard(life, rule, given, upto, lives[number].cause or CONFIGURATION)
                life = replace(life, heard_at=upto, heard_known_at=upto)
            lives[number] = life
        else:
            lives[number], reported[number] = state.lives[before], state.reported[before]
            memory.take(number, state.memory, before)
    return AlarmsState(tuple(lives), memory, tuple(reported))


def as_told(new: Alarms, rebuilt: AlarmsState, words: Mapping[str, Transition]) -> AlarmsState:
    """Give the state in which `new` goes on when only the last word on each alarm is left.

    So it is when the state of the alarms is written in a way this version cannot read. What is out of
    service stays so, what was acknowledged or waits for it as well; a shelf, whose end is not known,
    is over.
    """
    lives = tuple(
        _afresh(life) if rule.id not in words else _remembered(life, words[rule.id])
        for rule, life in zip(new.rules, rebuilt.lives, strict=True)
    )
    return replace(rebuilt, lives=lives)


def obeyed(stage: Alarms, state: AlarmsState, commands: Iterable[Command]) -> AlarmsState:
    """Give the state after commands alone: time and the process stand still meanwhile."""
    lives = {rule.id: life for rule, life in zip(stage.rules, state.lives, strict=True)}
    for command in commands:
        life = lives.get(command.alarm)
        if life is None:
            continue
        after = carried_out(life, command, command.at)
        if not isinstance(after, Refusal):
            lives[command.alarm] = after
    return replace(state, lives=tuple(lives.values()))


def retold(
    stage: Alarms, state: AlarmsState, words: Mapping[str, Transition], upto: int
) -> tuple[AlarmsState, tuple[Transition, ...]]:
    """Tell where alarms stand now otherwise than their last words said; also those that are gone."""
    lives, told = list(state.lives), list[Transition]()
    for number, rule in enumerate(stage.rules):
        life, last = lives[number], words.get(rule.id)
        before = IsaState.NORM if last is None else last.after
        if life.state is before:
            continue
        at = max(
            upto, life.told_at, life.told_known_at, *((last.at, last.known_at) if last else ())
        )
        told.append(
            Transition(
                alarm=rule.id,
                at=at,
                known_at=at,
                before=before,
                after=life.state,
                priority=rule.priority,
                cause=CONFIGURATION,
                condition=life.condition,
                acknowledgement=life.acknowledgement,
                suppression=life.suppression,
            )
        )
        lives[number] = replace(life, told_at=at, told_known_at=at)
    there = {rule.id for rule in stage.rules}
    for name, last in words.items():
        if name not in there and last.after is not IsaState.NORM:
            at = max(upto, last.at, last.known_at)
            told.append(
                Transition(name, at, at, last.after, IsaState.NORM, last.priority, CONFIGURATION)
            )
    return replace(state, lives=tuple(lives)), tuple(told)


def _afresh(life: Life) -> Life:
    """An alarm nobody has seen yet: it waits for somebody while its condition holds, else for nothing."""
    active = life.condition in ACTIVE_CONDITIONS
    return replace(
        life, acknowledgement=Acknowledgement.UNACKED if active else Acknowledgement.NONE
    )


def _remembered(life: Life, word: Transition) -> Life:
    """An alarm as it was last spoken of, on the condition there is now."""
    active, seen = life.condition in ACTIVE_CONDITIONS, word.acknowledgement
    if active and seen is Acknowledgement.NONE and word.suppression is Suppression.NONE:
        seen = Acknowledgement.UNACKED
    if not active and seen is Acknowledgement.ACKED:
        seen = Acknowledgement.NONE
    life = replace(life, acknowledgement=seen)
    if word.suppression not in _LASTING:
        return life
    return replace(
        life,
        suppression=word.suppression,
        suppressed_at=word.at,
        suppressed_by=word.who,
        suppressed_why=word.why,
    )


def _sameness(rule: AlarmRule, alarms: Alarms) -> tuple[AlarmRule, str, str, int]:
    """What must be equal for an alarm to be the same: a channel counts by its id, not its place."""
    plain = replace(rule, name=None, priority=0, channel=-1)
    if rule.channel < 0:
        return plain, "", "", 0
    channel = alarms.channels[rule.channel]
    return plain, channel.id, channel.quantity.id, channel.every

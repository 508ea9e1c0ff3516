"""What alarms keep when the site file changes: those whose rule is unchanged go on as they were."""

from __future__ import annotations

from dataclasses import replace

from mulmok.judge.alarm.stage import Alarms, AlarmsState
from mulmok.model.alarm import AlarmRule


def carry(old: Alarms, state: AlarmsState, new: Alarms) -> AlarmsState:
    """Give the state in which `new` goes on where `old` with its `state` stopped.

    An alarm keeps its state, acknowledged or shelved included, when it watches the same thing in the
    same way; a new name or priority changes nothing of that. Any other change makes it a new alarm:
    it starts as normal, and what was hidden under the old rule is hidden no longer.
    """
    known = {_sameness(rule, old): number for number, rule in enumerate(old.rules)}
    after = new.start()
    lives, reported, memory = list(after.lives), list(after.reported), after.memory
    for number, rule in enumerate(new.rules):
        before = known.get(_sameness(rule, new))
        if before is None:
            continue
        lives[number], reported[number] = state.lives[before], state.reported[before]
        memory.take(number, state.memory, before)
    return AlarmsState(tuple(lives), memory, tuple(reported))


def _sameness(rule: AlarmRule, alarms: Alarms) -> tuple[AlarmRule, str, int]:
    """What must be equal for an alarm to be the same: a channel counts by its id, not its place."""
    plain = replace(rule, name=None, priority=0, channel=-1)
    if rule.channel < 0:
        return plain, "", 0
    channel = alarms.channels[rule.channel]
    return plain, channel.id, channel.every

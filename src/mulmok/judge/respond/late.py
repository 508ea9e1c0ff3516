"""Nobody is called for what was over hours ago; somebody is, when it turns out not to be over.

A line that was down brings its readings when it is back, and with them alarms of hours ago. They
stand in the list at once. A person is told when the alarm still holds once its data has caught up:
of an alarm on a channel, with the first reading of that channel that is no longer old; of any other
alarm, ten minutes after it became known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mulmok.judge.respond.decide import notice, sampling
from mulmok.model.alarm import AlarmRule, RuleKind, Transition
from mulmok.model.block import Block, Instants
from mulmok.model.effect import Effect, Notify
from mulmok.model.message import Command, Message
from mulmok.model.time import HOUR, MINUTE

#: A reading or a rise that became known so long after its time is old [ns]. Site choice.
OLD = HOUR
#: How long an alarm that is on no channel is given to turn out to be over [ns]. Site choice.
PATIENCE = 10 * MINUTE
_BY_READINGS = (RuleKind.ABOVE, RuleKind.BELOW, RuleKind.RATE_ABOVE, RuleKind.RATE_BELOW)


@dataclass(frozen=True, slots=True)
class Owed:
    """A notice that waits for its data to catch up; it has waited since `known_at` [ns UTC].

    channel   index of the channel whose data it is; -1: none's
    """

    notify: Notify
    known_at: int
    channel: int


@dataclass(frozen=True)
class RespondState:
    """Notices that wait, by the order in which their alarms rose."""

    owed: tuple[Owed, ...] = ()


@dataclass(frozen=True, eq=False)
class RespondInput:
    """What an alarm stage said of one run, its rows and instants of knowing, the command it ends with."""

    transitions: tuple[Transition, ...]
    block: Block
    instants: Instants
    upto: int
    command: Command | None = None


def commanded(message: Message | None) -> Command | None:
    """Give the command a run ends with, where it ends with one."""
    return message if isinstance(message, Command) else None


@dataclass(frozen=True, eq=False)
class Respond:
    """Asks for notices of alarms that have become unacknowledged.

    channels   alarm -> index of the channel whose readings raise it; without the others
    """

    channels: Mapping[str, int]
    name: ClassVar[str] = "respond"
    version: ClassVar[int] = 1
    state_type: ClassVar[type[RespondState]] = RespondState

    @classmethod
    def for_rules(cls, rules: tuple[AlarmRule, ...]) -> Respond:
        """Know which alarms stand on the readings of one channel."""
        return cls({rule.id: rule.channel for rule in rules if rule.kind in _BY_READINGS})

    def start(self) -> RespondState:
        """Nothing is owed."""
        return RespondState()

    def step(
        self, state: RespondState, given: RespondInput
    ) -> tuple[RespondState, tuple[Effect, ...]]:
        """Give what is to be done: notices in the order in which they became due, then the sample asked for."""
        asked = sampling(given.command)
        if not state.owed and not given.transitions:
            return state, asked
        state, notices = self._notices(state, given)
        return state, (*notices, *asked)

    def _notices(
        self, state: RespondState, given: RespondInput
    ) -> tuple[RespondState, tuple[Notify, ...]]:
        owed, due = {one.notify.alarm: one for one in state.owed}, list[tuple[int, Notify]]()
        for change in given.transitions:
            due += _caught_up(owed.pop(change.alarm, None), given, change.known_at)
            asked = notice(change)
            if asked is None:
                continue
            if change.known_at - change.at > OLD:
                channel = self.channels.get(change.alarm, -1)
                owed[change.alarm] = Owed(asked, change.known_at, channel)
            else:
                due.append((change.known_at, asked))
        for alarm in tuple(owed):
            told = list(_caught_up(owed[alarm], given, given.upto + 1))
            if told:
                due += told
                del owed[alarm]
        due.sort(key=lambda each: each[0])
        return RespondState(tuple(owed.values())), tuple(asked for _, asked in due)


def _caught_up(owed: Owed | None, given: RespondInput, before: int) -> Iterator[tuple[int, Notify]]:
    """Give a notice with the instant at which its data has caught up, if that is `before` [ns UTC]."""
    if owed is None:
        return
    if owed.channel < 0:
        at = owed.known_at + PATIENCE
        if at < before:
            yield at, owed.notify
        return
    rows = given.block.rows(owed.channel)
    at_rows = given.block.at[rows]
    if not len(at_rows):
        return
    place = np.minimum(np.searchsorted(given.instants, at_rows), len(given.instants) - 1)
    known = given.instants[place]
    fresh = known[(known - at_rows <= OLD) & (known >= owed.known_at)]
    if len(fresh) and int(fresh[0]) < before:
        yield int(fresh[0]), owed.notify

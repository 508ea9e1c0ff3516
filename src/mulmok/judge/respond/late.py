"""Nobody is called for what was over hours ago; somebody is, when it turns out not to be over.

A line that was down brings its readings when it is back, and with them alarms of hours ago. They
stand in the list at once. A person is told when the alarm still holds once its data has caught up:
of an alarm on a channel's value, with the first reading of that channel that is no longer old; of
any other alarm, ten minutes after it became known. Where no data is behind, everybody is told at
once, however long nobody looked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

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


@dataclass(frozen=True, eq=False)
class RespondState:
    """Notices that wait, by the order in which their alarms rose, and the channels that are behind.

    behind   whether the last reading of each channel was old when it came
    """

    owed: tuple[Owed, ...]
    behind: NDArray[np.bool_]


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

    rules      all alarms by their id
    channels   how many channels the works has
    """

    rules: Mapping[str, AlarmRule]
    channels: int
    name: ClassVar[str] = "respond"
    version: ClassVar[int] = 1
    state_type: ClassVar[type[RespondState]] = RespondState

    @classmethod
    def for_rules(cls, rules: tuple[AlarmRule, ...], channels: int) -> Respond:
        """Know the alarms of a works."""
        return cls({rule.id: rule for rule in rules}, channels)

    def start(self) -> RespondState:
        """Nothing is owed, and nobody is behind."""
        return RespondState((), np.zeros(self.channels, np.bool_))

    def step(
        self, state: RespondState, given: RespondInput
    ) -> tuple[RespondState, tuple[Effect, ...]]:
        """Give what is to be done: notices in the order in which they became due, then the sample asked for."""
        asked = sampling(given.command)
        rows = _Rows.of(given, state.behind)
        if not state.owed and not given.transitions:
            return RespondState((), rows.behind(None)), asked
        owed, notices = self._notices(state.owed, given, rows)
        return RespondState(owed, rows.behind(None)), (*notices, *asked)

    def _notices(
        self, waiting: tuple[Owed, ...], given: RespondInput, rows: _Rows
    ) -> tuple[tuple[Owed, ...], tuple[Notify, ...]]:
        owed, due = {one.notify.alarm: one for one in waiting}, list[tuple[int, Notify]]()
        for change in given.transitions:
            due += rows.caught_up(owed.pop(change.alarm, None), change.known_at)
            asked = notice(change)
            if asked is None:
                continue
            rule = self.rules.get(change.alarm)
            if rule is not None and rows.is_old(change, rule):
                channel = rule.channel if rule.kind in _BY_READINGS else -1
                owed[change.alarm] = Owed(asked, change.known_at, channel)
            else:
                due.append((change.known_at, asked))
        for alarm in tuple(owed):
            told = list(rows.caught_up(owed[alarm], given.upto + 1))
            if told:
                due += told
                del owed[alarm]
        due.sort(key=lambda each: each[0])
        return tuple(owed.values()), tuple(asked for _, asked in due)


@dataclass(frozen=True, eq=False)
class _Rows:
    """Rows of a run with the event time at which each was known [ns UTC], and whether it was old then."""

    block: Block
    known: Instants
    old: NDArray[np.bool_]
    before: NDArray[np.bool_]

    @classmethod
    def of(cls, given: RespondInput, before: NDArray[np.bool_]) -> _Rows:
        """Work it out; `before`: whether each channel was behind before the run."""
        at = given.block.at
        place = np.minimum(np.searchsorted(given.instants, at), len(given.instants) - 1)
        known = given.instants[place]
        return cls(given.block, known, known - at > OLD, before)

    def behind(self, upto: int | None) -> NDArray[np.bool_]:
        """Whether the last reading of each channel, measured up to an instant [ns UTC], was old."""
        found, bounds = self.before.copy(), self.block.bounds
        for channel in np.flatnonzero(np.diff(bounds)).tolist():
            rows = self.block.rows(channel)
            at = self.block.at[rows]
            last = len(at) if upto is None else int(np.searchsorted(at, upto, side="right"))
            if last:
                found[channel] = self.old[rows][last - 1]
        return found

    def is_old(self, change: Transition, rule: AlarmRule) -> bool:
        """Whether an alarm rose long before it was known, because its data is behind."""
        if change.known_at - change.at <= OLD:
            return False
        behind = self.behind(change.at)
        return bool(behind.any() if rule.channel < 0 else behind[rule.channel])

    def caught_up(self, owed: Owed | None, before: int) -> Iterator[tuple[int, Notify]]:
        """Give a notice with the instant at which its data has caught up, if that is `before` [ns UTC]."""
        if owed is None:
            return
        if owed.channel < 0:
            at = owed.known_at + PATIENCE
            if at < before:
                yield at, owed.notify
            return
        rows = self.block.rows(owed.channel)
        known = self.known[rows]
        fresh = known[~self.old[rows] & (known >= owed.known_at)]
        if len(fresh) and int(fresh[0]) < before:
            yield int(fresh[0]), owed.notify

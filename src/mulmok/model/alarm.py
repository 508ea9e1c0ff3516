"""Alarm: what the operator must act on. Words only; the machines are in `judge/alarm`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from mulmok.model.block import Block
from mulmok.model.event import Event, Verdict
from mulmok.model.message import Command, Message, SourceStatus
from mulmok.model.text import Names, Text


class Condition(StrEnum):
    """Where the process stands against the alarm's condition."""

    NORMAL = "NORMAL"
    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    CLEARING = "CLEARING"


class Acknowledgement(StrEnum):
    """Whether somebody has seen it."""

    NONE = "NONE"
    UNACKED = "UNACKED"
    ACKED = "ACKED"


class Suppression(StrEnum):
    """Why it is kept from the operator. Suppression hides, it never stops evaluation."""

    NONE = "NONE"
    SHELVED = "SHELVED"
    INHIBITED = "INHIBITED"
    OUT_OF_SERVICE = "OUT_OF_SERVICE"


class IsaState(StrEnum):
    """ISA-18.2 / IEC 62682 state: a view of the three machines."""

    NORM = "NORM"
    UNACK = "UNACK"
    ACKED = "ACKED"
    RTNUN = "RTNUN"
    SHLVD = "SHLVD"
    DSUPR = "DSUPR"
    OOSRV = "OOSRV"


ISA_NAMES = {
    IsaState.NORM: Names("정상", "normal"),
    IsaState.UNACK: Names("미확인 경보", "unacknowledged"),
    IsaState.ACKED: Names("확인됨", "acknowledged"),
    IsaState.RTNUN: Names("복귀·미확인", "returned, unacknowledged"),
    IsaState.SHLVD: Names("일시 보류", "shelved"),
    IsaState.DSUPR: Names("설계 억제", "suppressed by design"),
    IsaState.OOSRV: Names("사용 중지", "out of service"),
}


class RuleKind(StrEnum):
    """What an alarm watches."""

    ABOVE = "above"
    BELOW = "below"
    RATE_ABOVE = "rate_above"
    RATE_BELOW = "rate_below"
    NO_DATA = "no_data"
    EVENT = "event"
    SOURCE = "source"
    JUDGING = "judging"


@dataclass(frozen=True, slots=True)
class AlarmRule:
    """One alarm as configured.

    limit     [canonical unit]; for rates [canonical unit per minute]; for no_data [ns]
    deadband  how far back over the limit the value must come before it counts as returned [as limit]
    """

    id: str
    kind: RuleKind
    #: Index of the channel watched; -1 for event, source and judging alarms.
    channel: int = -1
    limit: float = 0.0
    deadband: float = 0.0
    #: How long the condition must hold before the alarm is raised, and be gone before it returns [ns].
    on_delay: int = 0
    off_delay: int = 0
    #: 1 act now .. 4 note.
    priority: int = 3
    #: Event alarms: which verdict.
    verdict: Verdict = Verdict.WATER
    #: Source alarms: which source.
    source: str = ""
    name: Names | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """One change of an alarm that an operator would see.

    `at` is when it happened (a timer's deadline, not when someone looked), `known_at` the event
    time at which mulmok could know it. [ns UTC]
    """

    alarm: str
    at: int
    known_at: int
    before: IsaState
    after: IsaState
    priority: int
    #: What caused it: a reading, an event id, a command, a deadline; in words for the journal.
    cause: str
    condition: Condition = Condition.NORMAL
    acknowledgement: Acknowledgement = Acknowledgement.NONE
    suppression: Suppression = Suppression.NONE
    #: Of a command: who gave it, and why.
    who: str = ""
    why: str = ""
    #: Fingerprint of the site file it was judged under; known once it is kept.
    configuration: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A command that changed nothing, and why."""

    command: Command
    why: Text


@dataclass(frozen=True, slots=True, eq=False)
class AlarmInput:
    """What the alarm stage is given for one run."""

    block: Block
    events: tuple[Event, ...]
    commands: tuple[Command, ...]
    sources: tuple[SourceStatus, ...]
    upto: int
    instants: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        block: Block,
        events: tuple[Event, ...],
        message: Message | None,
        upto: int,
        instants: NDArray[np.int64],
    ) -> AlarmInput:
        """Sort in what the run ends with, where that is a command or a source's report."""
        commands = (message,) if isinstance(message, Command) and message.alarm else ()
        sources = (message,) if isinstance(message, SourceStatus) else ()
        return cls(block, events, commands, sources, upto, instants)


@dataclass(frozen=True, slots=True)
class AlarmOutput:
    """What the alarm stage says of one run."""

    transitions: tuple[Transition, ...]
    refused: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class AlarmView:
    """One alarm as pages show it.

    Instants are of its latest occurrence [ns UTC]; None: that has not happened.
    """

    rule: AlarmRule
    state: IsaState
    condition: Condition
    acknowledgement: Acknowledgement
    suppression: Suppression
    active_since: int | None
    returned_at: int | None
    acked_at: int | None
    acked_by: str
    suppressed_by: str
    suppressed_why: str
    shelved_until: int | None
    cause: str
    #: Since when it is shelved, inhibited or out of service.
    suppressed_at: int | None = None

"""Journal messages: everything that can change a judgement, journaled before it is used."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from mulmok.model.block import Bytes, Instants, Values


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """Readings in the order they arrived; `channel` is the index in the works' channel list.

    received_at   our clock when they reached us [ns UTC]; 0 for readings of the past, of which nobody
                  knows

    The order of rows is part of the message: what is late depends on it, so one message of many
    rows means the same as many messages of few.
    """

    received_at: int
    channel: NDArray[np.int16]
    at: Instants
    value: Values
    status: Bytes
    source: str = ""

    def __post_init__(self) -> None:
        """Make every array read-only."""
        for array in (self.channel, self.at, self.value, self.status):
            array.flags.writeable = False

    def __len__(self) -> int:
        """Count the readings."""
        return len(self.at)


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has come so far [ns UTC], whether or not a reading came."""

    at: int


class Action(StrEnum):
    """What an operator can ask of an alarm or a sampler, or say of an event."""

    ACKNOWLEDGE = "acknowledge"
    SHELVE = "shelve"
    UNSHELVE = "unshelve"
    INHIBIT = "inhibit"
    RELEASE = "release"
    OUT_OF_SERVICE = "out_of_service"
    IN_SERVICE = "in_service"
    CONFIRM = "confirm"
    REJECT = "reject"
    SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class Command:
    """Somebody decided something: who, when, what, why."""

    at: int
    who: str
    action: Action
    #: The alarm it is about; "" when it is about an event or a sampler.
    alarm: str
    why: str = ""
    #: Shelving ends at this instant [ns UTC].
    until: int | None = None
    #: The event it is about, and what caused it in truth (`model.cause`, or a discharger's id); else "".
    event: str = ""
    cause: str = ""
    #: The sampler that is to take a sample; else "".
    sampler: str = ""


#: The name under which judging reports on itself, as if it were a source.
JUDGING = "judging"


class SourceState(StrEnum):
    """How a source is doing."""

    OK = "ok"
    SILENT = "silent"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """A source came, fell silent or fails."""

    at: int
    source: str
    state: SourceState
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ConfigChange:
    """From here on another site file holds; `fingerprint` is its hash."""

    at: int
    fingerprint: str


Message = Readings | Tick | Command | SourceStatus | ConfigChange

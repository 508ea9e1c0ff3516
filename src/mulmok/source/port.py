"""The port every source stands behind.

The contract, so that drivers can stay small:

- `run` delivers until it is cancelled, or until the source is exhausted (then it returns).
- `deliver` comes back only when the rows are on disk. A driver acknowledges to the outside world
  (MQTT ack, HTTP 200, moving a file) after that, never before; a crash in between means the same
  rows come again, which is harmless: readings are idempotent on (channel, at).
- Drivers do not retry, back off or log. They raise `SourceError` and are started again by
  `run/supervise.py`, which also turns their silence into a `SourceStatus`.
- Rows may come in any order and late; bringing them into time order is the pipeline's first stage.
- A driver reads no clock. One that lives in time is handed a `Clock`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from mulmok.model.block import Bytes, Instants, Values
from mulmok.model.calendar import Calendar
from mulmok.model.channel import Channel
from mulmok.model.clock import Clock
from mulmok.model.text import Text
from mulmok.model.time import Zone
from mulmok.source.settings import Given, SettingKey


@dataclass(frozen=True, slots=True, eq=False)
class Arrival:
    """Readings as one message of the outside world brought them, in the order they came.

    channel  index in the works' channel list, int16 (n,)
    at       instants measured [ns UTC], int64 (n,)
    value    [canonical unit], float64 (n,); missing is NaN
    status   instrument status, uint8 (n,)
    """

    channel: NDArray[np.int16]
    at: Instants
    value: Values
    status: Bytes

    def __len__(self) -> int:
        """Count the readings."""
        return len(self.at)


Deliver = Callable[[Arrival], Awaitable[None]]


class Source(Protocol):
    """A way in; see the contract at the top of this file."""

    async def run(self, deliver: Deliver) -> None:
        """Hand over what arrives until cancelled or exhausted."""
        ...


@runtime_checkable
class Troubled(Protocol):
    """A source that may go on delivering though something of it needs a person.

    A file that was refused, a device that answers for half its registers: raising SourceError would
    stop what still works. `run/supervise.py` asks every second, and the source fails for as long as
    there is trouble.
    """

    @property
    def trouble(self) -> Text | None:
        """What a person must see to; None when there is nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Setup:
    """All a driver is made from. Secrets in the settings are resolved already.

    name      the source's id
    settings  of the source as a whole; each: channel id -> that channel's own
    channels  all channels of the works, in their order: indices of an `Arrival` point into it
    members   indices of those this source feeds
    folder    the works' data folder, for what a driver must remember over restarts
    beside    the site file's folder, from which relative paths are meant
    capacity  design flow of the works [m3/h]; NaN when unknown
    design    quantity id -> design concentration [canonical unit]
    calendar  days off of the works
    report    is told in words what an operator should know
    """

    name: str
    settings: Mapping[str, Given]
    each: Mapping[str, Mapping[str, Given]]
    channels: tuple[Channel, ...]
    members: tuple[int, ...]
    clock: Clock
    zone: Zone
    folder: Path
    beside: Path
    capacity: float
    design: Mapping[str, float]
    calendar: Calendar
    report: Callable[[Text], None]


class Driver(Source, Protocol):
    """A source that can be made from a site file; what the entry points name.

    settings  all it can be told there: what it is built from has been checked by this table
    """

    settings: ClassVar[tuple[SettingKey, ...]]

    @classmethod
    def build(cls, setup: Setup) -> Self:
        """Make the source. Raises InputError when a setting is wrong in a way no table can tell."""
        ...

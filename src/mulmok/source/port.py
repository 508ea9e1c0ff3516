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
- What fails for one channel (a register that is not there, a value that is no number) costs that
  channel: it is delivered as missing with the status that says why, and told of as trouble; the
  others go on. What fails for all of them is a `SourceError`.
- What a driver shows of itself (`seen`, `trouble`) it only remembers: asking costs no traffic.
"""

from __future__ import annotations

import math
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
from mulmok.model.instrument import Seen
from mulmok.model.text import Text
from mulmok.model.time import Zone
from mulmok.source.settings import Given, SettingKey
from mulmok.source.signal import Signal

__all__ = [
    "Arrival",
    "Deliver",
    "Driver",
    "Inspectable",
    "Sampled",
    "Sampling",
    "Seen",
    "Setup",
    "Source",
    "Troubled",
]


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


@runtime_checkable
class Inspectable(Protocol):
    """A source that remembers what it last saw of each channel."""

    def seen(self) -> Mapping[int, Seen]:
        """By index of the channel, of those that were seen at all."""
        ...


@dataclass(frozen=True, slots=True)
class Sampled:
    """What an auto-sampler says after it was told to take a sample.

    bottle       place of the bottle that was filled, from 1; None: it does not say
    temperature  of its cabinet [degC]; NaN: it does not say
    """

    bottle: int | None = None
    temperature: float = math.nan


@runtime_checkable
class Sampling(Protocol):
    """A source through whose line an auto-sampler can be told to take a sample.

    Its class has a table of settings for that, `sampler_settings`, as `settings` is for reading, and
    may have `sampler_wrong` as it may have `wrong`.
    """

    async def sample(self, given: Mapping[str, Given]) -> Sampled:
        """Have one sample taken, between two polls. Raises SourceError when it was not, for all we know."""
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
    trial     somebody only looks (`mulmok probe`): nothing may be taken from the outside that
              the running works would then miss, and `folder` is gone afterwards
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
    trial: bool = False

    def signals(self) -> dict[int, Signal]:
        """Make the signal of each member, by its index."""
        return {
            index: Signal.of(channel, self.each.get(channel.id, {}))
            for index, channel in self.feeding()
        }

    def feeding(self) -> list[tuple[int, Channel]]:
        """Give the members with their channels."""
        return [(index, self.channels[index]) for index in self.members]


class Driver(Source, Protocol):
    """A source that can be made from a site file; what the entry points name.

    settings   all it can be told there: what it is built from has been checked by this table
    momentary  what is not read at its time cannot be had later. While such a source fails,
               `run/supervise.py` says of each of its channels that nothing could be read

    One that is momentary and is told of changes, rather than asking at turns, says so by a class
    attribute `told = True`: what it is told of at about each turn may come a little after the next.

    A driver may have a static method `wrong(settings)` that gives what does not go together: pairs of
    key and fault. It is asked by the strict loader for a source and, with the channel's own
    settings merged in, for each channel; what it says is told with file and line.
    """

    settings: ClassVar[tuple[SettingKey, ...]]
    momentary: ClassVar[bool]

    @classmethod
    def build(cls, setup: Setup) -> Self:
        """Make the source. Raises InputError when a setting is wrong in a way no table can tell."""
        ...

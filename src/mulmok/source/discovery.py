"""What can be found out there: a driver's way to propose channels to an integrator.

A discoverer lives in the driver's folder (`discover.py`) and is named by the entry point group
`mulmok.discoverers` under the driver's name. It asks and never writes; what it finds is a proposal
that a person reads, mends and puts into the site file (`mulmok discover`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from mulmok.model.clock import Clock
from mulmok.model.text import Text
from mulmok.source.settings import Given, SettingKey


@dataclass(frozen=True, slots=True)
class Proposal:
    """One thing that could be a channel.

    label    what it is called out there: a tag, a topic, a column; "" where things have no names
    own      the channel's own settings of the driver, as the site file would have them
    shows    what it shows now, as text
    unit     its unit as the device writes it; "" unknown
    """

    label: str
    own: Mapping[str, Given]
    shows: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found at one place: settings of the source, and what it offers.

    remarks  what the person should know: what was not looked at, what is a guess
    """

    settings: Mapping[str, Given]
    proposals: tuple[Proposal, ...] = ()
    remarks: tuple[Text, ...] = field(default_factory=tuple)


class Discoverer(Protocol):
    """Looks for what a driver could read.

    settings  what it can be told on the command line, as `name=value`; most are the driver's own
    """

    settings: ClassVar[tuple[SettingKey, ...]]

    @staticmethod
    async def discover(given: Mapping[str, Given], patience_s: float) -> list[Found]:
        """Look for at most `patience_s` seconds. Raises SourceError when the place does not answer."""
        ...


class TimedDiscoverer(Protocol):
    """One that must know what time it is: it is handed a clock besides."""

    settings: ClassVar[tuple[SettingKey, ...]]

    @staticmethod
    async def discover_at(
        given: Mapping[str, Given], patience_s: float, clock: Clock
    ) -> list[Found]:
        """Look as `Discoverer.discover` does."""
        ...

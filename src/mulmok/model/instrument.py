"""An instrument as an engineer at its display wants to see it: what it sent, and how it behaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mulmok.model.message import SourceState
from mulmok.model.status import Status
from mulmok.model.text import Text


@dataclass(frozen=True, slots=True)
class Seen:
    """What an instrument last sent for one channel.

    place     where it was asked or came from: `unit 1, holding 40001`, a topic, a node
    raw       what came: bytes in hexadecimal, or the text
    number    what that is, before scale and unit; NaN: no number
    value     [canonical unit]; NaN: missing
    status    what was made of what the instrument says of itself
    at        instant measured [ns UTC]
    received_at  our clock when it came [ns UTC]
    took      from asking to answer [ns]; 0: it came by itself
    fault     what is wrong with this channel alone; None: nothing
    """

    place: str
    raw: str
    number: float
    value: float
    status: Status
    at: int
    received_at: int
    took: int = 0
    fault: Text | None = None


@dataclass(frozen=True, slots=True)
class Instrument:
    """One channel's instrument since the works was started. Instants are None where there was none.

    source    id of the source that feeds it; "" when none does
    driver    the source's
    state     how the source does; None: nothing was heard of it yet
    settings  the channel's own settings and the source's, secrets as references
    seen      None: nothing came yet, or the driver does not remember
    readings  how many came, and how many of them were missing
    good_at   newest instant with a value [ns UTC]
    pace      readings that came for each that was due; None: before the first was
    failures  of the source, the last of them in words, and when [ns UTC]
    behind    how far the source's clock is behind ours [ns], negative when ahead
    """

    channel: str
    source: str = ""
    driver: str = ""
    state: SourceState | None = None
    settings: Mapping[str, str] | None = None
    seen: Seen | None = None
    readings: int = 0
    missing: int = 0
    good_at: int | None = None
    pace: float | None = None
    failures: int = 0
    fault: str = ""
    failed_at: int | None = None
    behind: int | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the display of an instrument showed, beside what had come of it.

    at        when somebody read the display [ns UTC]
    shown     what it showed [canonical unit]
    measured  the channel's reading then [canonical unit], and its instant [ns UTC]
    """

    channel: str
    at: int
    who: str
    shown: float
    measured: float
    measured_at: int
    why: str = ""

"""The site file as frozen objects, canonical units throughout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mulmok.model.alarm import AlarmRule
from mulmok.model.calendar import WEEKENDS, Calendar
from mulmok.model.channel import Channel
from mulmok.model.errors import Fault
from mulmok.model.foreign import ForeignWater
from mulmok.model.text import Names
from mulmok.model.time import DAY, MINUTE, Zone
from mulmok.source.settings import Given

Setting = Given

#: How much stored history a start after a change of the site file judges anew: it covers the warm-up
#: of every stage. Site choice.
WARM_UP = 30 * DAY


@dataclass(frozen=True, slots=True)
class Works:
    """The works itself.

    capacity      [m3/h]; NaN when not given
    design        quantity id -> design value of the influent [canonical unit]
    equalisation  [m3]; NaN when not given
    reorder       how long a reading may be overtaken before it is late [ns]
    grid          slot of aligned values [ns]
    false_warnings  of foreign water in 30 days that are put up with
    calendar      its days off
    """

    id: str
    name: Names
    zone: Zone
    capacity: float = float("nan")
    design: Mapping[str, float] = field(default_factory=dict)
    equalisation: float = float("nan")
    language: str = "ko"
    reorder: int = 0
    grid: int = MINUTE
    false_warnings: float = 1.0
    calendar: Calendar = WEEKENDS


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """One way in: its driver, the driver's own settings, and the channels it feeds.

    settings  of the source as a whole (host, folder, seed)
    each      channel id -> what is that channel's own (register, node)

    Secrets in both are references; `mulmok.config.secret` resolves them.
    """

    id: str
    driver: str
    settings: Mapping[str, Setting]
    channels: tuple[str, ...]
    each: Mapping[str, Mapping[str, Setting]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SamplerSpec:
    """An auto-sampler: the source on whose line it is, and how it is told there to take a sample.

    bottles      how many it has; 0: not known
    temperature  channel of its cabinet's temperature; "" when it has none
    """

    id: str
    name: Names
    source: str
    settings: Mapping[str, Setting] = field(default_factory=dict)
    bottles: int = 0
    temperature: str = ""


@dataclass(frozen=True, slots=True)
class HttpSpec:
    """Where the pages are, and the token for pushed readings (a reference, never the secret)."""

    host: str = "127.0.0.1"
    port: int = 8420
    token: str | None = None


@dataclass(frozen=True, slots=True)
class StoreSpec:
    """How long things are kept [ns]: readings and their judgement, and the journal.

    Three years of readings is the rule for effluent telemetry in Korea, taken for the inlet too;
    the journal's 40 days are site choice.
    """

    retention: int = 3 * 366 * DAY
    journal: int = 40 * DAY


@dataclass(frozen=True, slots=True)
class Site:
    """Everything one site file says.

    content      what matters to judging, in words; fingerprint is its hash
    remarks      what is no fault of the file, but should be seen to before it is run
    """

    path: Path
    works: Works
    channels: tuple[Channel, ...]
    sources: tuple[SourceSpec, ...]
    alarms: tuple[AlarmRule, ...]
    http: HttpSpec
    store: StoreSpec
    fingerprint: str
    content: str
    remarks: tuple[Fault, ...] = ()
    dischargers: tuple[ForeignWater, ...] = ()
    samplers: tuple[SamplerSpec, ...] = ()

    def channel(self, channel_id: str) -> Channel | None:
        """Give the channel of that id, or None."""
        return next((channel for channel in self.channels if channel.id == channel_id), None)

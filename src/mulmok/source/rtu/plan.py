"""What a sewer RTU is asked, from its settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from mulmok.model.text import Text, text
from mulmok.model.time import DAY, SECOND
from mulmok.source.civil_time import CivilTime
from mulmok.source.port import Setup
from mulmok.source.records import RECORDS
from mulmok.source.rtu.commands import PRESENT, SITE, Checksum, Order, past, request, set_clock
from mulmok.source.rtu.decode import MOST_RECORDS
from mulmok.source.settings import Given, SettingKey
from mulmok.source.signal import SIGNAL, signal_faults

_FORM = "%Y%m%d%H%M%S"
_TIMEOUT, _RESEND = 10 * SECOND, DAY

#: Where an RTU is and how it speaks.
PLACE: tuple[SettingKey, ...] = (
    SettingKey("host", "text", text("where it listens"), '"10.0.0.31"', required=True),
    SettingKey("port", "whole", text("TCP port it listens on"), "5000", required=True),
    SettingKey("site", "text", text("code of the site, six letters or digits at most"), '"SW0001"', required=True),
    SettingKey("timeout", "duration", text("how long to wait for each answer"), '"5 s"', usual='"10 s"'),
    SettingKey("checksum", "choice", text("what the sum of a frame is taken over: STX to ETX, what lies between, or it is not looked at in answers"), '"inner"', usual='"whole"', choices=tuple(Checksum)),
)  # fmt: skip
SETTINGS: tuple[SettingKey, ...] = (
    *PLACE,
    SettingKey("check_site", "switch", text("refuse answers in whose head another site stands"), "true", usual="what stands there is not looked at"),
    SettingKey("set_time", "switch", text("set its clock by ours (TIME), once a day and on each start"), "true", usual="false"),
    *RECORDS,
    SettingKey("item", "text", text("code of the item in its records, six letters or digits at most"), '"FVOLUD"', usual="the code of the quantity, as in docs/explanation/item-codes.md", each=True),
    *(replace(key, usual="0.01 for FVOLUD FLEVED FLRATD FSUBLD CONRAD RAIN1D, else 1") if key.name == "scale" else key for key in SIGNAL),
)  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """What there is to ask of one RTU.

    resend   how far back the past is asked for [ns]
    every    shortest interval of its channels [ns]
    piece    of the past that has room in one answer, as far as can be told [ns]
    overlap  asked for again before the newest reading, for items that come later than others [ns]
    """

    site: str
    civil: CivilTime
    checksum: str
    resend: int
    every: int
    piece: int
    overlap: int

    @classmethod
    def of(cls, setup: Setup) -> Plan:
        """Make it from the settings."""
        given = setup.settings
        intervals = [channel.every for _, channel in setup.feeding()]
        each = MOST_RECORDS // len(intervals)
        return cls(
            str(given["site"]),
            civil_of(setup),
            str(given.get("checksum", Checksum.WHOLE)),
            int(str(given.get("resend", _RESEND))),
            min(intervals),
            max(each, 1) * min(intervals),
            2 * max(intervals),
        )

    def present(self) -> bytes:
        """Ask what is shown now."""
        return self.frame(PRESENT)

    def past(self, begin: int, end: int) -> bytes:
        """Ask what was measured from one instant to another [ns UTC]."""
        return self.frame(past(*self.civil.span(begin, end, _FORM)))

    def clock(self, now: int) -> bytes:
        """Tell what time it is [ns UTC]."""
        return self.frame(set_clock(self.civil.write(now, _FORM)))

    def frame(self, order: Order) -> bytes:
        """Give the frame of any order."""
        return request(self.site, order, self.checksum)

    def begin(self, level: int, now: int) -> int:
        """First instant of the past that is asked for, when all up to `level` was taken [ns UTC]."""
        return max(min(level, now) - self.overlap, now - self.resend)


def civil_of(setup: Setup) -> CivilTime:
    """Give the civil time of the device's clock."""
    name = str(setup.settings.get("zone", "works"))
    return CivilTime(ZoneInfo(setup.zone.name if name == "works" else name))


def timeout_of(given: Mapping[str, Given]) -> float:
    """How long an answer is waited for [s]."""
    return int(str(given.get("timeout", _TIMEOUT))) / SECOND


def place_faults(given: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
    """Say what is wrong with where an RTU is: key and fault."""
    if "port" in given and not 0 < int(str(given["port"])) < 65_536:
        yield "port", text("want a TCP port, 1 to 65535")
    site = str(given.get("site", "-"))
    if not (site.isascii() and site.isprintable() and len(site) <= SITE):
        yield "site", text("want six letters or digits at most")


def wrong_settings(given: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
    """Say what of all settings does not go together: key and fault."""
    yield from place_faults(given)
    item = str(given.get("item", "-"))
    if item != "-" and not (item.isascii() and item.isalnum() and len(item) <= 6):
        yield "item", text("want a code of six letters or digits at most")
    yield from signal_faults(given)

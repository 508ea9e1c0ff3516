"""What a U-City data server is asked, from its settings.

A request is STX, 21 blanks, DUMP, two times yyyyMMddHHmm, ETX, two hexadecimal digits, CR: the low
byte of the CRC-16 (MODBUS) of what lies from STX to ETX.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from mulmok.model.channel import Channel
from mulmok.model.text import Text, text
from mulmok.model.time import DAY, HOUR, SECOND
from mulmok.source.civil_time import CivilTime
from mulmok.source.control_bytes import CR, ETX, STX
from mulmok.source.port import Setup
from mulmok.source.records import RECORDS
from mulmok.source.settings import Given, SettingKey
from mulmok.source.signal import SIGNAL, signal_faults

FORM = "%Y%m%d%H%M"
PORT, ITEM = 6500, 3
_BLANKS = 21
_TIMEOUT, _RESEND = 10 * SECOND, DAY
#: Of the past that is asked for at a time [ns]: 99 items by the minute are 36,000 records.
PIECE = 6 * HOUR

PLACE: tuple[SettingKey, ...] = (
    SettingKey("host", "text", text("where it listens"), '"10.0.0.41"', required=True),
    SettingKey("port", "whole", text("TCP port it listens on"), "6500", usual="6500"),
    SettingKey("timeout", "duration", text("how long to wait for each answer"), '"5 s"', usual='"10 s"'),
    SettingKey("checksum", "choice", text("whether the CRC of answers is looked at"), '"none"', usual='"crc"', choices=("crc", "none")),
)  # fmt: skip
SETTINGS: tuple[SettingKey, ...] = (
    *PLACE,
    *RECORDS,
    SettingKey("item", "text", text("code of the item in its records, three letters or digits at most"), '"TOC"', usual="the first three of the code of the quantity, as in docs/explanation/item-codes.md", each=True),
    *SIGNAL,
)  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """What there is to ask of one server.

    resend   how far back the past is asked for [ns]
    overlap  asked for again before the newest reading, for items that come later than others [ns]
    """

    civil: CivilTime
    resend: int
    overlap: int

    @classmethod
    def of(cls, setup: Setup) -> Plan:
        """Make it from the settings."""
        resend = int(str(setup.settings.get("resend", _RESEND)))
        longest = max(channel.every for _, channel in setup.feeding())
        return cls(civil_of(setup), resend, 2 * longest)

    def past(self, begin: int, end: int) -> bytes:
        """Ask what was measured from one instant to another [ns UTC]."""
        return request(*self.civil.span(begin, end, FORM))

    def begin(self, level: int, now: int) -> int:
        """First instant that is asked for, when all up to `level` was taken [ns UTC]."""
        return max(min(level, now) - self.overlap, now - self.resend)


def request(begin: str, end: str) -> bytes:
    """Give the frame that asks for what was measured from one time to another."""
    framed = bytes([STX]) + f"{'':{_BLANKS}}DUMP{begin}{end}".encode("ascii") + bytes([ETX])
    return framed + check_of(framed) + bytes([CR])


def check_of(framed: bytes) -> bytes:
    """Two hexadecimal digits of the low byte of the CRC-16 of MODBUS."""
    crc = 0xFFFF
    for byte in framed:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return f"{crc & 0xFF:02X}".encode("ascii")


def usual_item(channel: Channel) -> str:
    """Item of a channel that the site file gives none."""
    return channel.quantity.code[:ITEM]


def civil_of(setup: Setup) -> CivilTime:
    """Give the civil time of the server's clock."""
    name = str(setup.settings.get("zone", "works"))
    return CivilTime(ZoneInfo(setup.zone.name if name == "works" else name))


def timeout_of(given: Mapping[str, Given]) -> float:
    """How long an answer is waited for [s]."""
    return int(str(given.get("timeout", _TIMEOUT))) / SECOND


def wrong_settings(given: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
    """Say what of the settings does not go together: key and fault."""
    if not 0 < int(str(given.get("port", PORT))) < 65_536:
        yield "port", text("want a TCP port, 1 to 65535")
    item = str(given.get("item", "-"))
    if item != "-" and not (item.isascii() and item.isalnum() and len(item) <= ITEM):
        yield "item", text("want a code of three letters or digits at most")
    yield from signal_faults(given)

"""Instants and ages in the works' own time and the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_datetime

from mulmok.model.text import Text, text
from mulmok.model.time import DAY, HOUR, MINUTE, SECOND, Zone, to_datetime


@dataclass(frozen=True, slots=True)
class Moments:
    """Tells instants of one works in one language."""

    zone: Zone
    language: str

    def local(self, at: int) -> datetime:
        """Wall-clock time at the works of an instant [ns UTC], without an offset."""
        offset = timedelta(microseconds=self.zone.offset(at) // 1000)
        return to_datetime(at).replace(tzinfo=None) + offset

    def clock(self, at: int) -> str:
        """Hour and minute: `14:06`."""
        return self.local(at).strftime("%H:%M")

    def moment(self, at: int, now: int) -> str:
        """Hour and minute, with the day when it is not today's: `11-22 14:06`."""
        if self.zone.day_start(at) == self.zone.day_start(now):
            return self.clock(at)
        pattern = "%m-%d %H:%M" if abs(now - at) < 300 * DAY else "%Y-%m-%d %H:%M"
        return self.local(at).strftime(pattern)

    def seconds(self, at: int, now: int) -> str:
        """Time of day to the second; with the date where it is not of the last day."""
        local = self.local(at)
        return local.strftime("%H:%M:%S" if abs(now - at) < DAY else "%m-%d %H:%M:%S")

    def full(self, at: int) -> str:
        """Year to second: `2026-11-23 14:06:30`."""
        return self.local(at).strftime("%Y-%m-%d %H:%M:%S")

    def day(self, at: int) -> str:
        """Day with its weekday, as the language writes it."""
        pattern = "y년 M월 d일 (E)" if self.language == "ko" else "EEE d MMM y"
        return format_datetime(self.local(at), pattern, locale=self.language)

    def offset(self, at: int) -> str:
        """Offset from UTC in force: `UTC+9`, `UTC+5:30`."""
        minutes = self.zone.offset(at) // MINUTE
        sign = "+" if minutes >= 0 else "\u2212"
        hours, rest = divmod(abs(minutes), 60)
        return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")

    def iso(self, at: int) -> str:
        """ISO 8601 with the works' offset, for forms and links: `2026-11-23T14:06:30+09:00`."""
        minutes = self.zone.offset(at) // MINUTE
        sign = "+" if minutes >= 0 else "-"
        hours, rest = divmod(abs(minutes), 60)
        return f"{self.local(at):%Y-%m-%dT%H:%M:%S}{sign}{hours:02d}:{rest:02d}"


#: The same words are used by the pages' script, which ages what is shown between two updates.
AGE_WORDS = {
    "s": text("{n} s"),
    "min": text("{n} min"),
    "h": text("{n} h"),
    "d": text("{n} d"),
}


def age(span: int) -> Text:
    """Length of time [ns] in one unit, rounded down."""
    for unit, size in (("d", 2 * DAY), ("h", 2 * HOUR), ("min", MINUTE)):
        if span >= size:
            counted = {"d": DAY, "h": HOUR, "min": MINUTE}[unit]
            return Text(AGE_WORDS[unit].template, {"n": span // counted})
    return Text(AGE_WORDS["s"].template, {"n": max(span, 0) // SECOND})

"""Forms in which devices and services write an instant, one reader for all drivers.

  iso                 ISO 8601; without an offset it is in the zone given
  s, ms, us, ns       a number since 1970 UTC
  filetime            100 ns since 1601 UTC, as Windows counts
  anything with a %   a form of `strptime`; without %z it is in the zone given

A local time that occurs twice (the hour clocks are set back) is the first of the two; one that never
occurred (the hour they are set forward) is read with the offset before. A leap second, :60, is the
first instant after it. What lies before 1990 or after 2100 is a clock that was never set.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from mulmok.model.text import Text, text
from mulmok.model.time import EARLIEST, LATEST, SECOND, from_datetime
from mulmok.source.settings import Given, SettingKey

_COUNTS = {"s": SECOND, "ms": 1_000_000, "us": 1_000, "ns": 1}
_FILETIME_EPOCH = 116_444_736_000_000_000
#: The 60 of `23:59:60`; not that of a minute, nor that of an offset.
_LEAP = re.compile(r"(?<=:\d\d):60(?=[^\d:]|$)")
#: A time with all its parts, to try a form of `strptime` with.
_SAMPLE = datetime(2026, 3, 25, 16, 47, 38, 123456, UTC)

#: Settings of drivers whose instruments send a time.
TIME_FORM: tuple[SettingKey, ...] = (
    SettingKey("time_format", "text", text("form of the times: iso, s, ms, us, ns (since 1970), filetime, or as strptime has it"), '"%Y%m%d%H%M%S"', usual='"iso"'),
    SettingKey("zone", "zone", text('zone of times without an offset: "works" for the works\' own, or an IANA name'), '"works"', usual="such times are an error"),
)  # fmt: skip


class InstantError(ValueError):
    """What was given is no instant; `text` says why."""

    def __init__(self, words: Text) -> None:
        self.text = words
        super().__init__(str(words))


@dataclass(frozen=True, slots=True)
class TimeForm:
    """How instants are written; `zone` is that of times without an offset, None: there are none."""

    form: str = "iso"
    zone: tzinfo | None = None

    @classmethod
    def of(cls, given: Mapping[str, Given], works: str) -> TimeForm:
        """Make it from the settings of `TIME_FORM`; `works` is the IANA name of the works' zone."""
        name = given.get("zone")
        zone = None if name is None else ZoneInfo(works if name == "works" else str(name))
        return cls(str(given.get("time_format", "iso")), zone)

    def read(self, have: object) -> int:
        """Instant [ns UTC] of what was sent. Raises InstantError."""
        at = self._counted(have) if self.form in _COUNTS or self.form == "filetime" else None
        if at is None:
            at = self._written(have)
        if not EARLIEST <= at < LATEST:
            raise InstantError(
                text(
                    '"{have}" is not in the years 1990 to 2100: is the clock set?', have=_cut(have)
                )
            )
        return at

    def write(self, at: int) -> str | int:
        """Write an instant [ns UTC] as a device of this form would."""
        if self.form == "filetime":
            return at // 100 + _FILETIME_EPOCH
        if self.form in _COUNTS:
            return at // _COUNTS[self.form]
        moment = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=at // 1000)
        moment = moment.astimezone(self.zone or UTC)
        if self.form != "iso":
            return moment.strftime(self.form)
        return (moment if self.zone is None else moment.replace(tzinfo=None)).isoformat()

    def _counted(self, have: object) -> int:
        if isinstance(have, bool) or not isinstance(have, int | float | str):
            raise self._unlike(have)
        try:
            # Whole counts stay exact: 19 digits of nanoseconds do not fit into a float.
            number = int(have) if isinstance(have, int | str) else have
        except ValueError:
            number = _float(str(have))
        if isinstance(number, float) and not math.isfinite(number):
            raise self._unlike(have)
        if self.form == "filetime":
            return int(number - _FILETIME_EPOCH) * 100
        size = _COUNTS[self.form]
        if isinstance(number, int):
            return number * size
        # A float holds no more of an instant of today than its microseconds.
        micros = number * size / 1_000
        return round(micros) * 1_000 if math.isfinite(micros) else LATEST

    def _written(self, have: object) -> int:
        if not isinstance(have, str):
            raise self._unlike(have)
        words = have.strip()
        plain = _LEAP.sub(":59", words)
        try:
            if self.form == "iso":
                moment = datetime.fromisoformat(plain)
            else:
                moment = datetime.strptime(plain, self.form)  # noqa: DTZ007 - the zone follows
        except ValueError:
            raise self._unlike(have) from None
        if moment.tzinfo is None:
            if self.zone is None:
                raise InstantError(
                    text('"{have}" has no offset: want one, or the setting zone', have=_cut(have))
                )
            moment = moment.replace(tzinfo=self.zone)
        try:
            return from_datetime(moment) + (SECOND if plain != words else 0)
        except OverflowError:
            raise self._unlike(have) from None

    def _unlike(self, have: object) -> InstantError:
        return InstantError(
            text('"{have}" is no time of the form {form}', have=_cut(have), form=self.form)
        )


def time_faults(given: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
    """Say what is wrong with a form of times: key and fault."""
    form = str(given.get("time_format", "iso"))
    if form in (*_COUNTS, "iso", "filetime"):
        return
    if "%" not in form or not is_pattern(form):
        yield "time_format", text("want iso, s, ms, us, ns, filetime, or parts such as %Y-%m-%d")
    elif "%Z" in form:
        # strptime takes a name and forgets it: UTC would be read as the works' own time.
        yield (
            "time_format",
            text("%Z is not understood: want %z for an offset, or the setting zone"),
        )


def is_pattern(form: str) -> bool:
    """Whether `strptime` can read a form."""
    try:
        datetime.strptime(_SAMPLE.strftime(form), form)  # noqa: DTZ007 - only tried
    except (ValueError, re.error):
        return False
    return True


def _float(words: str) -> float:
    try:
        return float(words)
    except ValueError:
        return math.nan


def _cut(have: object) -> str:
    try:
        return str(have)[:40]
    except ValueError:  # a number of thousands of digits
        return "9" * 40

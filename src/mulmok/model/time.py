"""Time: int64 nanoseconds since 1970 UTC inside, ISO 8601 with an offset outside.

The only place that converts between the two. No clock is read here: time is an argument.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

import numpy as np
from numpy.typing import NDArray

NS = 1
SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY

#: "Never happened yet": earlier than any reading.
NEVER = -(2**62)
#: "No deadline": later than any reading.
FOREVER = 2**62

#: Readings outside these years, 1990 to 2100, are a clock that was never set [ns UTC]. Site choice.
EARLIEST = 631_152_000 * SECOND
LATEST = 4_102_444_800 * SECOND

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = 1_000


def from_datetime(moment: datetime) -> int:
    """Nanoseconds of an aware datetime [ns UTC]. Raises ValueError if it is naive."""
    if moment.tzinfo is None:
        msg = f"naive time {moment.isoformat()}: an offset is needed, such as +09:00"
        raise ValueError(msg)
    delta = moment - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * SECOND + delta.microseconds * _MICROSECOND


def to_datetime(at: int) -> datetime:
    """Aware UTC datetime of `at` [ns UTC], cut to microseconds."""
    return _EPOCH + timedelta(microseconds=at // _MICROSECOND)


def parse_instant(words: str, zone: tzinfo | None = None) -> int:
    """Instant [ns UTC] of an ISO 8601 text; a naive one needs `zone`.

    Raises ValueError when the text is no time, or is naive and no zone was given.
    """
    moment = datetime.fromisoformat(words.strip())
    if moment.tzinfo is None and zone is not None:
        moment = moment.replace(tzinfo=zone)
    return from_datetime(moment)


def format_instant(at: int) -> str:
    """ISO 8601 UTC text of `at` [ns UTC]: whole seconds, or microseconds where there are any."""
    moment = to_datetime(at)
    return moment.replace(tzinfo=None).isoformat() + "Z"


def format_duration(span: int) -> str:
    """Shortest exact words for a duration [ns]: `90 s`, `5 min`, `1.5 h` is `90 min`."""
    for size, unit in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s")):
        if span and span % size == 0:
            return f"{span // size} {unit}"
    return f"{span / SECOND:g} s"


def looks_like_a_zone(span: int) -> bool:
    """Whether a clock that is off by `span` [ns] probably runs in another zone rather than wrong.

    Zones differ by whole quarters of an hour; two minutes are allowed for drift and the way.
    """
    quarter = 15 * MINUTE
    rest = abs(span) % quarter
    return abs(span) >= 50 * MINUTE and min(rest, quarter - rest) <= 2 * MINUTE


@dataclass(frozen=True, eq=False)
class Zone:
    """A works' civil time as data, so that the pure core can tell local hours and days.

    `changes` are the instants [ns UTC] from which `offsets` [ns east of UTC] hold; the first
    change is at or before any reading. Built by `mulmok.config.zone`, which reads the zone files.
    """

    name: str
    changes: NDArray[np.int64]
    offsets: NDArray[np.int64]

    def offset(self, at: int) -> int:
        """Offset east of UTC [ns] at the instant `at` [ns UTC]."""
        index = int(np.searchsorted(self.changes, at, side="right")) - 1
        return int(self.offsets[max(index, 0)])

    def local(self, at: NDArray[np.int64]) -> NDArray[np.int64]:
        """Local wall-clock time [ns since local 1970-01-01 00:00] of the instants `at` [ns UTC]."""
        if len(self.offsets) == 1:
            return at + np.int64(self.offsets[0])
        index = np.maximum(np.searchsorted(self.changes, at, side="right") - 1, 0)
        return at + self.offsets[index]

    def day_start(self, at: int) -> int:
        """Instant [ns UTC] at which the local day of `at` began."""
        midnight = (at + self.offset(at)) // DAY * DAY
        start = midnight - self.offset(at)
        return midnight - self.offset(start)

    def next_day(self, at: int) -> int:
        """Instant [ns UTC] at which the local day after that of `at` begins."""
        start = self.day_start(at)
        return self.day_start(start + DAY + 12 * HOUR)


UTC_ZONE = Zone("UTC", np.array([NEVER], dtype=np.int64), np.zeros(1, dtype=np.int64))

"""Which span of time is asked for."""

from __future__ import annotations

from collections.abc import Mapping

from mulmok.model.errors import unexpected
from mulmok.model.text import Text, text
from mulmok.model.time import DAY, EARLIEST, HOUR, LATEST, MINUTE, Zone, parse_instant
from mulmok.source.files.zones import named_zone
from mulmok.web.faults import RequestError
from mulmok.web.moments import age

#: The buttons of the trend page: name in the address, length [ns], words.
SPANS: tuple[tuple[str, int, Text], ...] = (
    ("6h", 6 * HOUR, text("6 hours")),
    ("24h", DAY, text("24 hours")),
    ("7d", 7 * DAY, text("7 days")),
    ("30d", 30 * DAY, text("30 days")),
    ("1y", 366 * DAY, text("1 year")),
)
_LENGTHS = {name: length for name, length, _ in SPANS}
#: Shortest and longest span that can be asked for [ns].
_SHORTEST, _LONGEST = MINUTE, 20 * 366 * DAY


def span_asked(
    given: Mapping[str, str], zone: Zone, now: int, names: tuple[str, str] = ("from", "to")
) -> tuple[int, int]:
    """Give begin and end [ns UTC] of `from` and `to`, else of `span` before now, else of a day.

    Times are ISO 8601; naive ones are the works' own time. Raises RequestError naming the field.
    """
    length = _length(given.get("span") or "24h")
    end = _instant(given, names[1], zone)
    if end is None:
        end = now
    start = _instant(given, names[0], zone)
    if start is None:
        start = end - length
    if end - start > _LONGEST:
        raise _unfit(names[0], text("at most {longest} at a time", longest=age(_LONGEST)))
    if end - start < _SHORTEST:
        raise RequestError(
            400,
            text(
                "{first} must lie before {last}, by a minute at least",
                first=names[0],
                last=names[1],
            ),
            field=names[0],
        )
    return start, end


def _length(word: str) -> int:
    if word not in _LENGTHS:
        choices = text("one of {choices}", choices=" ".join(_LENGTHS))
        raise _unfit("span", unexpected(word[:40], choices))
    return _LENGTHS[word]


def _instant(given: Mapping[str, str], name: str, zone: Zone) -> int | None:
    words = given.get(name, "").strip()
    if not words:
        return None
    # A plus sign that was not escaped in the address arrives as a space.
    words = words.replace(" ", "+") if "T" in words else words
    try:
        at = parse_instant(words, named_zone(zone.name))
    except (ValueError, OverflowError):
        raise RequestError(
            400,
            text(
                '{field}: have "{have}", want ISO 8601, such as 2026-01-31T14:00',
                field=name,
                have=words[:40],
            ),
            field=name,
        ) from None
    if not EARLIEST <= at < LATEST:
        raise _unfit(name, unexpected(words[:40], text("a time in the years 1990 to 2100")))
    return at


def _unfit(field: str, problem: Text) -> RequestError:
    return RequestError(400, text("{field}: {problem}", field=field, problem=problem), field)

"""Filters of topics: what one matches, and what is wrong with one (MQTT 5.0, 4.7)."""

from __future__ import annotations

from collections.abc import Mapping

from mulmok.model.text import Text, text

#: MQTT 5.0, 1.5.4: a string has at most so many bytes.
_LONGEST = 65_535
MANY, ONE = "#", "+"


def filter_fault(words: str) -> Text | None:
    """Say what is wrong with a filter; None when it is right."""
    levels = words.split("/")
    if MANY in words and (levels[-1] != MANY or MANY in "".join(levels[:-1])):
        return text('"{filter}": # stands alone and last, as in works/#', filter=words)
    if any(ONE in level and level != ONE for level in levels):
        return text('"{filter}": + stands for a whole level, as in works/+/ph', filter=words)
    return _plain_fault(words)


def matches(wanted: str, topic: str) -> bool:
    """Whether a filter matches a topic."""
    return covers(wanted, topic)


def covers(wide: str, narrow: str) -> bool:
    """Whether a filter matches all that another one does."""
    if narrow.startswith("$") and wide[:1] in (MANY, ONE):
        return False  # 4.7.2: topics of the broker's own are asked for by name
    outer, inner = wide.split("/"), narrow.split("/")
    for place, level in enumerate(outer):
        if level == MANY:
            return True
        if place == len(inner) or inner[place] == MANY or level not in (ONE, inner[place]):
            return False
    return len(outer) == len(inner)


def widest(filters: Mapping[str, int]) -> dict[str, int]:
    """Leave out filters that another covers: a broker may send once for each that matches.

    filters  quality of service of each; what covers has the best of those it covers
    """
    kept: dict[str, int] = {}
    for one in filters:
        if not any(covers(other, one) for other in filters if other != one):
            kept[one] = max(qos for other, qos in filters.items() if covers(one, other))
    return kept


def _plain_fault(words: str) -> Text | None:
    if "\0" in words or len(words.encode("utf-8", "surrogatepass")) > _LONGEST:
        return text("want a topic of at most {most} bytes, without a zero byte", most=_LONGEST)
    return None

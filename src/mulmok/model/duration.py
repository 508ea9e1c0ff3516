"""Durations in words, for people; in files and messages of the configuration they are `5 min`."""

from __future__ import annotations

from mulmok.model.text import Text, text
from mulmok.model.time import DAY, HOUR, MINUTE, SECOND


def spoken(span: int) -> Text:
    """Shortest exact words for a duration [ns], as `format_duration` has them."""
    if span and span % DAY == 0:
        return text("{count} d", count=span // DAY)
    if span and span % HOUR == 0:
        return text("{count} h", count=span // HOUR)
    if span and span % MINUTE == 0:
        return text("{count} min", count=span // MINUTE)
    return text("{count:g} s", count=span / SECOND)

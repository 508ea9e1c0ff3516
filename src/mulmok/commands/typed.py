"""Values as they are typed: each kind says what would be right, before anything has begun."""

from __future__ import annotations

from collections.abc import Callable

from mulmok.config.amounts import interval
from mulmok.config.explain import UnfitError
from mulmok.model.errors import InputError, unexpected
from mulmok.model.text import Text, text
from mulmok.model.time import EARLIEST, LATEST, parse_instant


def whole(option: str, low: int, high: int) -> Callable[[str], int]:
    """Take a whole number from `low` to `high`. Raises InputError."""

    def take(words: str) -> int:
        try:
            value = int(words)
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            want = text("a whole number from {low} to {high}", low=low, high=high)
            raise unfit(option, words, want)
        return value

    return take


def number(option: str, above: float, most: float) -> Callable[[str], float]:
    """Take a number above `above` and at most `most`. Raises InputError."""

    def take(words: str) -> float:
        try:
            value = float(words)
        except ValueError:
            value = above
        # NaN compares with nothing, so it is refused too.
        if not above < value <= most:
            want = text("more than {above:g} and at most {most:g}", above=above, most=most)
            raise unfit(option, words, want)
        return value

    return take


def port(words: str) -> int:
    """Take a port to listen on. Raises InputError."""
    return whole("--port", 1, 65_535)(words)


def instant(option: str) -> Callable[[str], int]:
    """Take an instant [ns UTC] of the years readings are taken from. Raises InputError."""

    def take(words: str) -> int:
        try:
            at = parse_instant(words)
        except (ValueError, OverflowError):
            want = text("ISO 8601 with an offset, such as {example}", example=_EXAMPLE)
            raise unfit(option, words, want) from None
        if not EARLIEST <= at < LATEST:
            raise unfit(option, words, text("a time in the years 1990 to 2100"))
        return at

    return take


def span(option: str) -> Callable[[str], int]:
    """Take a duration above 0 [ns]. Raises InputError."""

    def take(words: str) -> int:
        try:
            return interval(words)
        except UnfitError as fault:
            raise InputError(text("{field}: {problem}", field=option, problem=fault.text)) from None

    return take


def unfit(option: str, have: str, want: Text) -> InputError:
    """Make the error for a value that an option cannot have."""
    return InputError(text("{field}: {problem}", field=option, problem=unexpected(have, want)))


_EXAMPLE = "2026-01-31T09:00:00+09:00"

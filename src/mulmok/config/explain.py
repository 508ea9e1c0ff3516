"""The one form in which the site file's faults speak: what it has, what it should have."""

from __future__ import annotations

from collections.abc import Iterable

from mulmok.model.errors import unexpected
from mulmok.model.nearest import closest
from mulmok.model.text import Text, text

#: Longest part of a file that a message repeats.
_LONGEST = 60


class UnfitError(ValueError):
    """A value is not what its key wants; `text` says what was had and what would be right."""

    def __init__(self, words: Text) -> None:
        self.text = words
        super().__init__(str(words))


def unfit(have: object, want: Text | str) -> UnfitError:
    """Make the error for a value as it was read from the file."""
    return UnfitError(unexpected(shown(have), want))


def shown(value: object) -> str:
    """Give a value nearly as the file has it: on one line, not too long, nothing unprintable."""
    words = value if isinstance(value, str) else _as_toml(value)
    words = "".join(letter if letter.isprintable() else "?" for letter in words)
    return words if len(words) <= _LONGEST else words[: _LONGEST - 3] + "..."


def _as_toml(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(_as_toml(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {_as_toml(item)}" for name, item in value.items()) + "}"
    return str(value)


def nearest(word: object, known: Iterable[str], otherwise: Text | None = None) -> Text:
    """Say which of the known words was probably meant, else all of them, or `otherwise`."""
    words = sorted(known) if otherwise else list(known)
    near = closest(str(word), words)
    if near is not None:
        return text('"{near}"', near=near)
    return otherwise or text("one of {choices}", choices=" ".join(words))


def unknown_key(word: str, known: Iterable[str]) -> Text:
    """Say that a key is unknown, and which was probably meant."""
    words = list(known)
    near = closest(word, words)
    if near is not None:
        return text('unknown key; did you mean "{near}"?', near=near)
    return text("unknown key; want one of {choices}", choices=" ".join(words))

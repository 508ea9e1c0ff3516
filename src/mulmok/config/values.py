"""What the keys of a site file may hold: each converter gives the value or raises UnfitError."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping

from mulmok.config.explain import UnfitError, nearest, unfit
from mulmok.model.text import Names, text

#: One word, or words with dots between them: safe in a CSV header, a URL and a file name.
ID = r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*"
_LONGEST_ID = 64
NO_TEXTS: tuple[str, ...] = ()
_REFERENCE = re.compile(r"(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)")
_SECRET = re.compile(
    r"(passw(or)?d|passphrase|secret|token|api_?key|private_?key|credentials?)$", re.IGNORECASE
)
#: A password within an address: `mqtt://user:password@host`.
_WITH_PASSWORD = re.compile(r"://[^/\s:@]*:[^/\s@]+@")


def words(value: object) -> str:
    """Take a text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise unfit(value, text("a text that is not empty"))
    return value


def identifier(value: object) -> str:
    """Take an id: letters, digits, `_` and `-`, with dots between them."""
    if not isinstance(value, str) or len(value) > _LONGEST_ID or not re.fullmatch(ID, value):
        want = text(
            'at most {most} letters, digits, dashes and dots, such as "{example}"',
            most=_LONGEST_ID,
            example="inlet.nh4_n",
        )
        raise unfit(value, want)
    return value


def number(value: object) -> float:
    """Take a number above 0."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise unfit(value, text("a number without quotation marks, such as 8"))
    if not 0 < value < math.inf:
        raise unfit(value, text("a number above 0"))
    return float(value)


def plain(value: object) -> float:
    """Take a number of either sign."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise unfit(value, text("a number without quotation marks, such as 8"))
    return float(value)


def whole(low: int, high: int) -> Callable[[object], int]:
    """Make a converter of a whole number within bounds."""

    def convert(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            want = text("a whole number from {low} to {high}", low=low, high=high)
            raise unfit(value, want)
        return value

    return convert


def names(value: object) -> Names:
    """Take a name in both languages, or one text for both."""
    if isinstance(value, str) and value.strip():
        return Names(value, value)
    if isinstance(value, dict) and set(value) == {"ko", "en"}:
        ko, en = value["ko"], value["en"]
        if isinstance(ko, str) and isinstance(en, str) and ko.strip() and en.strip():
            return Names(ko, en)
    example = '{ ko = "유입 pH", en = "Inlet pH" }'
    raise unfit(value, text("a name in both languages: {example}", example=example))


def one_of(choices: Iterable[str]) -> Callable[[object], str]:
    """Make a converter of one word out of a few."""
    known = tuple(choices)

    def convert(value: object) -> str:
        if not isinstance(value, str) or value not in known:
            raise unfit(value, nearest(value, known))
        return value

    return convert


def texts(value: object) -> tuple[str, ...]:
    """Take a list of texts with something in it, none of them twice."""
    if (
        not isinstance(value, list)
        or not value
        or not all(isinstance(item, str) and item for item in value)
    ):
        raise unfit(value, text('a list of texts, such as ["alarms.toml"]'))
    for item in value:
        if value.count(item) > 1:
            raise unfit(item, text("each text of the list once"))
    return tuple(value)


def reference(value: object) -> str:
    """Take a reference to a secret; the fault does not repeat what was written."""
    if isinstance(value, str) and _REFERENCE.fullmatch(value):
        return value
    raise UnfitError(
        text(
            'a secret does not stand in the site file; want where it is: "{variable}" or "{file}"',
            variable="env:MULMOK_TOKEN",
            file="file:/etc/mulmok/token",
        )
    )


def is_secret(name: str) -> bool:
    """Whether a key of that name would hold a secret."""
    return _SECRET.search(name) is not None


def scalars(value: Mapping[str, object]) -> dict[str, str | int | float | bool]:
    """Take a driver's own settings: plain values, secrets by reference."""
    settings: dict[str, str | int | float | bool] = {}
    for name, item in value.items():
        if is_secret(name) or (isinstance(item, str) and _WITH_PASSWORD.search(item)):
            settings[name] = reference(item)
        elif not isinstance(item, str | int | float | bool) or (
            isinstance(item, float) and not math.isfinite(item)
        ):
            raise unfit(f"{name} = {item}", text("one text, number, true or false"))
        else:
            settings[name] = item
    return settings

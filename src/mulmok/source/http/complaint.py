"""What is wrong in a pushed body: which field, what it has, what it should have."""

from __future__ import annotations

import re

import msgspec

from mulmok.model.errors import InputError, unexpected
from mulmok.model.text import Text, text

_PATH = re.compile(r" - at `\$\.?(.*)`$")
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_UNKNOWN = re.compile(r"unknown field `(.*?)`")
_LACKING = re.compile(r"missing required field `(.*?)`")

_BYTE = re.compile(r"\(byte (\d+)\)")
_NO_NUMBER = re.compile(rb"-Infinity|NaN|Infinity")

#: What stands behind each field, for people.
_WANTS = {
    "channel": text("the id of a channel"),
    "at": text("ISO 8601 with an offset"),
    "at_ns": text("whole nanoseconds since 1970 UTC"),
    "value": text("a number, or null for a missing reading"),
    "status": text("an instrument status"),
    "readings": text("a list of readings"),
}


def complain(path: str, have: str, want: Text) -> InputError:
    """Make the error of one field."""
    return InputError(text("{path}: {message}", path=path, message=unexpected(have[:80], want)))


def complain_json(body: bytes, fault: str) -> InputError:
    """Make the error of a JSON body that has the wrong shape."""
    found = _PATH.search(fault)
    path = found[1] if found else ""
    if unknown := _UNKNOWN.search(fault):
        want = text("only channel, at, at_ns, value and status")
        return complain(path or "body", unknown[1], want)
    if lacking := _LACKING.search(fault):
        path = f"{path}.{lacking[1]}" if path else lacking[1]
        return complain(path, "", _WANTS[lacking[1]])
    steps = [name for name, _ in _STEP.findall(path) if name]
    want = _WANTS.get(steps[-1] if steps else "", text("an object with readings"))
    try:
        have = _at(msgspec.json.decode(body), path)
    except msgspec.DecodeError:
        return InputError(
            text("a number in the body is too large: want at most 1.8e308, or null for missing")
        )
    return complain(path or "body", have, want)


def no_number(body: bytes, fault: str) -> InputError | None:
    """Make the error of what some programs write for a missing value; None: it is none of these."""
    place = _BYTE.search(fault)
    if place is None:
        return None
    # The fault is found behind a sign.
    at = int(place[1])
    word = _NO_NUMBER.match(body, at - 1) or _NO_NUMBER.match(body, at)
    if word is None:
        return None
    return InputError(
        text(
            "{word} at byte {place} is no JSON: send null for a missing reading",
            word=word[0].decode(),
            place=word.start(),
        )
    )


def _at(value: object, path: str) -> str:
    """Give what stands at a path of the body, as JSON."""
    for name, place in _STEP.findall(path):
        try:
            value = value[int(place)] if place else value[name]  # type: ignore[index]
        except (LookupError, TypeError):
            return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()

"""What stands in a node to a number and a status.

Knows nothing of connections and subscriptions: a `Sample` is what came, in plain Python.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from mulmok.model.status import Status, parse_status
from mulmok.model.text import Text, text
from mulmok.model.time import EARLIEST, LATEST
from mulmok.source.opcua.plan import Point
from mulmok.source.opcua.status_code import is_bad, judged, needs_person

#: Longest piece of a value that is shown.
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Sample:
    """One value of a node as the server sent it (Part 4, 7.11 DataValue).

    value   what stands there: a number, a text, a list; None: nothing
    code    OPC UA status code; name: what it is called
    kind    what the server calls the value's type
    source  instant at the source of the value [ns UTC]; None: none was sent, or none that can be
    server  instant at the server, likewise
    """

    value: object
    code: int
    name: str
    kind: str = ""
    source: int | None = None
    server: int | None = None


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a sample is to one channel.

    number   before scale and unit; NaN: none
    value    [canonical unit]; NaN: missing
    trouble  what a person must see to
    """

    raw: str
    number: float
    value: float
    status: Status
    trouble: Text | None = None


def decoded(point: Point, sample: Sample) -> Decoded:
    """Give what the sample of a channel's value is, as the OPC UA status code and the signal say."""
    status, usable = judged(sample.code, sample.name, point.codes)
    raw = sample.name
    if sample.value is not None:
        raw = f"{shown(sample.value)} {sample.kind} {sample.name}"
    if is_bad(sample.code):
        trouble = None
        if needs_person(sample.code):
            trouble = text("the server says {code}", code=sample.name)
        return Decoded(raw, math.nan, math.nan, status, trouble)
    number, trouble = _number(sample, point.element)
    if trouble is not None:
        return Decoded(raw, math.nan, math.nan, Status.COMM_FAIL, trouble)
    if sample.value is None and status is Status.NORMAL:
        # Good, and nothing there: nobody has written it yet.
        status = Status.COMM_FAIL
    value, signalled = point.signal.value(number)
    if status is Status.NORMAL:
        status = signalled
    return Decoded(raw, number, value if usable else math.nan, status)


def said(point: Point, sample: Sample) -> tuple[Status, Text | None]:
    """Give what the node of a channel's status says, and why that is not understood."""
    if is_bad(sample.code) or sample.value is None:
        words = text(
            "the status cannot be read: {code}",
            code=sample.name if is_bad(sample.code) else shown(sample.value),
        )
        return Status.COMM_FAIL, words
    for word in _words(sample.value):
        if point.statuses is not None:
            if word in point.statuses:
                return point.statuses[word], None
        else:
            try:
                return parse_status(word), None
            except ValueError:
                pass
    # Whatever it says, it does not say that all is well.
    return Status.DEVICE_FAULT, text(
        'the status "{have}" is not known: name it in statuses', have=shown(sample.value)
    )


def instant(at: int | None) -> int | None:
    """Give an instant that can be one of a reading [ns UTC]; None where a clock was never set."""
    return at if at is not None and EARLIEST <= at < LATEST else None


def shown(value: object) -> str:
    """Give what stood there on one line, cut to what can be shown."""
    if isinstance(value, list):
        few = ", ".join(shown(one) for one in value[:4])
        return f"[{few}{', ...' if len(value) > 4 else ''}]"[:_SHOWN]
    return plain(str(value)[:_SHOWN])


def plain(words: str) -> str:
    """Give words on one line, with `?` for what cannot be shown: other encodings than UTF-8 come so."""
    return "".join(letter if letter.isprintable() else "?" for letter in words)


def known(point: Point, sample: Sample) -> Mapping[str, object] | tuple[object, ...]:
    """Give what makes a sample another than the one before: its time, its code, what stands there."""
    value = sample.value
    if isinstance(value, list) and point.element is not None:
        value = value[point.element] if point.element < len(value) else None
    # NaN equals nothing, itself neither: its text does.
    return sample.source, sample.code, type(value).__name__, shown(value)


def _number(sample: Sample, element: int | None) -> tuple[float, Text | None]:
    value = sample.value
    if value is None:
        return math.nan, None
    if isinstance(value, list):
        if element is None:
            return math.nan, text("an array of {count}: name one with element", count=len(value))
        if element >= len(value):
            return math.nan, text(
                "an array of {count}: there is no element {element}",
                count=len(value),
                element=element,
            )
        value = value[element]
    elif element is not None:
        return math.nan, text('"{have}" is no array: element is of no use', have=shown(value))
    if isinstance(value, bool | int | float):
        try:
            return float(value), None
        except OverflowError:
            pass
    elif isinstance(value, str):
        words = value.strip()
        try:
            number = float(words) if "_" not in words else math.nan
        except ValueError:
            number = math.nan
        if math.isfinite(number):
            return number, None
    return math.nan, text('"{have}" ({kind}) is no number', have=shown(value), kind=sample.kind)


def _words(value: object) -> tuple[str, ...]:
    """Ways in which the code at a status node may be named."""
    if isinstance(value, bool):
        return str(int(value)), str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return (str(int(value)),)
    return (str(value).strip(),)

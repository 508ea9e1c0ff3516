"""Events and effects as bytes. Their sentences stay templates, so they can be read in any language."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import numpy as np

from mulmok.model.effect import Effect, Notify, TakeSample
from mulmok.model.event import Event
from mulmok.model.text import Names, Text

_TEXT, _NAMES = "text", "names"
#: Marks the bytes of an effect that takes a sample.
_SAMPLE = "sample"


def event_to_bytes(event: Event) -> bytes:
    """Write an event; its reasons as templates with what stands in them."""
    reasons = [_plain(reason) for reason in event.reasons]
    return msgspec.msgpack.encode((replace(event, reasons=()), reasons), enc_hook=_number)


def event_from_bytes(data: bytes) -> Event:
    """Read an event."""
    event, reasons = msgspec.msgpack.decode(data, type=tuple[Event, list[Any]])
    return replace(event, reasons=tuple(_spoken(reason) for reason in reasons))


def effect_to_bytes(effect: Effect) -> bytes:
    """Write an effect: a notice as a map of its fields, all others with the name of their kind."""
    if isinstance(effect, Notify):
        return msgspec.msgpack.encode(effect, enc_hook=_number)
    return msgspec.msgpack.encode((_SAMPLE, effect), enc_hook=_number)


def effect_from_bytes(data: bytes) -> Effect:
    """Read an effect."""
    body = msgspec.msgpack.decode(data)
    if isinstance(body, list):
        return msgspec.convert(body[1], TakeSample)
    return msgspec.convert(body, Notify)


def _plain(value: object) -> object:
    """Give a value of a Text in plain words: a list is a Text or Names, everything else itself."""
    if isinstance(value, Text):
        return [_TEXT, value.template, {name: _plain(part) for name, part in value.values.items()}]
    if isinstance(value, Names):
        return [_NAMES, value.ko, value.en]
    if isinstance(value, str):
        return str(value)
    return value if isinstance(value, int | float | np.generic | None) else str(value)


def _spoken(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    if value[0] == _NAMES:
        return Names(*value[1:])
    return Text(value[1], {name: _spoken(part) for name, part in value[2].items()})


def _number(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    raise NotImplementedError(type(value).__name__)

"""Events and effects as bytes. Their sentences stay templates, so they can be read in any language."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import numpy as np

from mulmok.model.effect import Notify
from mulmok.model.event import Event
from mulmok.model.text import Names, Text

_TEXT, _NAMES = "text", "names"


def event_to_bytes(event: Event) -> bytes:
    """Write an event; its reasons as templates with what stands in them."""
    reasons = [_plain(reason) for reason in event.reasons]
    return msgspec.msgpack.encode((replace(event, reasons=()), reasons), enc_hook=_number)


def event_from_bytes(data: bytes) -> Event:
    """Read an event."""
    event, reasons = msgspec.msgpack.decode(data, type=tuple[Event, list[Any]])
    return replace(event, reasons=tuple(_spoken(reason) for reason in reasons))


def effect_to_bytes(effect: Notify) -> bytes:
    """Write an effect."""
    return msgspec.msgpack.encode(effect, enc_hook=_number)


def effect_from_bytes(data: bytes) -> Notify:
    """Read an effect."""
    return msgspec.msgpack.decode(data, type=Notify)


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

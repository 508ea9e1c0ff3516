"""Messages, events and effects as bytes in the database. Channels by their key, never by position."""

from __future__ import annotations

import msgspec
import numpy as np

from mulmok.model.effect import Notify
from mulmok.model.event import Event
from mulmok.model.message import (
    Command,
    ConfigChange,
    Message,
    Readings,
    SourceStatus,
    Tick,
)

_PLAIN: dict[str, type[Tick | Command | SourceStatus | ConfigChange]] = {
    "tick": Tick,
    "command": Command,
    "source": SourceStatus,
    "config": ConfigChange,
}
_KINDS = {kind: name for name, kind in _PLAIN.items()}


def message_to_bytes(message: Message, keys: np.ndarray[tuple[int], np.dtype[np.int64]]) -> bytes:
    """Write a message; `keys` gives the stored key of each channel index."""
    if isinstance(message, Readings):
        body: object = (
            message.received_at,
            message.source,
            keys[message.channel].astype("<i4").tobytes(),
            message.at.astype("<i8").tobytes(),
            message.value.astype("<f8").tobytes(),
            message.status.tobytes(),
        )
        return msgspec.msgpack.encode(("readings", body))
    return msgspec.msgpack.encode((_KINDS[type(message)], message))


def message_from_bytes(data: bytes, index: dict[int, int]) -> Message | None:
    """Read a message; `index` gives the channel index of each key.

    Rows of channels the site no longer has are left out; None when nothing is left.
    """
    kind, body = msgspec.msgpack.decode(data)
    if kind != "readings":
        return msgspec.convert(body, _PLAIN[kind])
    received_at, source, key, at, value, status = body
    channel = np.array([index.get(k, -1) for k in np.frombuffer(key, "<i4").tolist()], np.int16)
    known = channel >= 0
    if not known.any():
        return None
    return Readings(
        received_at,
        channel[known],
        np.frombuffer(at, "<i8").astype(np.int64)[known],
        np.frombuffer(value, "<f8").astype(np.float64)[known],
        np.frombuffer(status, np.uint8)[known],
        source,
    )


def event_to_bytes(event: Event) -> bytes:
    """Write an event; its reasons as templates with their values."""
    return msgspec.msgpack.encode(event)


def event_from_bytes(data: bytes) -> Event:
    """Read an event."""
    return msgspec.msgpack.decode(data, type=Event)


def effect_to_bytes(effect: Notify) -> bytes:
    """Write an effect."""
    return msgspec.msgpack.encode(effect)


def effect_from_bytes(data: bytes) -> Notify:
    """Read an effect."""
    return msgspec.msgpack.decode(data, type=Notify)



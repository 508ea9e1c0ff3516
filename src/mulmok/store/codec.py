"""Journal messages as bytes. Channels by their key in the store, never by their position."""

from __future__ import annotations

import zlib

import msgspec
import numpy as np
from numpy.typing import NDArray

from mulmok.model.message import Command, ConfigChange, Message, Readings, SourceStatus, Tick

_PLAIN: dict[str, type[Tick | Command | SourceStatus | ConfigChange]] = {
    "tick": Tick,
    "command": Command,
    "source": SourceStatus,
    "config": ConfigChange,
}
_KINDS = {kind: name for name, kind in _PLAIN.items()}
#: Marks a compressed body; no message begins with this byte (msgpack: the number 122).
_PACKED = b"z"
#: Bodies from this size on are compressed [bytes]; a scan of thirty stays as it is.
_LARGE = 4096


def message_to_bytes(message: Message, keys: NDArray[np.int64]) -> bytes:
    """Write a message; `keys` gives the stored key of each channel index."""
    if not isinstance(message, Readings):
        return msgspec.msgpack.encode((_KINDS[type(message)], message))
    body = (
        message.received_at,
        message.source,
        keys[message.channel].astype("<i4").tobytes(),
        message.at.astype("<i8").tobytes(),
        message.value.astype("<f8").tobytes(),
        message.status.tobytes(),
    )
    data = msgspec.msgpack.encode(("readings", body))
    return _PACKED + zlib.compress(data, 1) if len(data) >= _LARGE else data


def message_from_bytes(data: bytes, index: dict[int, int]) -> Message | None:
    """Read a message; `index` gives the channel index of each key.

    Rows of channels the site no longer has are left out; None when nothing is left.
    """
    if data[:1] == _PACKED:
        data = zlib.decompress(data[1:])
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

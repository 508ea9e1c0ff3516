"""What is to be said to bytes of a Sparkplug B payload: commands of ours, and what a simulated node sends."""

from __future__ import annotations

import struct

from mulmok.source.sparkplug.message import QUALITY, Metric, Payload, Type

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_64_BITS = (1 << 64) - 1
#: 6.4.16: types of 64 bits go into the longer field; so does UInt32, which fills the shorter one.
_LONG = (Type.INT64, Type.UINT64, Type.UINT32, Type.DATETIME)


def encode(payload: Payload) -> bytes:
    """Give the bytes."""
    words = b""
    if payload.timestamp is not None:
        words += _whole(1, payload.timestamp)
    for metric in payload.metrics:
        words += _inner(2, _metric(metric))
    if payload.seq is not None:
        words += _whole(3, payload.seq)
    return words


def _metric(metric: Metric) -> bytes:
    words = _inner(1, metric.name.encode()) if metric.name else b""
    if metric.alias is not None:
        words += _whole(2, metric.alias)
    if metric.timestamp is not None:
        words += _whole(3, metric.timestamp)
    if metric.datatype:
        words += _whole(4, metric.datatype)
    for field, said in ((5, metric.is_historical), (6, metric.is_transient), (7, metric.is_null)):
        if said:
            words += _whole(field, 1)
    if metric.quality is not None:
        value = _whole(1, Type.INT32) + _whole(3, metric.quality)
        words += _inner(9, _inner(1, QUALITY.encode()) + _inner(2, value))
    return words + (b"" if metric.is_null else _value(metric))


def _value(metric: Metric) -> bytes:
    value = metric.value
    if value is None:
        return b""
    if isinstance(value, bool):
        return _whole(14, int(value))
    if isinstance(value, str):
        return _inner(15, value.encode())
    if isinstance(value, float):
        if metric.datatype == Type.FLOAT:
            return _tag(12, _FIXED32) + struct.pack("<f", value)
        return _tag(13, _FIXED64) + struct.pack("<d", value)
    if metric.datatype in _LONG:
        return _whole(11, value & _64_BITS)
    return _whole(10, value & 0xFFFF_FFFF)


def _whole(field: int, number: int) -> bytes:
    return _tag(field, _VARINT) + _varint(number)


def _inner(field: int, data: bytes) -> bytes:
    return _tag(field, _BYTES) + _varint(len(data)) + data


def _tag(field: int, wire: int) -> bytes:
    return _varint(field << 3 | wire)


def _varint(number: int) -> bytes:
    words = bytearray()
    while number > 127:
        words.append(number & 127 | 128)
        number >>= 7
    words.append(number)
    return bytes(words)

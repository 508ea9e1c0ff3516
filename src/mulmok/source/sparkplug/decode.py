"""Bytes of a Sparkplug B payload to what they say: the wire format of Protocol Buffers [1]_, by hand.

Of the schema (Eclipse Tahu, sparkplug_b.proto) only what a host that measures needs is understood;
everything else is passed over, as the format wants it. A payload is whole or it is none: bytes that
end too soon, or mean nothing, raise DecodeError and nothing else.

References
----------
.. [1] Protocol Buffers, "Encoding," protobuf.dev/programming-guides/encoding.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from mulmok.model.text import Text, text
from mulmok.source.sparkplug.message import QUALITY, Metric, Payload, Value

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
#: A varint of 64 bits has at most so many bytes.
_LONGEST = 10
_64_BITS = (1 << 64) - 1
_FLOAT, _DOUBLE = struct.Struct("<f"), struct.Struct("<d")

#: Fields of a payload, of a metric, of a property set and of a property's value.
_TIMESTAMP, _METRICS, _SEQ, _UUID = 1, 2, 3, 4
_NAME, _ALIAS, _WHEN, _DATATYPE, _HISTORICAL, _TRANSIENT, _NULL, _PROPERTIES = (
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    9,
)
_INT, _LONG, _AS_FLOAT, _AS_DOUBLE, _AS_BOOLEAN, _AS_STRING = 10, 11, 12, 13, 14, 15
_KEYS, _VALUES = 1, 2
#: Eclipse Tahu marks so what it has compressed; the specification does not have it.
_COMPRESSED = b"SPBV1.0_COMPRESSED"
_PROPERTY_INT, _PROPERTY_LONG = 3, 4

Field = tuple[int, int, int | bytes]


class DecodeError(ValueError):
    """Bytes that are no payload; `text` says why."""

    def __init__(self, words: Text) -> None:
        self.text = words
        super().__init__(str(words))


def decode(data: bytes) -> Payload:
    """Give what a payload says. Raises DecodeError."""
    payload = Payload([])
    for field, wire, value in _fields(data):
        if field == _METRICS:
            payload.metrics.append(_metric(_inner(wire, value)))
        elif field == _TIMESTAMP:
            payload.timestamp = _whole(wire, value)
        elif field == _SEQ:
            payload.seq = _whole(wire, value)
        elif field == _UUID and value == _COMPRESSED:
            raise DecodeError(text("the payload is compressed: have the node send it as it is"))
    return payload


def _metric(data: bytes) -> Metric:
    metric = Metric()
    for field, wire, value in _fields(data):
        if field == _ALIAS:
            metric.alias = _whole(wire, value)
        elif field == _WHEN:
            metric.timestamp = _whole(wire, value)
        elif field in (_INT, _LONG, _AS_FLOAT, _AS_DOUBLE, _AS_BOOLEAN, _AS_STRING):
            metric.value = _value(field, wire, value)
        elif field == _NAME:
            metric.name = _words(wire, value)
        elif field == _DATATYPE:
            metric.datatype = _whole(wire, value)
        elif field == _NULL:
            metric.is_null = _whole(wire, value) != 0
        elif field == _HISTORICAL:
            metric.is_historical = _whole(wire, value) != 0
        elif field == _TRANSIENT:
            metric.is_transient = _whole(wire, value) != 0
        elif field == _PROPERTIES:
            metric.quality = _quality(_inner(wire, value), metric.quality)
    return metric


def _value(field: int, wire: int, value: int | bytes) -> Value:
    if field in (_INT, _LONG):
        return _whole(wire, value)
    if field == _AS_BOOLEAN:
        return _whole(wire, value) != 0
    if field == _AS_STRING:
        return _words(wire, value)
    want = _FIXED32 if field == _AS_FLOAT else _FIXED64
    if wire != want or not isinstance(value, bytes):
        raise _unlike(wire)
    form = _FLOAT if field == _AS_FLOAT else _DOUBLE
    number: float = form.unpack(value)[0]
    return number


def _quality(data: bytes, before: int | None) -> int | None:
    """Give what a set of properties says of the quality."""
    names: list[str] = []
    values: list[int | None] = []
    for field, wire, value in _fields(data):
        if field == _KEYS:
            names.append(_words(wire, value))
        elif field == _VALUES:
            found = None
            for inner, how, what in _fields(_inner(wire, value)):
                if inner in (_PROPERTY_INT, _PROPERTY_LONG):
                    found = _whole(how, what)
            values.append(found)
    said = dict(zip(names, values, strict=False)).get(QUALITY)
    return before if said is None else said


def _fields(data: bytes) -> Iterator[Field]:
    """Give the fields of a message: number, how it is written, and what stands there."""
    place, end = 0, len(data)
    while place < end:
        tag, place = _varint(data, place)
        field, wire = tag >> 3, tag & 7
        if not field:
            raise DecodeError(text("the payload has a field without a number"))
        value: int | bytes
        if wire == _VARINT:
            value, place = _varint(data, place)
        else:
            if wire == _BYTES:
                size, place = _varint(data, place)
            elif wire in (_FIXED32, _FIXED64):
                size = 4 if wire == _FIXED32 else 8
            else:
                raise _unlike(wire)
            if place + size > end:
                raise _cut(end)
            value, place = data[place : place + size], place + size
        yield field, wire, value


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """Give a number and the place after it."""
    number = shift = 0
    for count in range(_LONGEST):
        if place + count >= len(data):
            raise _cut(len(data))
        byte = data[place + count]
        number |= (byte & 127) << shift
        if byte < 128:
            return number & _64_BITS, place + count + 1
        shift += 7
    raise DecodeError(text("the payload has a number of more than 64 bits"))


def _whole(wire: int, value: int | bytes) -> int:
    if wire != _VARINT or not isinstance(value, int):
        raise _unlike(wire)
    return value


def _inner(wire: int, value: int | bytes) -> bytes:
    if wire != _BYTES or not isinstance(value, bytes):
        raise _unlike(wire)
    return value


def _words(wire: int, value: int | bytes) -> str:
    try:
        return _inner(wire, value).decode("utf-8")
    except UnicodeDecodeError:
        raise DecodeError(text("the payload has a text that is not UTF-8")) from None


def _unlike(wire: int) -> DecodeError:
    return DecodeError(
        text("the payload has a field written as no such field is ({wire})", wire=wire)
    )


def _cut(size: int) -> DecodeError:
    return DecodeError(text("the payload ends too soon, after {size} bytes", size=size))

"""Bytes of Sparkplug payloads: what was said is read back, and what is no payload is told as such."""

from __future__ import annotations

import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulmok.source.sparkplug.decode import DecodeError, decode
from mulmok.source.sparkplug.encode import encode
from mulmok.source.sparkplug.message import Address, Kind, Metric, Payload, Type, meant

U64 = st.integers(0, 2**64 - 1)
RANGES = {
    Type.INT8: (-(2**7), 2**7 - 1),
    Type.INT16: (-(2**15), 2**15 - 1),
    Type.INT32: (-(2**31), 2**31 - 1),
    Type.INT64: (-(2**63), 2**63 - 1),
    Type.UINT8: (0, 2**8 - 1),
    Type.UINT16: (0, 2**16 - 1),
    Type.UINT32: (0, 2**32 - 1),
    Type.UINT64: (0, 2**64 - 1),
    Type.DATETIME: (0, 2**64 - 1),
}
VALUES = st.one_of(
    *(st.tuples(st.just(kind), st.integers(*ends)) for kind, ends in RANGES.items()),
    st.tuples(st.just(Type.FLOAT), st.floats(width=32, allow_nan=False)),
    st.tuples(st.just(Type.DOUBLE), st.floats(allow_nan=False)),
    st.tuples(st.just(Type.BOOLEAN), st.booleans()),
    st.tuples(st.sampled_from([Type.STRING, Type.TEXT]), st.text(max_size=8)),
)


@st.composite
def metrics(draw) -> Metric:
    datatype, value = draw(VALUES)
    null = draw(st.booleans())
    return Metric(
        name=draw(st.text(max_size=12)),
        alias=draw(st.none() | U64),
        timestamp=draw(st.none() | U64),
        datatype=datatype,
        value=None if null else value,
        is_null=null,
        is_historical=draw(st.booleans()),
        is_transient=draw(st.booleans()),
        quality=draw(st.none() | st.integers(0, 2**31 - 1)),
    )


PAYLOADS = st.builds(
    Payload,
    st.lists(metrics(), max_size=4),
    timestamp=st.none() | U64,
    seq=st.none() | st.integers(0, 255),
)


def understood(payload: Payload) -> Payload:
    """With whole numbers as they are meant."""
    for metric in payload.metrics:
        metric.value = meant(metric.datatype, metric.value)
    return payload


@given(PAYLOADS)
def test_what_was_said_is_read_back(payload: Payload):
    assert understood(decode(encode(payload))) == payload


@given(PAYLOADS, st.binary(max_size=6))
def test_fields_nobody_knows_are_passed_over(payload: Payload, words: bytes):
    unknown = b"\x2a" + bytes([len(words)]) + words + b"\x80\x7d\x05"  # field 5, field 2000
    assert understood(decode(unknown + encode(payload) + unknown)) == payload


@given(PAYLOADS)
def test_bytes_that_end_too_soon_are_no_payload_or_the_beginning_of_one(payload: Payload):
    data = encode(payload)
    for end in range(len(data)):
        with suppress(DecodeError):
            some = understood(decode(data[:end])).metrics
            assert some == payload.metrics[: len(some)]


@given(PAYLOADS, st.integers(0, 400), st.binary(max_size=5))
def test_bytes_that_were_changed_raise_nothing_but_the_own_error(
    payload: Payload, place: int, words: bytes
):
    data = encode(payload)
    with suppress(DecodeError):
        decode(data[:place] + words + data[place + len(words) :])


@given(st.binary(max_size=200))
def test_any_bytes_raise_nothing_but_the_own_error(data: bytes):
    with suppress(DecodeError):
        decode(data)


def test_bytes_that_were_worked_out_by_hand():
    """Fields and wire types from the schema: 1 timestamp, 2 metric (1 name, 4 datatype, 13 double), 3 seq."""
    metric = b"\x0a\x02pH" + b"\x20\x0a" + b"\x69" + struct.pack("<d", 7.25)
    data = b"\x08\x96\x01" + b"\x12" + bytes([len(metric)]) + metric + b"\x18\x05"
    wanted = Payload([Metric("pH", datatype=Type.DOUBLE, value=7.25)], timestamp=150, seq=5)
    assert decode(data) == wanted
    assert encode(wanted) == data


@pytest.mark.parametrize(
    ("datatype", "sent", "value"),
    [
        (Type.INT8, 0xFF, -1),
        (Type.INT8, 0xFFFF_FFFF, -1),
        (Type.INT8, 0x7F, 127),
        (Type.INT16, 0xFFFE, -2),
        (Type.INT16, 0xFFFF_8000, -32768),
        (Type.INT32, 0x8000_0000, -(2**31)),
        (Type.INT64, 2**64 - 5, -5),
        (Type.UINT8, 0xFF, 255),
        (Type.UINT32, 0xFFFF_FFFF, 4294967295),
        (Type.UINT64, 2**64 - 1, 2**64 - 1),
        (Type.BOOLEAN, True, True),
        (Type.FLOAT, 1.5, 1.5),
        (0, 0xFFFF_FFFF, 0xFFFF_FFFF),
    ],
)
def test_whole_numbers_have_the_sign_their_datatype_gives_them(datatype: int, sent, value):
    assert meant(datatype, sent) == value


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x08", "ends too soon"),
        (b"\x12\x05\x0a", "ends too soon"),
        (b"\x08" + b"\xff" * 10 + b"\x01", "more than 64 bits"),
        (b"\x00\x01", "without a number"),
        (b"\x0b", "written as no such field"),
        (b"\x10\x01", "written as no such field"),
        (b"\x12\x03\x0a\x01\xff", "not UTF-8"),
        (b"\x12\x03\x60\x01\x00", "written as no such field"),
        (b"\x0a\x00", "written as no such field"),
        (b"\x22\x12SPBV1.0_COMPRESSED\x2a\x01x", "is compressed"),
    ],
)
def test_what_is_no_payload_is_told_why(data: bytes, why: str):
    with pytest.raises(DecodeError, match=why):
        decode(data)


@pytest.mark.parametrize(
    ("topic", "address"),
    [
        ("spBv1.0/g/NBIRTH/n", Address(Kind.NBIRTH, "g", "n")),
        ("spBv1.0/g/DDATA/n/d", Address(Kind.DDATA, "g", "n", "d")),
        ("spBv1.0/g/DDATA/n", None),
        ("spBv1.0/g/NDATA/n/d", None),
        ("spBv1.0/g/NCMD/n", None),
        ("spBv1.0/STATE/mulmok", None),
        ("spAv1.0/g/NBIRTH/n", None),
        ("spBv1.0/g/NBIRTH/n/d/e", None),
        ("", None),
    ],
)
def test_a_topic_says_whom_it_is_about(topic: str, address: Address | None):
    assert Address.parse(topic) == address
    assert address is None or address.topic == topic

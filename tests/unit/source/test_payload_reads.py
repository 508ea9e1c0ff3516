"""What makes reading documents cheap changes nothing of what is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulmok.model.status import Status
from mulmok.source.instants import TimeForm
from mulmok.source.payload import Field, PayloadError, Read, decoded
from mulmok.source.signal import Signal

NOW = 1_767_571_200_000_000_000
FIELD = Field.of({"path": "v", "time_path": "t", "status_path": "s"}, Signal(), TimeForm("iso"))
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5)
)
TIMES = st.sampled_from(["2026-01-05T00:00:00Z", "2026-01-05T00:00:01+09:00", "soon", None, 5])


def outcome(document: object, times: dict[str, int] | None):
    try:
        return FIELD.read(document, NOW, times)
    except PayloadError as fault:
        return str(fault)


@given(st.lists(st.fixed_dictionaries({"v": VALUES | st.lists(VALUES, max_size=3), "t": TIMES})))
def test_times_that_were_read_before_are_the_same_times(documents: list[dict]):
    times: dict[str, int] = {}
    assert [repr(outcome(one, times)) for one in documents] == [
        repr(outcome(one, None)) for one in documents
    ]


@pytest.mark.parametrize(
    ("value", "raw"),
    [
        ("7.10", "7.10"),
        (7.1, "7.1"),
        (7, "7"),
        (True, "true"),
        ([[1, 2]], "[1,2]"),
        ({"a": 1}, '{"a":1}'),
        ("x" * 500, "x" * 200),
    ],
)
def test_a_reading_remembers_what_stood_there(value: object, raw: str):
    [read] = Field.of({"path": "v"}, Signal(), TimeForm()).read({"v": value}, NOW)
    assert read.raw == raw


def test_what_is_no_number_is_missing_and_named():
    [read] = Field.of({"path": "v"}, Signal(), TimeForm()).read(decoded(b'{"v": "wet"}'), NOW)
    assert read.status is Status.COMM_FAIL
    assert read.number != read.number
    assert str(read.trouble) == '"wet" is no number'


def test_a_status_that_is_known_is_taken_and_one_that_is_not_says_that_not_all_is_well():
    document = decoded(b'{"v": 7.1, "t": "2026-01-05T00:00:00Z", "s": "MAINTENANCE"}')
    assert FIELD.read(document, 0) == [Read(NOW, 7.1, 7.1, 7.1, Status.MAINTENANCE)]
    [read] = FIELD.read(decoded(b'{"v": 7.1, "t": "2026-01-05T00:00:00Z", "s": "?!"}'), 0)
    assert (read.status, read.value) == (Status.DEVICE_FAULT, 7.1)


@pytest.mark.parametrize("payload", [b'"\x80"', b"\xff", b"{", b"", b"[" * 100_000])
def test_what_is_no_json_is_told_as_such(payload: bytes):
    with pytest.raises(PayloadError):
        decoded(payload)


def test_a_path_that_meets_what_it_was_not_made_for_is_told():
    field = Field.of({"path": "max(v)"}, Signal(), TimeForm())
    assert [one.value for one in field.read({"v": [1, 3]}, NOW)] == [3]
    with pytest.raises(PayloadError, match="the path cannot be followed"):
        field.read({"v": [1, "x"]}, NOW)

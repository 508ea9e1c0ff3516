"""Bodies of pushed readings."""

from __future__ import annotations

import contextlib
import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mulmok.model.errors import InputError
from mulmok.model.status import Status
from mulmok.model.time import MINUTE, parse_instant
from mulmok.source.http import decode
from mulmok.source.http.decode import Pushed

A = "2026-01-01T00:00:00+09:00"
AT = parse_instant(A)
NOW = AT + MINUTE


@pytest.fixture
def push(works):
    pushed = Pushed(works)

    def decode(body, content_type="application/json", **options):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return pushed.decode(raw, content_type, NOW, **options)

    return decode


def second(**fields):
    """Two readings, the second changed."""
    good = {"channel": "inlet.ph", "at": A, "value": 7.1}
    return {"readings": [good, {"channel": "inlet.ec", "at": A, "value": 7} | fields]}


def test_readings_come_in_the_order_of_the_body(push):
    arrival = push(second(at="2025-12-31T14:59:00Z", value=None, status="CALIBRATING"))
    assert arrival.channel.tolist() == [0, 1]
    assert arrival.at.tolist() == [AT, AT - MINUTE]
    assert arrival.value[0] == 7.1
    assert np.isnan(arrival.value[1])
    assert arrival.status.tolist() == [Status.NORMAL, Status.CALIBRATING]


def test_columns_say_the_same_as_a_list(push):
    listed = push(second())
    columns = push({"channel": ["inlet.ph", "inlet.ec"], "at_ns": [AT, AT], "value": [7.1, 7]})
    for name in ("channel", "at", "value", "status"):
        assert np.array_equal(getattr(listed, name), getattr(columns, name))


def test_a_csv_body_is_a_readings_file(push):
    arrival = push(f"time,inlet.ph,inlet.ec\n{A},7.1,7\n".encode(), "text/csv; charset=utf-8")
    assert arrival.value.tolist() == [7.1, 7]
    with pytest.raises(InputError, match='body, line 2: the time is "now"'):
        push(b"time,inlet.ph\nnow,7.1\n", "text/csv")
    with pytest.raises(InputError, match="at most an hour after now"):
        push(b"time,inlet.ph\n2026-06-01T00:00:00Z,7.1\n", "text/csv")


WRONG = [
    (
        second(value="x"),
        'readings[1].value: have "x", want a number, or null for a missing reading',
    ),
    (
        second(at="2026-01-01T00:00"),
        'readings[1].at: have "2026-01-01T00:00", want ISO 8601 with an offset',
    ),
    (second(at=5), 'readings[1].at: have "5", want ISO 8601 with an offset'),
    (
        second(at="1970-01-01T00:00Z"),
        'readings[1].at: have "1970-01-01T00:00Z", want a time after 1990',
    ),
    (
        second(at="2026-01-01T02:00:00+09:00"),
        (
            'readings[1].at: have "2026-01-01T02:00:00+09:00", want at most an hour after now, '
            "2025-12-31T15:01:00Z: is the clock of the logger right?"
        ),
    ),
    (
        second(channel="inlet.eC"),
        (
            'readings[1].channel: have "inlet.eC", want a channel of the site '
            "(nearest: inlet.ec, inlet.tn, inlet.ph)"
        ),
    ),
    (
        second(status="fine"),
        (
            'readings[1].status: have "fine", want one of NORMAL, STOPPED, NO_FLOW, CALIBRATING, '
            "MAINTENANCE, COMM_FAIL, DEVICE_FAULT, POWER_FAIL, TRIAL, RESENT"
        ),
    ),
    (
        second(foo=1),
        'readings[1]: have "foo", want only channel, at, at_ns, value and status',
    ),
    ({"readings": [{"at": A}]}, 'readings[0].channel: have "", want the id of a channel'),
    ({"readings": {}}, 'readings: have "{}", want a list of readings'),
    ([], 'body: have "[]", want an object with readings'),
    ({}, 'the body has no readings: want "readings", or "channel", "at" and "value"'),
    (
        {"readings": []},
        'the body has no readings: want "readings", or "channel", "at" and "value"',
    ),
    (
        {"readings": [{"channel": "inlet.ph", "at": A, "value": 7}], "channel": ["inlet.ph"]},
        'the body has "readings" and columns: want one of the two forms',
    ),
    (
        b'{"channel":' + b"[" * 100_000,
        "the body is nested too deep: want an object with readings",
    ),
    (
        b"[" * 100_000,
        "the body is nested too deep: want an object with readings",
    ),
    (b"{", "the body is no JSON (Input data was truncated): want an object"),
    (
        b'{"channel":["inlet.ph"],"at_ns":[1767225600000000000],"value":[1e999]}',
        "a number in the body is too large: want at most 1.8e308, or null for missing",
    ),
    (
        {"channel": ["inlet.ph", "inlet.ec"], "at": [A], "value": [1, 2]},
        'at: have "1", want 2 items',
    ),
    (
        {"channel": ["inlet.ph"], "at": ["yesterday"], "value": [1]},
        'at[0]: have "yesterday", want ISO 8601 with an offset',
    ),
]


@pytest.mark.parametrize(("body", "message"), WRONG, ids=range(len(WRONG)))
def test_a_wrong_body_is_named_by_reading_and_field(push, body, message):
    with pytest.raises(InputError) as caught:
        push(body)
    assert str(caught.value) == message


def test_too_large_a_body_and_another_kind_of_content(push):
    with pytest.raises(InputError, match=r"the body has .* bytes, at most 10 are taken"):
        push(second(), limit=10)
    with pytest.raises(InputError, match='content type "text/html": want application/json'):
        push(second(), "text/html")


names = st.sampled_from(["inlet.ph", "inlet.ec", "inlet.xx"])
moments = st.sampled_from([A, "2025-12-31T14:59:00Z", "soon", "2030-01-01T00:00Z", None])
counts = st.sampled_from([AT, AT - 1, 5, 2**62, None])
rows = st.lists(
    st.tuples(
        names,
        moments,
        counts,
        st.none() | st.floats(-9, 9),
        st.sampled_from([None, "TRIAL", 3, "x"]),
    ),
    max_size=6,
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows, st.sampled_from(["list", "columns", "counts"]))
def test_the_quick_way_and_the_way_by_reading_say_the_same(works, rows, form):
    columns = list(zip(*rows, strict=True)) or [[]] * 5
    channel, at, count, value, status = map(list, columns)
    if form == "list":
        fields = ("channel", "at", "at_ns", "value", "status")
        body = {
            "readings": [
                {name: cell for name, cell in zip(fields, row, strict=True) if cell is not None}
                for row in rows
            ]
        }
    else:
        body = {"channel": channel, "value": value, "status": status}
        body |= {"at": at} if form == "columns" else {"at_ns": count}
    raw = json.dumps(body).encode()

    def outcome():
        try:
            return Pushed(works).decode(raw, "application/json", NOW)
        except InputError as fault:
            return str(fault)

    with pytest.MonkeyPatch.context() as patch:
        quickly = outcome()
        patch.setattr(decode, "quick", lambda *_: None)
        slowly = outcome()
    if isinstance(slowly, str):
        assert quickly == slowly
        return
    for name in ("channel", "at", "value", "status"):
        one, other = getattr(quickly, name), getattr(slowly, name)
        assert one.dtype == other.dtype
        assert np.array_equal(one, other, equal_nan=name == "value")


@given(
    st.binary(max_size=60)
    | st.recursive(
        st.none() | st.floats(allow_nan=False) | st.text(max_size=5) | st.integers(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["readings", "channel", "at", "value", "status", "at_ns"]), inner
            )
        ),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode())
)
def test_no_body_whatever_does_anything_but_arrive_or_be_refused(body):
    with contextlib.suppress(InputError):
        Pushed(()).decode(body, "application/json", NOW)

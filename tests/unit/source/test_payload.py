"""JSON and plain text to readings: what stands where, what is missing, and what cannot be understood."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from unit.source.channels import make_channel

from mulmok.model.status import Status
from mulmok.model.time import HOUR, MINUTE, parse_instant
from mulmok.source.instants import TimeForm
from mulmok.source.payload import Field, PayloadError, decoded, payload_faults, plain, shown
from mulmok.source.signal import Signal

A = parse_instant("2026-01-05T09:00:00+09:00")
NOW = A + HOUR


def field(form: str = "iso", **given_) -> Field:
    signal = Signal.of(make_channel("inlet.ec"), given_)
    return Field.of(given_, signal, TimeForm(form))


def read(document, form="iso", **given_):
    return field(form, **given_).read(document, NOW)


def test_without_a_path_the_payload_is_the_value_and_the_time_is_ours():
    (one,) = read("7.13")
    assert (one.at, one.raw, one.number, one.value) == (NOW, "7.13", 7.13, 7.13)
    assert (one.status, one.trouble) == (Status.NORMAL, None)


def test_value_time_and_status_stand_where_the_paths_say():
    document = {"d": {"ec": 1.2, "ts": "2026-01-05T09:00:00+09:00", "st": "MAINTENANCE"}}
    (one,) = read(
        document, path="d.ec", time_path="d.ts", status_path="d.st", unit="mS/cm", scale=2.0
    )
    assert (one.at, one.number, one.value) == (A, 1.2, 2400.0)
    assert one.status is Status.MAINTENANCE
    assert one.raw == "1.2"


def test_a_path_that_finds_nothing_gives_no_reading():
    assert read({"other": 1}, path="d.ec") == []
    assert read({"d": {"ec": None}}, path="d.ec") == []


def test_a_list_gives_as_many_readings_each_with_its_time_and_status():
    document = {
        "rows": [{"v": 1, "t": 1_767_571_200, "s": 0}, {"v": 2, "t": 1_767_571_260, "s": 4}]
    }
    first, second = read(
        document, "s", path="rows[*].v", time_path="rows[*].t", status_path="rows[*].s"
    )
    assert (first.at, first.value, first.status) == (A, 1.0, Status.NORMAL)
    assert (second.at, second.value, second.status) == (A + MINUTE, 2.0, Status.MAINTENANCE)


def test_one_time_holds_for_a_whole_list():
    document = {"t": 1_767_571_200, "v": [1, 2]}
    assert [one.at for one in read(document, "s", path="v", time_path="t")] == [A, A]


def test_a_list_of_one_is_a_time_of_one_value():
    document = {"t": [1_767_571_200], "v": 1}
    assert [one.at for one in read(document, "s", path="v", time_path="t")] == [A]


def test_an_empty_list_gives_no_reading():
    assert read({"v": [], "t": []}, path="v", time_path="t") == []


def test_lists_of_unlike_length_cannot_be_brought_together():
    with pytest.raises(PayloadError, match="3 values with 2 times or statuses"):
        read({"v": [1, 2, 3], "t": [1, 2]}, path="v", time_path="t")


def test_a_time_that_is_none_is_told():
    with pytest.raises(PayloadError, match='"soon" is no time of the form iso'):
        read({"v": 1, "t": "soon"}, path="v", time_path="t")
    with pytest.raises(PayloadError, match="is no time of the form iso"):
        read({"v": 1}, path="v", time_path="t")


@pytest.mark.parametrize("value", [True, "7.1", " 7.1 ", "7.1e0", 7, 7.1])
def test_numbers_may_be_written_as_text(value):
    (one,) = read({"v": value}, path="v")
    assert math.isfinite(one.value)
    assert one.trouble is None


@pytest.mark.parametrize("value", ["", " ", "NaN", "null", "None"])
def test_a_missing_value_is_missing_and_nothing_is_wrong(value):
    (one,) = read({"v": value}, path="v")
    assert math.isnan(one.value)
    assert (one.status, one.trouble) == (Status.NORMAL, None)


def test_null_in_a_list_is_a_missing_value():
    assert [math.isnan(one.value) for one in read({"v": [1, None]}, path="v")] == [False, True]


@pytest.mark.parametrize("value", ["Bad", "7,1", "1_000", "inf", "1e999", {}, [[1]], 10**400])
def test_what_is_no_number_is_missing_with_a_communication_failure(value):
    (one,) = read({"v": [value]}, path="v")
    assert math.isnan(one.value)
    assert one.status is Status.COMM_FAIL
    assert "is no number" in str(one.trouble)


def test_codes_of_the_instrument_mean_what_the_site_file_says():
    given_ = {"path": "v", "status_path": "s", "statuses": {"0": "NORMAL", "7": "CALIBRATING"}}
    assert read({"v": 1, "s": 7.0}, **given_)[0].status is Status.CALIBRATING
    assert read({"v": 1, "s": "0"}, **given_)[0].status is Status.NORMAL
    (one,) = read({"v": 1, "s": 9}, **given_)
    assert (one.status, one.value) == (Status.DEVICE_FAULT, 1.0)
    assert str(one.trouble) == 'the status "9" is not known: name it in statuses'


@pytest.mark.parametrize("status", ["broken", [1, 2], {"a": 1}, True, 77])
def test_a_status_nobody_knows_does_not_say_that_all_is_well(status):
    (one,) = read({"v": 1, "s": status}, path="v", status_path="s")
    assert one.status is Status.DEVICE_FAULT
    assert one.trouble is not None


def test_a_current_tells_of_a_broken_instrument_unless_the_document_says_more():
    given_ = {"path": "v", "status_path": "s", "current": (0.0, 100.0)}
    assert read({"v": 2.0}, **given_)[0].status is Status.DEVICE_FAULT
    assert read({"v": 2.0, "s": 3}, **given_)[0].status is Status.CALIBRATING


def test_a_path_may_ask_and_what_it_cannot_answer_is_told():
    assert read({"v": {"a": 2}}, path="v.a || v.b")[0].value == 2.0
    assert read({"v": [{"n": "ec", "x": 3}]}, path="v[?n=='ec'].x | [0]")[0].value == 3.0
    with pytest.raises(PayloadError, match="the path cannot be followed"):
        read({"v": ["a", "b"]}, path="sum(v)")
    with pytest.raises(PayloadError, match="the path cannot be followed"):
        read({"v": 1}, path="v", time_path="length(t)")


def test_the_faults_of_paths_are_named():
    faults = {
        key: str(words) for key, words in payload_faults({"time_path": "a..b", "status_path": "s"})
    }
    assert faults["time_path"].startswith("stands with path only")
    assert faults["status_path"].startswith("stands with path only")
    ((key, words),) = payload_faults({"path": "a..b"})
    assert key == "path"
    assert str(words).startswith('"a..b" is no JMESPath: ')
    assert list(payload_faults({"path": "a.b", "time_path": "t"})) == []


@pytest.mark.parametrize(
    "payload", [b"", b"{", b"NaN", b"\xff\xfe\x00", b'{"a": 1} trailing', b"[" * 200_000]
)
def test_what_is_no_json_is_told_with_what_was_sent(payload):
    with pytest.raises(PayloadError) as caught:
        decoded(payload)
    assert len(str(caught.value)) < 300


def test_a_payload_is_shown_on_one_line_and_not_without_end():
    assert plain(b"\xef\xbb\xbf 7.1\r\n\x00") == "7.1"
    assert plain("유입 pH".encode()) == "유입 pH"
    assert plain(b"a\x1b[31m\nb") == "a?[31m?b"
    assert len(plain(b"x" * 10_000)) <= 800
    assert shown("x" * 1000) == "x" * 200
    assert shown({"a": 1}) == '{"a":1}'
    assert len(shown(10**400)) <= 200


jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["v", "t", "s", "x"]), inner, max_size=3)
    ),
    max_leaves=12,
)
PATHS = ["v", "v[*]", "v[*].v", "*.v", "[]", "@", "v[?x]", "sum(v)", "keys(@)", "max_by(v, &x)"]


@given(
    jsons | jsons.map(lambda value: {"v": value, "t": 1_767_571_200, "s": value}),
    st.sampled_from(PATHS),
    st.sampled_from([None, "t", "v[*].t"]),
    st.sampled_from([None, "s", "v[*].s"]),
)
@example({"v": 10**30, "s": 10**30}, "v", None, "s")
def test_whatever_document_comes_it_is_readings_or_a_payload_error(value, path, time, status):
    paths = {"path": path, "time_path": time, "status_path": status}
    given_ = {key: words for key, words in paths.items() if words is not None}
    try:
        document = decoded(json.dumps(value).encode())
        found = read(document, "s", **given_)
    except PayloadError:
        return
    for one in found:
        assert isinstance(one.status, Status)
        assert len(one.raw) <= 200
        assert one.trouble is not None or one.status is Status.NORMAL or status is not None


@given(st.binary(max_size=80))
@example(b'"\\ud800"')
@example(b"1" * 5000)
def test_whatever_bytes_come_they_are_a_document_or_a_payload_error(payload):
    assert isinstance(plain(payload), str)
    try:
        document = decoded(payload)
    except PayloadError:
        return
    assert isinstance(shown(document), str)
    read(document)

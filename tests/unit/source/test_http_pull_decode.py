"""Answers of services to readings, whatever the answers are; and what is asked for."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.source.pulled import setup_of

from mulmok.model.errors import InputError, SourceError
from mulmok.model.status import Status
from mulmok.model.time import parse_instant
from mulmok.source.answer import Answer
from mulmok.source.http_pull.decode import page_of
from mulmok.source.http_pull.plan import Plan, wrong_settings

AT = parse_instant("2026-03-01T00:00:00Z")
HERE = Path("/nowhere")
GOOD = json.dumps(
    {
        "rows": [
            {"at": "2026-03-01T00:00:00Z", "ph": 7.1, "s": "0"},
            {"at": "2026-03-01T00:01:00Z", "ph": None, "s": "4"},
        ],
        "now": {"ec": 812},
        "next": "/v?page=2",
    }
).encode()


def plan(url: str = "http://h/v", **more: object) -> Plan:
    return Plan.of(
        setup_of(
            HERE,
            {"url": url, **more},
            inlet_ph={
                "path": "map(&ph, rows)",
                "time_path": "map(&at, rows)",
                "status_path": "map(&s, rows)",
            },
            inlet_ec={"path": "now.ec"},
        )
    )


def read(document: object, one: Plan | None = None, words: str = ""):
    one = one or plan()
    page = page_of(one, document, words, dict.fromkeys(one.fields, AT))
    rows = zip(
        page.batch.channel.tolist(),
        page.batch.value.tolist(),
        page.batch.status.tolist(),
        strict=True,
    )
    return list(rows), {index: str(words) for index, words in page.troubles.items() if words}


def test_lists_with_null_keep_their_length_and_null_is_missing():
    rows, troubles = read(json.loads(GOOD))
    assert rows[0] == (0, 7.1, Status.NORMAL)
    assert (math.isnan(rows[1][1]), rows[1][2]) == (True, Status.MAINTENANCE)
    assert rows[2] == (1, 812.0, Status.NORMAL)
    assert troubles == {}


def test_a_projection_that_left_out_null_is_told_what_would_keep_it():
    one = Plan.of(
        setup_of(
            HERE, {"url": "http://h/v"}, inlet_ph={"path": "rows[*].ph", "time_path": "rows[*].at"}
        )
    )
    rows, troubles = read(json.loads(GOOD), one)
    assert rows == []
    assert (
        'path "rows[*].ph" leaves out what is null, map(&NAME, LIST) would keep it' in troubles[0]
    )


def test_a_row_with_a_wrong_time_costs_no_other():
    document = json.loads(GOOD)
    document["rows"].insert(0, {"at": "soon", "ph": 9, "s": "0"})
    rows, troubles = read(document)
    assert next(value for index, value, _ in rows if index == 0) == 7.1
    assert '"soon" is no time' in troubles[0]


def test_a_path_on_something_else_names_what_is_there():
    for document, said in (
        ({"a": 1, "b": 2}, "there are a, b"),
        ([{"ec": 1}], 'there is a list of 1, the first {"ec":1}'),
        ("text", "there is text"),
        ({}, "there are -"),
    ):
        rows, troubles = read(document)
        assert said in troubles[1]
        assert [status for index, _, status in rows if index == 1] == [Status.COMM_FAIL]
        assert said in troubles[0]


def test_nothing_new_is_no_trouble():
    rows, troubles = read({"rows": [], "now": {"ec": 1}})
    assert [index for index, _, _ in rows] == [1]
    assert troubles == {}


def known(payload: bytes) -> str:
    """What is made of a payload: only ever readings, or a SourceError."""
    one = plan(next_path="next")
    try:
        answer = Answer("http://h/v", payload)
        document = answer.document()
        return repr((read(document, one, answer.words()), one.following(answer.url, document)))
    except SourceError:
        return "refused"


def test_part_of_an_answer_is_refused_and_never_half_read():
    whole = known(GOOD)
    assert "refused" not in whole
    assert {known(GOOD[:end]) for end in range(len(GOOD))} == {"refused"}
    assert known(GOOD + b"\r\n ") == whole
    assert known(GOOD + b"}") == "refused"


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_read_or_refused(payload):
    known(payload)


@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=6))
def test_spoilt_answers_are_read_or_refused(changes):
    payload = bytearray(GOOD)
    for place, byte in changes:
        payload[place] = byte
    known(bytes(payload))


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
documents = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["rows", "at", "ph", "s", "now", "ec", "next"]), inner, max_size=5
        )
    ),
    max_leaves=20,
)


@given(documents)
def test_any_document_is_read_or_refused(document):
    known(json.dumps(document).encode())


def test_the_times_asked_for_are_written_in_their_form_and_escaped():
    url = "http://h/v?from={since}&to={until}"
    assert (
        plan(url)
        .request(AT, AT + 1)[0]
        .endswith("?from=2026-03-01T00%3A00%3A00%2B00%3A00&to=2026-03-01T00%3A00%3A01%2B00%3A00")
    )
    assert (
        plan(url, since_format="ms")
        .request(AT, AT)[0]
        .endswith(f"from={AT // 10**6}&to={AT // 10**6}")
    )
    local = plan(url, since_format="%Y%m%d%H%M", zone="works")
    assert local.request(AT, AT)[0].endswith("from=202603010900&to=202603010900")
    posted = plan("http://h/v", method="POST", body='{"from": "{since}"}', since_format="s")
    assert posted.request(AT, AT)[1] == f'{{"from": "{AT // 10**9}"}}'


def test_a_token_of_the_next_page_replaces_the_one_before():
    one = plan(next_path="next", page_parameter="page")
    assert one.following("http://h/v?a=1&page=1", {"next": "x y"}) == "http://h/v?a=1&page=x+y"
    assert one.following("http://h/v?a=1", {"next": 2}) == "http://h/v?a=1&page=2"
    for end in (None, "", False):
        assert one.following("http://h/v", {"next": end}) is None
    with pytest.raises(SourceError, match="want an address or a token"):
        one.following("http://h/v", {"next": {"href": "x"}})


WRONG = (
    ({"url": "ftp://h/v"}, "url", "want an address such as"),
    ({"url": "http://h/v", "token": "a", "user": "b", "password": "c"}, "token", "one way to sign in"),
    ({"url": "http://h/v", "user": "b"}, "user", "missing beside it: password"),
    ({"url": "http://h/v", "password": "c"}, "password", "stands with user only"),
    ({"url": "http://h/v", "next_path": "a["}, "next_path", "is no JMESPath"),
    ({"url": "http://h/v", "page_parameter": "p"}, "page_parameter", "stands with next_path only"),
    ({"url": "http://h/v", "api_key_header": "p"}, "api_key_header", "stands with api_key only"),
    ({"url": "http://h/v", "body": "{}"}, "body", 'method = "POST"'),
    ({"url": "http://h/v", "since_format": "yesterday"}, "since_format", "want iso, s, ms"),
)  # fmt: skip


@pytest.mark.parametrize(("given_", "key", "said"), WRONG)
def test_settings_that_do_not_go_together_are_faults(given_, key, said):
    found = {name: str(words) for name, words in wrong_settings(given_)}
    assert said in found[key]


def test_a_time_asked_for_needs_times_in_the_answer():
    with pytest.raises(InputError, match="no channel has a time_path"):
        Plan.of(setup_of(HERE, {"url": "http://h/{since}"}, inlet_ph={"path": "ph"}))
    with pytest.raises(InputError, match=r"inlet\.ph: time_path and status_path stand with path"):
        Plan.of(setup_of(HERE, {"url": "http://h/v"}, inlet_ph={"time_path": "at"}))


def test_right_settings_have_no_fault():
    given_ = {"url": "http://h/{since}", "time_path": "at", "next_path": "n", "page_parameter": "p"}
    assert list(wrong_settings(given_)) == []
    assert list(wrong_settings({"url": "env:ADDRESS"})) == []

"""Pushed readings: taken whole or not at all, with a message that names the field."""

import gzip
import json

import numpy as np
import pytest

AT = "2026-03-02T10:00:00+09:00"


def one(**changes):
    return {"readings": [{"channel": "inlet.ph", "at": AT, "value": 7.1, **changes}]}


def push(client, body, headers, **more):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = {"content-type": "application/json"}
    return client.post("/api/v1/readings", content=content, headers={**kind, **headers, **more})


def kept(works):
    with works.engine.query() as query:
        return {channel: row.value for channel, row in query.latest().items()}


def refused(answer, status=400):
    assert answer.status_code == status
    return answer.json()["error"]


def test_what_is_accepted_is_on_disk(stranger, works, push_headers):
    answer = push(stranger, one(), push_headers)
    assert answer.status_code == 200
    assert answer.json()["accepted"] == 1
    assert kept(works)["inlet.ph"] == 7.1


def test_without_a_token_nothing_is_taken(stranger, works):
    assert push(stranger, one(), {}).status_code == 401
    assert push(stranger, one(), {"authorization": "Bearer wrong"}).status_code == 401
    assert (
        push(stranger, one(), {"authorization": "Basic a token nobody guesses"}).status_code == 401
    )
    assert kept(works) == {}


def test_somebody_signed_in_is_no_program(kim):
    assert push(kim, one(), {}).status_code == 401


def test_the_same_batch_again_is_harmless(stranger, works, push_headers):
    for _ in range(2):
        assert push(stranger, one(), push_headers).status_code == 200
    with works.engine.query() as query:
        found = query.rows("inlet.ph", 0, 2**62)
    assert len(found.at) == 1


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        (one(channel="inlet.hp"), "readings[0].channel", "inlet.ph"),
        (one(at="2026-03-02T10:00:00"), "readings[0].at", "ISO 8601 with an offset"),
        (one(at="yesterday"), "readings[0].at", "ISO 8601 with an offset"),
        (one(at="1970-01-01T00:00:00+09:00"), "readings[0].at", "a time after 1990"),
        (one(at="2027-01-01T00:00:00+09:00"), "readings[0].at", "at most an hour after now"),
        (one(status="BROKEN"), "readings[0].status", "one of NORMAL"),
        (one(value="seven"), "readings[0].value", "number"),
        (one(unit="mg/L"), "unit", "unit"),
        ({"readings": []}, "", "no readings"),
        ({}, "", "no readings"),
    ],
)
def test_bad_input_names_the_field_and_what_would_be_right(
    stranger, works, push_headers, body, field, words
):
    said = refused(push(stranger, body, push_headers))
    assert field in said["message"]
    assert words in said["message"]
    assert kept(works) == {}


def test_one_bad_reading_and_none_of_the_batch_is_taken(stranger, works, push_headers):
    body = {"readings": [*one()["readings"], *one(channel="nowhere")["readings"]]}
    assert "readings[1].channel" in refused(push(stranger, body, push_headers))["message"]
    assert kept(works) == {}


@pytest.mark.parametrize("body", [b"", b"{", b"NaN", b'{"readings": NaN}', b"\xff\xfe", b"[1, 2]"])
def test_what_is_no_json_is_called_that(stranger, push_headers, body):
    assert refused(push(stranger, body, push_headers))["message"]


def test_null_is_a_missing_reading_and_no_zero(stranger, works, push_headers):
    assert push(stranger, one(value=None), push_headers).status_code == 200
    assert np.isnan(kept(works)["inlet.ph"])


def test_a_value_that_cannot_be_is_kept_and_judged_bad(stranger, works, push_headers):
    assert push(stranger, one(value=1e308), push_headers).status_code == 200
    with works.engine.query() as query:
        (row,) = query.latest().values()
    assert row.value == 1e308
    assert row.flag == 4


def test_columns_and_csv_are_taken_as_well(stranger, works, push_headers):
    columns = {"channel": ["inlet.ph"], "at": [AT], "value": [7.2]}
    assert push(stranger, columns, push_headers).json()["accepted"] == 1
    table = b"time,inlet.ph,inlet.cod\n2026-03-02T10:01:00+09:00,7.3,410\n"
    answer = push(stranger, table, push_headers, **{"content-type": "text/csv"})
    assert answer.json()["accepted"] == 2
    assert kept(works) == {"inlet.ph": 7.3, "inlet.cod": 410.0}


def test_columns_of_unequal_length_are_refused(stranger, push_headers):
    body = {"channel": ["inlet.ph"], "at": [AT, AT], "value": [7.2]}
    assert "at" in refused(push(stranger, body, push_headers))["message"]


def test_gzip_is_taken_and_half_of_it_is_not(stranger, works, push_headers):
    packed = gzip.compress(json.dumps(one()).encode())
    zipped = {"content-encoding": "gzip"}
    assert "too early" in refused(push(stranger, packed[:-9], push_headers, **zipped))["message"]
    assert "no gzip" in refused(push(stranger, b"plain", push_headers, **zipped))["message"]
    assert kept(works) == {}
    assert push(stranger, packed, push_headers, **zipped).status_code == 200


def test_a_gzip_bomb_is_not_unpacked(stranger, push_headers):
    bomb = gzip.compress(b" " * (17 * 1024 * 1024))
    assert len(bomb) < 100_000
    refused(push(stranger, bomb, push_headers, **{"content-encoding": "gzip"}), 413)


def test_other_kinds_of_content_are_refused_by_name(stranger, push_headers):
    said = refused(push(stranger, b"<x/>", push_headers, **{"content-type": "text/xml"}))
    assert "application/json or text/csv" in said["message"]


def test_the_message_is_in_the_asker_s_language(stranger, push_headers):
    said = refused(push(stranger, one(at="x"), push_headers, **{"accept-language": "ko"}))
    assert any("가" <= letter <= "힣" for letter in said["message"])

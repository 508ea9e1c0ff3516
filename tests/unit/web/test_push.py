"""Pushed readings: taken whole or not at all, with a message that names the field."""

import gzip
import json

import numpy as np
import pytest
from starlette.testclient import TestClient

from mulmok.model.time import MINUTE
from mulmok.web.app import create_app

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


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({}, 'send the token as "Authorization: Bearer'),
        ({"authorization": "Bearer wrong"}, "the token is not the one"),
        ({"authorization": "Basic a token nobody guesses"}, "the token is not the one"),
    ],
)
def test_without_the_token_nothing_is_taken(stranger, works, headers, words):
    assert words in refused(push(stranger, one(), headers), 401)["message"]
    assert kept(works) == {}


@pytest.mark.parametrize("route", ["latest", "alarms", "events", "series", "loads", "stream"])
def test_the_token_pushes_and_lets_nobody_look(stranger, works, push_headers, route):
    works.take(1, 7.0)
    path = f"/api/v1/{route}?channel=inlet.ph"
    assert "only pushes" in refused(stranger.get(path, headers=push_headers), 403)["message"]
    assert "sign in first" in refused(stranger.get(path), 401)["message"]


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
    works.clock.advance(MINUTE)
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


def test_every_member_of_a_gzip_body_is_taken(stranger, works, push_headers):
    """Two gzip files behind each other are one; a part of it must not go missing unsaid."""
    head = gzip.compress(b"time,inlet.ph\n2026-03-02T10:00:00+09:00,7.1\n")
    works.clock.advance(MINUTE)
    rest = gzip.compress(b"2026-03-02T10:01:00+09:00,7.2\n")
    kind = {"content-type": "text/csv", "content-encoding": "gzip"}
    assert push(stranger, head + rest, push_headers, **kind).json()["accepted"] == 2
    assert refused(push(stranger, head + rest[:-4], push_headers, **kind))
    assert kept(works) == {"inlet.ph": 7.2}


def test_another_encoding_is_refused_by_name(stranger, push_headers):
    said = refused(push(stranger, one(), push_headers, **{"content-encoding": "br"}), 415)
    assert '"br"' in said["message"]


def test_a_body_beyond_the_limit_is_refused_however_it_is_sent(stranger, works, push_headers):
    body = b" " * (16 * 1024 * 1024 + 1)
    assert "smaller batches" in refused(push(stranger, body, push_headers), 413)["message"]
    parts = iter([body[: len(body) // 2], body[len(body) // 2 :]])
    answer = stranger.post("/api/v1/readings", content=parts, headers=push_headers)
    assert answer.status_code == 413
    assert kept(works) == {}


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"1e309", b"-1e999"])
def test_what_is_no_number_is_refused_with_its_whole_batch(stranger, works, push_headers, number):
    good, bad = json.dumps(one()).encode(), b'{"value":' + number
    body = good.replace(b"}]}", b"}," + good[13:-2].replace(b'{"channel"', bad + b',"channel"'))
    body = body.replace(b', "value": 7.1}', b"}") + b"]}"
    assert refused(push(stranger, body, push_headers))["message"]
    assert kept(works) == {}


def test_the_first_value_of_an_instant_stands_and_the_sender_is_told(stranger, works, push_headers):
    def told(**changes):
        answer = push(stranger, one(**changes), push_headers)
        assert answer.status_code == 200
        return {name: answer.json()[name] for name in ("duplicates", "late", "conflicts")}

    earlier = "2026-03-02T09:50:00+09:00"
    assert told(at=earlier) == {"duplicates": 0, "late": 0, "conflicts": 0}
    assert told() == {"duplicates": 0, "late": 0, "conflicts": 0}
    assert told() == {"duplicates": 1, "late": 0, "conflicts": 0}
    assert told(value=9.9) == {"duplicates": 1, "late": 0, "conflicts": 1}
    assert told(value=None) == {"duplicates": 1, "late": 0, "conflicts": 1}
    assert told(at=earlier, value=9.9) == {"duplicates": 0, "late": 1, "conflicts": 1}
    assert told(at="2026-03-02T09:40:00+09:00") == {"duplicates": 0, "late": 1, "conflicts": 0}
    with works.engine.query() as query:
        assert query.rows("inlet.ph", 0, 2**62).value.tolist() == [7.1, 7.1, 7.1]


def test_a_csv_body_that_contradicts_itself_is_told_too(stranger, works, push_headers):
    rows = "".join(f"{AT},{value}\n" for value in (7.1, 7.1, 9.9))
    table = f"time,inlet.ph\n{rows}".encode()
    answer = push(stranger, table, push_headers, **{"content-type": "text/csv"}).json()
    assert (answer["accepted"], answer["duplicates"], answer["conflicts"]) == (3, 2, 1)
    assert kept(works) == {"inlet.ph": 7.1}


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_a_word_for_no_value_is_answered_with_the_right_one(stranger, works, push_headers, word):
    body = json.dumps(one()).replace("7.1", word).encode()
    said = refused(push(stranger, body, push_headers))["message"]
    assert f"{word} at byte" in said
    assert "send null" in said
    assert kept(works) == {}


def test_a_unit_in_a_column_s_name_is_not_guessed_at(stranger, works, push_headers):
    table = b"time,inlet.cod [g/L]\n2026-03-02T10:00:00+09:00,0.4\n"
    said = refused(push(stranger, table, push_headers, **{"content-type": "text/csv"}))
    assert "inlet.cod [g/L]" in said["message"]
    assert kept(works) == {}


def test_a_full_disk_takes_nothing_says_so_and_goes_on_later(stranger, works, push_headers):
    def allow(pages):
        statement = f"PRAGMA max_page_count = {pages}"
        return works.engine.writer.perform(
            lambda store: store.connection.execute(statement).fetchone()
        ).result(10)

    allow(1)
    filling = [
        push(stranger, one(at=f"2026-03-02T09:{minute:02}:00+09:00"), push_headers)
        for minute in range(60)
    ]
    full = filling[-1]
    assert "the disk is full" in refused(full, 503)["message"]
    assert full.headers["retry-after"] == "5"
    health = stranger.get("/health")
    assert health.status_code == 503
    assert "the disk is full" in health.json()["store"]
    with works.engine.query() as query:
        taken = len(query.rows("inlet.ph", 0, 2**62).at)
    assert taken == sum(answer.status_code == 200 for answer in filling)
    allow(100_000)
    assert push(stranger, one(), push_headers).status_code == 200
    assert stranger.get("/health").status_code == 200


def test_where_no_token_is_set_nobody_may_push(works, machine):
    with TestClient(create_app(works.engine, machine_now=machine.now)) as client:
        answer = push(client, one(), {"authorization": "Bearer "}, **{"accept-language": "en"})
    assert "no token is set" in refused(answer, 401)["message"]

"""Messages to readings: what is understood, what is not, and that it does not matter how they are cut."""

from __future__ import annotations

import json
import math
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from unit.source.broker_setups import START, make_setup

from mulmok.model.status import Status
from mulmok.model.time import MINUTE, SECOND
from mulmok.source.broker.waiting import Message
from mulmok.source.mqtt.decode import ROWS, Reader, part
from mulmok.source.mqtt.plan import Plan

TIMED = {"path": "v", "time_path": "t"}
NOON = "2026-01-05T12:00:00+09:00"
NOON_AT = START + 3 * 3600 * SECOND


def reader(*own: dict, **settings: object) -> Reader:
    names = ("inlet.ph", "inlet.ec", "inlet.tn")
    setup = make_setup(dict(zip(names, own, strict=False)), Path(), **settings)
    return Reader(Plan.of(setup).asked)


def message(payload: object, topic: str = "a", came_at: int = START, **more: object) -> Message:
    words = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return Message(topic, words, came_at, **more)  # type: ignore[arg-type]


def rows(read: Reader, *messages: Message) -> list[tuple[int, int, float | None, Status]]:
    got = read.read(messages)
    columns = zip(
        got.channel.tolist(), got.at.tolist(), got.value.tolist(), got.status.tolist(), strict=True
    )
    return [(i, at, None if math.isnan(v) else v, Status(s)) for i, at, v, s in columns]


def test_each_channel_of_a_topic_finds_its_own():
    read = reader(
        {"topic": "a", **TIMED}, {"topic": "a", "path": "w", "time_path": "t", "unit": "mS/cm"}
    )
    assert rows(read, message({"t": NOON, "v": 7.2, "w": 1.5})) == [
        (0, NOON_AT, 7.2, Status.NORMAL),
        (1, NOON_AT, 1500.0, Status.NORMAL),
    ]
    assert read.troubles == ()


def test_a_payload_that_is_the_value_is_measured_when_it_comes():
    read = reader({"topic": "+/ph"}, {"topic": "b/#"})
    assert rows(read, message(b"7.31\n", "a/ph"), message(b" 12 ", "b/ec", START + 1)) == [
        (0, START, 7.31, Status.NORMAL),
        (1, START + 1, 12.0, Status.NORMAL),
    ]


def test_a_list_gives_as_many_readings():
    read = reader({"topic": "a", "path": "[].v", "time_path": "[].t"})
    sent = [{"v": 7.0, "t": NOON}, {"v": 7.1, "t": "2026-01-05T12:00:01+09:00"}]
    assert [at for _, at, _, _ in rows(read, message(sent))] == [NOON_AT, NOON_AT + SECOND]


def test_what_is_no_json_is_missing_when_it_came_and_is_told_with_its_topic():
    read = reader({"topic": "a", **TIMED}, {"topic": "b"})
    assert rows(read, message(b"{broken"), message(b"7", "b")) == [
        (1, START, 7.0, Status.NORMAL),
        (0, START, None, Status.COMM_FAIL),
    ]
    [trouble] = read.troubles
    assert str(trouble).startswith("inlet.ph: a sent {broken: ")
    assert "1 such so far" in str(trouble)
    seen = read.seen()[0]
    assert (seen.place, seen.raw, seen.status) == ("a", "{broken", Status.COMM_FAIL)
    assert str(trouble) == f"inlet.ph: {seen.fault}"


def test_trouble_is_over_with_the_next_that_is_understood():
    read = reader({"topic": "a", **TIMED})
    rows(read, message(b"{broken"), message({"v": 7, "t": NOON}))
    assert read.troubles == ()
    rows(read, message(b"{broken"))
    assert "2 such so far" in str(read.troubles[0])


def test_a_time_that_cannot_be_read_is_told():
    read = reader({"topic": "a", **TIMED})
    assert rows(read, message({"v": 7, "t": "noon"})) == [(0, START, None, Status.COMM_FAIL)]
    assert '"noon" is no time' in str(read.troubles[0])


def test_what_is_no_number_is_missing_at_its_time():
    read = reader({"topic": "a", **TIMED})
    assert rows(read, message({"v": "wet", "t": NOON})) == [(0, NOON_AT, None, Status.COMM_FAIL)]
    assert '"wet" is no number' in str(read.troubles[0])
    assert read.seen()[0].raw == "wet"


def test_many_that_are_not_understood_make_one_reading_of_a_batch():
    read = reader({"topic": "a", **TIMED})
    sent = [message(b"?", came_at=START + n) for n in range(1000)]
    assert rows(read, *sent) == [(0, START + 999, None, Status.COMM_FAIL)]


def test_documents_of_another_kind_are_no_trouble_while_the_own_kind_comes():
    read = reader({"topic": "a", **TIMED})
    assert rows(read, message({"state": "on"})) == []
    assert "the path finds nothing" in str(read.troubles[0])
    rows(read, message({"v": 7, "t": NOON}), message({"state": "on"}, came_at=START + MINUTE))
    assert read.troubles == ()
    rows(read, message({"state": "on"}, came_at=START + 4 * MINUTE))
    assert "the path finds nothing" in str(read.troubles[0])


def test_what_the_broker_kept_is_taken_by_its_own_time_and_else_left_out_and_told_once():
    read = reader({"topic": "a", **TIMED}, {"topic": "b"}, {"topic": "c", "retained": True})
    kept = [message({"v": 7, "t": NOON}, retained=True), message(b"8", "b", retained=True)]
    assert rows(read, *kept, message(b"9", "c", retained=True)) == [
        (0, NOON_AT, 7.0, Status.NORMAL),
        (2, START, 9.0, Status.NORMAL),
    ]
    rows(read, message(b"8", "b", retained=True))
    assert [
        str(one).startswith("inlet.ec: what the broker had kept of b") for one in read.news
    ] == [True]


def test_kept_words_that_are_not_understood_are_no_reading_of_now():
    read = reader({"topic": "a", **TIMED})
    assert rows(read, message(b"offline", retained=True)) == []
    assert read.troubles


def test_an_empty_message_takes_back_what_was_kept_and_says_nothing():
    read = reader({"topic": "a"})
    assert rows(read, message(b"")) == []
    assert read.troubles == ()


def test_a_message_that_is_too_large_is_told():
    read = reader({"topic": "a", **TIMED}, {"topic": "a"})
    cut = Message("a", b"[1,", START, large=2_000_000)
    assert [value for _, _, value, _ in rows(read, cut)] == [None, None]
    assert "2000000 bytes are too many" in str(read.troubles[0])


def test_topics_nobody_asked_for_are_passed_over_and_not_all_remembered():
    read = reader({"topic": "a/#"})
    for number in range(10_000):
        read.read([message(b"7", f"a/{number}"), message(b"7", f"b/{number}")])
    assert len(read._topics) <= 4_096


def test_the_status_an_instrument_says_of_itself_is_kept():
    own = {
        "topic": "a",
        **TIMED,
        "status_path": "s",
        "statuses": {"M": "MAINTENANCE", "0": "NORMAL"},
    }
    read = reader(own)
    assert rows(read, message({"t": NOON, "v": 7, "s": "M"}))[0][3] is Status.MAINTENANCE
    assert rows(read, message({"t": NOON, "v": 7, "s": 0}))[0][3] is Status.NORMAL
    assert rows(read, message({"t": NOON, "v": 7, "s": "X"}))[0][3] is Status.DEVICE_FAULT


def test_a_very_long_message_is_handed_over_in_parts():
    read = reader({"topic": "a", "path": "v"})
    got = read.read([message({"v": [7.0] * (ROWS + 5)})])
    assert [len(part(got, begin)) for begin in range(0, len(got), ROWS)] == [ROWS, 5]


GOOD = [
    message({"t": NOON, "v": 7.25, "w": 1}),
    message(b"{broken"),
    message({"t": NOON, "v": ["x", 3]}),
    message(b"8.5", "b"),
    message({"t": "noon", "v": 1}),
]
BYTES = st.binary(max_size=60) | st.sampled_from([one.payload for one in GOOD]).flatmap(
    lambda good: st.tuples(st.integers(0, len(good)), st.binary(max_size=4)).map(
        lambda cut: good[: cut[0]] + cut[1] + good[cut[0] + 1 :]
    )
)


@given(st.lists(st.sampled_from(GOOD), max_size=6), st.integers(0, 6))
def test_readings_do_not_depend_on_how_messages_are_batched(sent: list[Message], cut: int):
    whole, parts = (reader({"topic": "a", **TIMED}, {"topic": "b"}) for _ in range(2))
    together = rows(whole, *sent)
    apart = [*rows(parts, *sent[:cut]), *rows(parts, *sent[cut:])]
    understood = [one for one in together if one[3] is not Status.COMM_FAIL]
    assert [one for one in apart if one[3] is not Status.COMM_FAIL] == understood
    assert whole.seen() == parts.seen()
    assert [str(one) for one in whole.troubles] == [str(one) for one in parts.troubles]


@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), BYTES, st.booleans()), max_size=5))
def test_nothing_that_is_sent_stops_the_reader(sent: list[tuple[str, bytes, bool]]):
    read = reader(
        {"topic": "a", **TIMED, "status_path": "s"}, {"topic": "b"}, {"topic": "#", "path": "x[].y"}
    )
    got = read.read([Message(topic, words, START, retained=kept) for topic, words, kept in sent])
    assert len(got.channel) == len(got.at) == len(got.value) == len(got.status)
    read.seen()

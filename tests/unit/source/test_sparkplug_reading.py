"""What edge nodes say becomes readings of channels: values, times, qualities, deaths, and what holds."""

from __future__ import annotations

import math
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.source.broker_setups import START, make_setup

from mulmok.model.status import Status
from mulmok.model.time import MINUTE, SECOND
from mulmok.source.broker.waiting import Message
from mulmok.source.sparkplug.encode import encode
from mulmok.source.sparkplug.message import BD_SEQ, Address, Kind, Metric, Payload, Type
from mulmok.source.sparkplug.plan import Plan
from mulmok.source.sparkplug.reading import Reader

MS = START // 1_000_000
EACH = {
    "inlet.ph": {"node": "n", "metric": "pH", "hold": False},
    "inlet.ec": {"node": "n", "device": "d", "metric": "EC", "unit": "mS/cm", "hold": False},
    "inlet.tn": {"node": "n", "device": "d", "metric": "TN"},
}
BORN = Payload(
    [
        Metric(BD_SEQ, datatype=Type.INT64, value=1),
        Metric("pH", 1, datatype=Type.DOUBLE, value=7.0),
    ],
    timestamp=MS,
    seq=0,
)
DEVICE_BORN = Payload(
    [
        Metric("EC", 2, datatype=Type.DOUBLE, value=1.5),
        Metric("TN", 3, datatype=Type.DOUBLE, value=40.0),
    ],
    timestamp=MS,
    seq=1,
)


def message(
    kind: Kind, payload: Payload | bytes, device: str = "", came_at: int = START
) -> Message:
    words = payload if isinstance(payload, bytes) else encode(payload)
    return Message(Address(kind, "g", "n", device).topic, words, came_at)


def plan(each: dict = EACH, **more: object) -> Plan:
    return Plan.of(make_setup(each, Path(), group="g", **more))


class Story:
    def __init__(self, each: dict = EACH) -> None:
        self.reader, self.seq = Reader(plan(each), START), 1

    def rows(self, *messages: Message, now: int = START) -> list:
        got = self.reader.read(messages, now)
        columns = (got.channel, got.at, got.value, got.status)
        return [
            (i, at, None if math.isnan(v) else v, Status(s))
            for i, at, v, s in zip(*(one.tolist() for one in columns), strict=True)
        ]

    def say(
        self, *metrics: Metric, device: str = "", now: int = START, stamp: int | None = MS
    ) -> list:
        self.seq += 1
        kind = Kind.DDATA if device else Kind.NDATA
        payload = Payload([*metrics], timestamp=stamp, seq=self.seq)
        return self.rows(message(kind, payload, device, now), now=now)


@pytest.fixture
def story() -> Story:
    born = Story()
    rows = born.rows(message(Kind.NBIRTH, BORN), message(Kind.DBIRTH, DEVICE_BORN, "d"))
    assert rows == [
        (0, START, 7.0, Status.NORMAL),
        (1, START, 1500.0, Status.NORMAL),
        (2, START, 40.0, Status.NORMAL),
    ]
    assert born.reader.troubles(START + MINUTE) == []
    return born


def test_data_by_alias_has_the_time_of_its_metric_or_its_payload(story: Story):
    assert story.say(Metric(alias=1, value=7.5, timestamp=MS + 5)) == [
        (0, START + 5_000_000, 7.5, Status.NORMAL)
    ]
    assert story.say(Metric(alias=1, value=7.6), stamp=MS + 9) == [
        (0, START + 9_000_000, 7.6, Status.NORMAL)
    ]
    assert story.say(Metric(alias=1, value=7.7), stamp=None, now=START + 3) == [
        (0, START + 3, 7.7, Status.NORMAL)
    ]
    assert story.reader.seen()[0].place == "n pH"


def test_a_clock_that_was_never_set_is_told(story: Story):
    assert story.say(Metric(alias=1, value=7.5), stamp=12, now=START + 3) == [
        (0, START + 3, None, Status.COMM_FAIL)
    ]
    assert "12 is no time: is its clock set?" in str(story.reader.troubles(START)[0])


def test_null_is_missing(story: Story):
    assert story.say(Metric(alias=1, is_null=True)) == [(0, START, None, Status.NORMAL)]
    assert story.reader.troubles(START) == []


def test_what_was_kept_by_the_node_is_sent_again_in_its_own_time(story: Story):
    old = Metric(alias=1, value=6.5, timestamp=MS - 3_600_000, is_historical=True)
    assert story.say(old) == [(0, START - 3600 * SECOND, 6.5, Status.RESENT)]
    assert story.reader.seen()[0].value == 7.0


@pytest.mark.parametrize(
    ("quality", "status"),
    [
        (192, Status.NORMAL),
        (0, Status.DEVICE_FAULT),
        (500, Status.COMM_FAIL),
        (77, Status.DEVICE_FAULT),
    ],
)
def test_the_quality_says_what_a_value_is_worth(story: Story, quality: int, status: Status):
    assert story.say(Metric(alias=1, value=7.0, quality=quality)) == [(0, START, 7.0, status)]
    assert bool(story.reader.troubles(START)) == (quality == 77)


@pytest.mark.parametrize(
    ("metric", "value", "words"),
    [
        (Metric("pH", datatype=Type.STRING, value="7.5"), 7.5, ""),
        (Metric("pH", datatype=Type.BOOLEAN, value=True), 1.0, ""),
        (Metric("pH", datatype=Type.INT8, value=-3), -3.0, ""),
        (Metric("pH", datatype=Type.STRING, value="wet"), None, '"wet" is no number'),
        (Metric("pH", datatype=16), None, "a metric of datatype 16 is not one number"),
    ],
)
def test_a_type_that_changes_is_taken_as_it_comes(story: Story, metric: Metric, value, words: str):
    [(_, _, got, status)] = story.say(metric)
    assert got == value
    assert status is (Status.NORMAL if value is not None else Status.COMM_FAIL)
    assert words in " ".join(map(str, story.reader.troubles(START)))


def test_a_metric_that_was_not_born_is_told_with_those_that_were():
    story = Story({"inlet.ph": {"node": "n", "metric": "PH"}})
    story.rows(message(Kind.NBIRTH, BORN))
    [trouble] = story.reader.troubles(START)
    assert str(trouble) == "inlet.ph: n PH: the birth has no such metric; it has bdSeq, pH"


def test_death_makes_all_channels_of_the_node_missing_when_it_comes(story: Story):
    died = Payload([Metric(BD_SEQ, datatype=Type.INT64, value=1)], timestamp=MS - 9_999_999)
    assert story.rows(message(Kind.NDEATH, died, came_at=START + 5)) == [
        (index, START + 5, None, Status.COMM_FAIL) for index in range(3)
    ]
    assert [str(one) for one in story.reader.troubles(START)] == ["the edge node n has died"]
    assert story.rows(message(Kind.NBIRTH, BORN)) == [(0, START, 7.0, Status.NORMAL)]
    assert story.reader.troubles(START) == []


def test_the_death_of_a_device_makes_its_channels_missing_when_it_says(story: Story):
    died = Payload([], timestamp=MS + 7, seq=2)
    assert story.rows(message(Kind.DDEATH, died, "d", START + 9)) == [
        (index, START + 7_000_000, None, Status.COMM_FAIL) for index in (1, 2)
    ]


def test_a_value_holds_at_each_interval_while_its_device_lives(story: Story):
    assert story.rows(now=START + MINUTE) == [(2, START + MINUTE, 40.0, Status.NORMAL)]
    assert story.rows(now=START + MINUTE + SECOND) == []
    assert story.rows(now=START + 3 * MINUTE) == [(2, START + 3 * MINUTE, 40.0, Status.NORMAL)]
    changed = story.say(
        Metric(alias=3, value=41.0), device="d", now=START + 4 * MINUTE, stamp=MS + 239_000
    )
    assert changed == [(2, START + 239 * SECOND, 41.0, Status.NORMAL)]
    story.rows(message(Kind.DDEATH, Payload([], seq=3), "d", START + 5 * MINUTE))
    assert story.rows(now=START + 9 * MINUTE) == []


def test_nothing_holds_where_something_was_missed(story: Story):
    story.seq += 5
    assert story.say(Metric(alias=3, value=41.0), device="d", now=START + MINUTE) == []
    assert story.reader.wishes == ["n"]
    assert story.rows(now=START + 2 * MINUTE) == []
    assert "does not say what it has" in str(story.reader.troubles(START + 2 * MINUTE)[0])


def test_a_payload_that_is_none_is_told_with_its_topic(story: Story):
    assert story.rows(message(Kind.NDATA, b"\xff")) == []
    [trouble] = story.reader.troubles(START)
    assert str(trouble) == "spBv1.0/g/NDATA/n: the payload ends too soon, after 1 bytes"


def test_others_are_not_heard(story: Story):
    other = encode(Payload([Metric("pH", value=1.0)], seq=2))
    for topic in ("spBv1.0/g/NDATA/x", "spBv1.0/h/NDATA/n", "spBv1.0/STATE/mulmok", "x"):
        assert story.rows(Message(topic, other, START)) == []


def test_a_node_that_was_never_heard_is_asked_at_once_and_told_of_after_a_while():
    story = Story()
    assert story.rows() == []
    assert story.reader.wishes == ["n"]
    assert story.reader.troubles(START + MINUTE) == []
    assert "the edge node n does not say" in str(story.reader.troubles(START + 2 * MINUTE)[0])


TOPICS = st.sampled_from(
    [Address(kind, "g", "n", "d" if kind.startswith("D") else "").topic for kind in Kind]
)


@given(st.lists(st.tuples(TOPICS, st.binary(max_size=30) | st.sampled_from([encode(BORN), encode(DEVICE_BORN)])), max_size=8))  # fmt: skip
def test_nothing_that_is_sent_stops_the_reader(sent: list[tuple[str, bytes]]):
    reader = Reader(plan(), START)
    got = reader.read([Message(topic, words, START) for topic, words in sent], START)
    assert len(got.channel) == len(got.at) == len(got.value) == len(got.status)
    with suppress(StopIteration):
        next(iter(reader.seen().values()))
    reader.troubles(START)

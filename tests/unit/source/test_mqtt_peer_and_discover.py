"""What the simulated instruments publish is what the driver reads, and what is discovered can be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.source.broker_setups import START, make_setup

from mulmok.model.errors import InputError
from mulmok.model.status import Status
from mulmok.source.broker.waiting import Message
from mulmok.source.json_path import finder
from mulmok.source.mqtt.decode import Reader
from mulmok.source.mqtt.discover import found, leaves
from mulmok.source.mqtt.peer import MqttPeer
from mulmok.source.mqtt.plan import Plan


class Showing:
    def show(self, index: int, at: int) -> tuple[float, Status]:
        return (float("nan"), Status.NORMAL) if index == 3 else (7.0 + index, Status(index))


EACH = {
    "inlet.ph": {"topic": "w/a", "path": "data.ph", "time_path": "meta.t", "status_path": "s[1]"},
    "inlet.tn": {"topic": "w/a", "path": "list[2].v", "time_path": "meta.t", "scale": 0.1, "offset": -5},
    "inlet.cod": {
        "topic": "w/+", "path": '"x y".cod', "status_path": '"x y".state', "time_path": "meta.t",
        "statuses": {"X": "NO_FLOW"},
    },
    "inlet.tp": {"topic": "w/a", "path": "data.tp", "time_path": "meta.t"},
    "inlet.do": {"topic": "w/do"},
}  # fmt: skip


@pytest.mark.parametrize("form", ["iso", "ms", "filetime", "%Y%m%d%H%M%S"])
def test_what_the_peer_publishes_is_what_the_driver_reads(tmp_path: Path, form: str):
    setup = make_setup(EACH, tmp_path, time_format=form, zone="works")
    peer, reader = MqttPeer.build(setup, Showing(), ""), Reader(Plan.of(setup).asked)
    assert set(peer.topics) == {"w/a", "w/1", "w/do"}
    batch = [
        Message(topic, peer.payload(shown, START), START)
        for topic, (_, shown) in sorted(peer.topics.items())
    ]
    got = reader.read(batch)
    read = dict(
        zip(got.channel.tolist(), zip(got.at, got.value, got.status, strict=True), strict=True)
    )
    assert {index: at for index, (at, _, _) in read.items()} == dict.fromkeys((0, 1, 2, 4), START)
    assert {index: round(float(value), 6) for index, (_, value, _) in read.items()} == {
        0: 7, 1: 8, 2: 9, 4: 11,
    }  # fmt: skip
    assert read[2][2] == Status.NO_FLOW


def test_no_document_is_made_for_a_path_that_is_more_than_names_and_places(tmp_path: Path):
    setup = make_setup({"inlet.ph": {"topic": "a", "path": "x[?y].z"}}, tmp_path)
    with pytest.raises(InputError, match="names and places only"):
        MqttPeer.build(setup, Showing(), "")


def discovered(**topics: object):
    sent = {name: Message(name, json.dumps(one).encode(), 0) for name, one in topics.items()}
    return found({"host": "h", "topic": "#"}, sent, "#", None)


def test_each_number_of_a_document_is_proposed_with_its_time():
    place = discovered(
        ph={"ts": 1_767_571_200_000, "v": {"pH 1": 7.1, "on": True, "list": [1, "2"]}}
    )
    assert place.settings == {"host": "h", "time_format": "ms"}
    assert [(one.own["path"], one.own["time_path"], one.shows) for one in place.proposals] == [
        ('v."pH 1"', "ts", "7.1"),
        ("v.list[0]", "ts", "1"),
        ("v.list[1]", "ts", "2"),
    ]


def test_a_payload_that_is_a_number_is_proposed_as_it_is_and_another_is_told_of():
    place = discovered(ph=7.1, words="hello")
    assert [(one.label, one.own) for one in place.proposals] == [("ph", {"topic": "ph"})]
    assert [str(one) for one in place.remarks] == ['no number in what words sent: "hello"']


def test_what_has_a_driver_of_its_own_is_told_of():
    place = discovered(**{"spBv1.0/g/NDATA/n": 7, "spBv1.0/g/DDATA/n/d": 8})
    assert place.proposals == ()
    assert ["mulmok discover sparkplug" in str(one) for one in place.remarks] == [True]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(JSON)
def test_a_path_that_is_proposed_leads_to_what_was_seen(document: object):
    for path, value in leaves(document):
        assert finder(path)(document) == value


@given(st.dictionaries(st.text(max_size=5), st.binary(max_size=40), max_size=3))
def test_whatever_is_published_can_be_looked_at(sent: dict[str, bytes]):
    found({}, {name: Message(name, one, 0) for name, one in sent.items()}, "#", None)

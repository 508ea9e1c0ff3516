"""What the host says of itself, what it is told in the site file, and the simulated node on the other side."""

from __future__ import annotations

from pathlib import Path

import pytest
from unit.source.broker_setups import START, make_setup

from mulmok.model.status import Status
from mulmok.model.time import SECOND
from mulmok.source.broker.waiting import Message
from mulmok.source.sparkplug.driver import SparkplugDriver, gainsaid, state
from mulmok.source.sparkplug.peer import Node, wants_rebirth
from mulmok.source.sparkplug.plan import Plan
from mulmok.source.sparkplug.reading import Reader

MS = START // 1_000_000
EACH = {
    "inlet.ph": {"node": "n", "metric": "pH", "hold": False},
    "inlet.ec": {"node": "n", "device": "d", "metric": "EC", "hold": False},
    "inlet.tn": {"node": "n", "device": "d", "metric": "TN"},
}


class Showing:
    value = 7.0

    def show(self, index: int, at: int) -> tuple[float, Status]:
        return self.value + index, Status.NORMAL


def test_a_simulated_node_is_understood():
    wanted = Plan.of(make_setup(EACH, Path(), group="g"))
    shown, reader = Showing(), Reader(wanted, START)
    node = Node("g", "n", wanted.wanted, shown, 9)
    words = [*node.births(START), *node.changes(START)]
    shown.value = 8.0
    words += [*node.changes(START + SECOND), *node.births(START + 2 * SECOND)]
    got = reader.read([Message(one.topic, one.payload, START) for one in words], START)
    assert list(zip(got.channel.tolist(), got.value.round(9).tolist(), strict=True)) == [
        *((0, 7.0), (1, 8.0), (2, 9.0)), *((0, 8.0), (1, 9.0), (2, 10.0)), *((0, 8.0), (1, 9.0), (2, 10.0)),
    ]  # fmt: skip
    assert reader.troubles(START) == []
    death = node.death()
    assert len(reader.read([Message(death.topic, death.payload, START)], START))


def test_the_word_of_our_being_there_and_the_wish_for_a_rebirth_are_understood():
    driver = SparkplugDriver.build(make_setup(EACH, Path(), group="g", host_id="h"))
    visit, birth = driver._visit()
    assert birth is not None
    assert visit.will is not None
    assert (visit.will.topic, visit.will.qos, visit.will.retained) == ("spBv1.0/STATE/h", 1, True)
    assert birth.payload == f'{{"online": true, "timestamp": {MS}}}'.encode()
    assert visit.will.payload == f'{{"online": false, "timestamp": {MS}}}'.encode()
    assert set(visit.filters) == {"spBv1.0/g/+/n", "spBv1.0/g/+/n/+", "spBv1.0/STATE/h"}
    wish = driver._rebirth("n")
    assert wish.topic == "spBv1.0/g/NCMD/n"
    assert wants_rebirth(Message(wish.topic, wish.payload, 0))


def test_one_who_only_looks_does_not_say_that_it_is_there():
    driver = SparkplugDriver.build(
        make_setup(EACH, Path(), group="g", trial=True, client_id="mine")
    )
    visit, birth = driver._visit()
    assert (birth, visit.will) == (None, None)
    assert visit.client_id != "mine"


def test_only_a_word_against_us_is_gainsaid():
    topic = "spBv1.0/STATE/mulmok"
    death, birth = (state(topic, 1, online=online).payload for online in (False, True))
    assert gainsaid(topic, Message(topic, death, 0))
    assert not gainsaid(topic, Message(topic, birth, 0))
    assert not gainsaid(topic, Message(topic, death, 0, retained=True))
    assert not gainsaid(topic, Message("x", death, 0))
    for odd in (b"OFFLINE", b"", b"[]", b"\xff"):
        assert not gainsaid(topic, Message(topic, odd, 0))


@pytest.mark.parametrize(
    ("key", "settings"),
    [
        ("group", {"group": "a/b"}),
        ("group", {"group": "STATE"}),
        ("node", {"node": "+"}),
        ("device", {"device": "#"}),
        ("host_id", {"host_id": "a/b"}),
        ("scale", {"scale": 0}),
        ("ca", {"ca": "x"}),
    ],
)
def test_settings_that_do_not_go_together_are_told(key: str, settings: dict):
    right = {"group": "g", "node": "n", "metric": "m"}
    assert list(SparkplugDriver.wrong(right)) == []
    assert key in [name for name, _ in SparkplugDriver.wrong({**right, **settings})]

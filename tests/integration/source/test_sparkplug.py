"""The Sparkplug host at a real broker: births, gaps, deaths, and what it says of itself."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from integration.source.brokers import Broker, any_broker, want_mosquitto
from integration.source.sparkplug_node import Hand, double, now_ms
from integration.source.watched import Watched, until, watching

from mulmok.model.message import SourceState
from mulmok.model.status import Status
from mulmok.source.sparkplug.message import Kind


def sparkplug_site(broker: Broker, more: str = "", every: str = "1 min") -> str:
    return f"""
[[source]]
id = "group"
driver = "sparkplug"
host = "127.0.0.1"
port = {broker.port}
version = "{broker.version}"
group = "works"
{more}

[[channel]]
id = "inlet.ph"
quantity = "ph"
every = "{every}"
[channel.source]
id = "group"
node = "inlet"
metric = "pH"

[[channel]]
id = "inlet.nh4_n"
quantity = "nh4_n"
every = "1 min"
[channel.source]
id = "group"
node = "inlet"
device = "analyser"
metric = "NH4-N"
"""


@pytest.fixture
def broker(tmp_path: Path):
    with any_broker(tmp_path) as running:
        yield running


def told(folder: Path, broker: Broker, tell, site: str = "") -> None:
    """Have an edge node of a running works led by the hand."""

    async def story() -> None:
        async with watching(folder, site or sparkplug_site(broker)) as watched:
            with await asyncio.to_thread(Hand, broker) as node:
                await until(lambda: watched.source.source._line is not None)
                await tell(watched, node)

    asyncio.run(story())


async def bear(watched: Watched, node: Hand) -> None:
    """A birth of the node and of its device, until the host knows them."""
    node.born(double("pH", 1, 7.0))
    node.say(Kind.DBIRTH, double("NH4-N", 2, 30.0), device="analyser")
    await until(lambda: watched.of("inlet.nh4_n")[-1:] == [(30.0, Status.NORMAL)])


def test_data_goes_by_its_alias_after_a_birth(tmp_path: Path, broker: Broker):
    async def tell(watched: Watched, node: Hand) -> None:
        await bear(watched, node)
        node.say(Kind.NDATA, double(alias=1, value=7.5))
        node.say(Kind.DDATA, double(alias=2, value=31.0), device="analyser")
        await until(lambda: watched.values("inlet.nh4_n")[-1] == 31.0)
        assert watched.values("inlet.ph")[-1] == 7.5
        assert (watched.state, watched.trouble) == (SourceState.OK, "")
        assert watched.source.source.seen()[1].place == "inlet/analyser NH4-N"

    told(tmp_path, broker, tell)


def test_a_node_that_is_there_already_is_asked_for_its_birth(tmp_path: Path, broker: Broker):
    async def tell(watched: Watched, node: Hand) -> None:
        node.say(Kind.NDATA, double(alias=1, value=7.5))
        await until(lambda: node.asked)
        assert watched.rows == []
        await bear(watched, node)

    told(tmp_path, broker, tell)


def test_a_message_that_was_lost_has_the_node_asked(tmp_path: Path, broker: Broker):
    async def tell(watched: Watched, node: Hand) -> None:
        await bear(watched, node)
        asked = node.asked
        watched.source.source._reader.sessions["inlet"].asked_at = 0
        node.say(Kind.NDATA, double(alias=1, value=9.0), skip=1)
        await until(lambda: node.asked > asked)
        await bear(watched, node)
        assert 9.0 not in watched.values("inlet.ph")

    told(tmp_path, broker, tell)


def test_a_node_that_goes_without_a_word_is_dead_until_it_is_born_again(
    tmp_path: Path, broker: Broker
):
    async def tell(watched: Watched, node: Hand) -> None:
        await bear(watched, node)
        node.lose_the_line()
        await until(lambda: watched.of("inlet.ph")[-1] == (None, Status.COMM_FAIL))
        assert watched.of("inlet.nh4_n")[-1] == (None, Status.COMM_FAIL)
        await until(lambda: "the edge node inlet has died" in watched.faults)
        with await asyncio.to_thread(Hand, broker, "inlet", 2) as again:
            await bear(watched, again)
            await until(lambda: watched.state is SourceState.OK)

    told(tmp_path, broker, tell)


def test_a_device_that_dies_leaves_the_node(tmp_path: Path, broker: Broker):
    async def tell(watched: Watched, node: Hand) -> None:
        await bear(watched, node)
        node.say(Kind.DDEATH, device="analyser")
        await until(lambda: watched.of("inlet.nh4_n")[-1] == (None, Status.COMM_FAIL))
        assert watched.of("inlet.ph")[-1] == (7.0, Status.NORMAL)
        node.say(Kind.NDATA, double(alias=1, value=7.5))
        await until(lambda: watched.values("inlet.ph")[-1] == 7.5)

    told(tmp_path, broker, tell)


def test_what_the_node_kept_comes_in_its_own_time(tmp_path: Path, broker: Broker):
    async def tell(watched: Watched, node: Hand) -> None:
        await bear(watched, node)
        then = now_ms() - 3_600_000
        node.say(Kind.NDATA, double(alias=1, value=6.5, timestamp=then, is_historical=True))
        await until(lambda: watched.values("inlet.ph")[-1] == 6.5)
        assert watched.rows[-1] == ("inlet.ph", then * 1_000_000, 6.5, Status.RESENT)

    told(tmp_path, broker, tell)


def test_a_payload_that_is_none_costs_nothing_but_itself(tmp_path: Path, broker: Broker):
    async def tell(watched: Watched, node: Hand) -> None:
        await bear(watched, node)
        node.client.publish(node.topic(Kind.NDATA), b"\xff\xff", 1)
        await until(lambda: "the payload ends too soon" in watched.faults)
        node.say(Kind.NDATA, double(alias=1, value=7.5))
        await until(lambda: watched.values("inlet.ph")[-1] == 7.5)
        await until(lambda: watched.state is SourceState.OK)

    told(tmp_path, broker, tell)


def test_a_value_that_holds_is_said_at_each_interval(tmp_path: Path, broker: Broker):
    async def tell(watched: Watched, node: Hand) -> None:
        await bear(watched, node)
        await until(lambda: len(watched.of("inlet.ph")) >= 3)
        assert set(watched.of("inlet.ph")) == {(7.0, Status.NORMAL)}

    told(tmp_path, broker, tell, sparkplug_site(broker, every="1 s"))


def test_the_host_says_that_it_is_there_and_that_it_goes(tmp_path: Path, broker: Broker):
    def online(node: Hand) -> list[bool]:
        return [json.loads(one)["online"] for one in node.states]

    async def story() -> None:
        with await asyncio.to_thread(Hand, broker) as node:
            async with watching(tmp_path, sparkplug_site(broker, 'host_id = "here"')):
                await until(lambda: online(node) == [True])
                stamp = json.loads(node.states[0])["timestamp"]
                # The word of an earlier connection comes late: it is gainsaid.
                node.client.publish(
                    "spBv1.0/STATE/here", json.dumps({"online": False, "timestamp": 1}), 1
                )
                await until(lambda: online(node) == [True, False, True])
            await until(lambda: online(node) == [True, False, True, False], str(node.states))
            assert json.loads(node.states[-1])["timestamp"] == stamp

    asyncio.run(story())


def test_a_broker_that_goes_and_comes_back_is_told_and_everything_is_heard_again(tmp_path: Path):
    want_mosquitto()

    async def tell(watched: Watched, node: Hand, broker: Broker) -> None:
        await bear(watched, node)
        broker.kill()
        await until(lambda: watched.state is SourceState.FAILING)
        assert f"127.0.0.1:{broker.port}" in watched.faults
        broker.start()
        with await asyncio.to_thread(Hand, broker, "inlet", 2) as again:
            await until(lambda: again.asked)
            watched.rows.clear()
            await bear(watched, again)
            await until(lambda: watched.state is SourceState.OK)

    with Broker(tmp_path) as broker:
        told(tmp_path, broker, lambda watched, node: tell(watched, node, broker))


def test_nothing_is_delivered_twice_while_the_disk_is_away(tmp_path: Path, broker: Broker):
    async def tell(watched: Watched, node: Hand) -> None:
        await bear(watched, node)
        watched.disk.clear()
        for number in range(600):
            node.say(Kind.NDATA, double(alias=1, value=float(number)))
        await until(lambda: watched.waiting)
        watched.disk.set()
        await until(lambda: watched.values("inlet.ph")[-1] == 599.0)
        assert watched.values("inlet.ph")[-600:] == [float(number) for number in range(600)]

    told(tmp_path, broker, tell)

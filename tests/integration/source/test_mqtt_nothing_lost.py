"""What was published with QoS 1 is in the store once, whatever falls in between and however often."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import psutil
import pytest
from integration.source.brokers import Broker, Publisher, want_mosquitto
from integration.source.mqtt_works import at, come_in, document, mqtt_site
from integration.source.watched import WORKS, run_works, until, watching

from mulmok.model.message import SourceState
from mulmok.store.query import Query

sys.path.insert(0, str(Path(__file__).parents[1] / "run"))
TOPIC = "works/inlet"


def stored(database: Path) -> dict[int, float]:
    """The readings of the pH probe in a store: instant -> value."""
    with Query.open(database) as query:
        rows = query.connection.execute(
            "SELECT at, value FROM hot JOIN channel ON hot.channel = channel.key"
            " WHERE channel.id = 'inlet.ph' ORDER BY at"
        ).fetchall()
    return {at: round(value, 9) for at, value in rows}


@pytest.fixture
def broker(tmp_path: Path):
    want_mosquitto()  # amqtt does not keep what it was told to
    with Broker(tmp_path) as running:
        yield running


def test_what_came_while_mulmok_was_away_comes_when_it_is_back(tmp_path: Path, broker: Broker):
    async def story() -> None:
        async with watching(tmp_path, mqtt_site(broker)) as watched:
            await come_in(watched)
        with Publisher(broker) as publisher:
            sent = [document(number) for number in range(300)]
            await asyncio.to_thread(publisher.publish, TOPIC, *sent)
        async with watching(tmp_path, mqtt_site(broker)) as watched:
            await until(lambda: len(watched.rows) == 600)
            assert [row[1] for row in watched.rows[::2]] == [at(n) for n in range(300)]

    asyncio.run(story())


def test_nothing_is_acknowledged_before_it_is_on_disk(tmp_path: Path, broker: Broker):
    async def story() -> None:
        async with watching(tmp_path, mqtt_site(broker)) as watched:
            await come_in(watched)
            watched.disk.clear()
            with Publisher(broker) as publisher:
                sent = [document(number) for number in range(50)]
                await asyncio.to_thread(publisher.publish, TOPIC, *sent)
            await until(lambda: watched.waiting)
            assert watched.rows == []
        # It went without having acknowledged: all of it comes again.
        async with watching(tmp_path, mqtt_site(broker)) as watched:
            await until(lambda: {row[1] for row in watched.rows} == {at(n) for n in range(50)})
        # And now it has been: nothing comes a third time.
        async with watching(tmp_path, mqtt_site(broker)) as watched:
            await come_in(watched)
            with Publisher(broker) as publisher:
                await asyncio.to_thread(publisher.publish, TOPIC, document(99))
            await until(lambda: watched.rows)
            assert {row[1] for row in watched.rows} == {at(99)}

    asyncio.run(story())


def test_a_disk_that_is_long_away_costs_nothing(tmp_path: Path, broker: Broker):
    async def story() -> None:
        async with watching(tmp_path, mqtt_site(broker, 'keepalive = "1 s"')) as watched:
            await come_in(watched)
            watched.disk.clear()
            with Publisher(broker) as publisher:
                sent = [document(number) for number in range(2_000)]
                await asyncio.to_thread(publisher.publish, TOPIC, *sent)
                await asyncio.sleep(3)  # longer than the broker waits for a sign of life
            watched.disk.set()
            await until(lambda: len({row[1] for row in watched.rows}) == 2_000)
            assert watched.faults == ""

    asyncio.run(story())


@pytest.mark.parametrize("hard", [False, True])
def test_a_broker_that_goes_and_comes_back_is_told_and_nothing_is_lost(tmp_path: Path, hard: bool):
    want_mosquitto()

    async def story(broker: Broker) -> None:
        async with watching(tmp_path, mqtt_site(broker)) as watched:
            await come_in(watched)
            with Publisher(broker) as publisher:
                for number in range(60):
                    publisher.client.publish(TOPIC, document(number), 1)
                    if number == 30:
                        (broker.kill if hard else broker.stop)()
                        await until(lambda: watched.state is SourceState.FAILING)
                        broker.start()
                await until(lambda: {row[1] for row in watched.rows} == {at(n) for n in range(60)})
            assert f"127.0.0.1:{broker.port}" in watched.faults
            await until(lambda: watched.state is SourceState.OK)

    with Broker(tmp_path, persist=True) as broker:
        asyncio.run(story(broker))


def test_the_same_message_twice_is_one_reading_in_the_store(tmp_path: Path, broker: Broker):
    def publish(_: object) -> bool:
        with Publisher(broker) as publisher:
            publisher.publish(TOPIC, document(0), document(0), document(1), document(0))
        return True

    def came_in(engine) -> bool:
        return engine.known._drivers["broker"]._line is not None

    run_works(
        tmp_path,
        mqtt_site(broker),
        came_in,
        publish,
        lambda engine: engine.known.tally("broker").readings == 8,
    )
    assert stored(tmp_path / "data" / "mulmok.sqlite") == {at(0): 7.0, at(1): 7.0001}


def test_mulmok_killed_again_and_again_has_each_reading_once(tmp_path: Path, broker: Broker):
    from running import Works

    folder = tmp_path / "works"
    folder.mkdir()
    store = folder / "data" / "mulmok.sqlite"

    async def story() -> None:
        sent = 0

        async def publish() -> None:
            nonlocal sent
            while True:
                some = [document(number) for number in range(sent, sent + 20)]
                await asyncio.to_thread(publisher.publish, TOPIC, *some)
                sent += 20

        works = await asyncio.to_thread(Works, folder, WORKS + mqtt_site(broker))
        try:
            with Publisher(broker) as publisher:
                await until(lambda: publisher.publish(TOPIC, document(0)) and stored(store))
                publishing = asyncio.create_task(publish())
                for _ in range(2):
                    more = len(stored(store)) + 100
                    await until(lambda more=more: len(stored(store)) >= more)
                    works.kill()
                    works = await asyncio.to_thread(Works, folder, WORKS + mqtt_site(broker))
                publishing.cancel()
                await asyncio.gather(publishing, return_exceptions=True)
            await until(lambda: len(stored(store)) >= sent)
            assert sorted(stored(store))[:sent] == [at(number) for number in range(sent)]
        finally:
            works.kill()

    asyncio.run(story())


FLOOD = """
import sys
from integration.source.brokers import Broker, Publisher
from integration.source.mqtt_works import document
class There: port, version = int(sys.argv[1]), sys.argv[2]
with Publisher(There) as publisher:
    for begin in range(0, int(sys.argv[3]), 1_000):
        publisher.publish("works/inlet", *(document(n) for n in range(begin, begin + 1_000)))
"""


async def flood(broker: Broker, count: int) -> None:
    """Publish so many messages from a process of its own."""
    publishing = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", FLOOD, str(broker.port), broker.version, str(count)),
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert await publishing.wait() == 0


def test_a_flood_leaves_memory_as_it_was(tmp_path: Path, broker: Broker):
    process = psutil.Process(os.getpid())

    async def story() -> None:
        async with watching(tmp_path, mqtt_site(broker)) as watched:
            await come_in(watched)
            taken, sizes = 0, []
            for count in (20_000, 100_000):
                flooding = asyncio.create_task(flood(broker, count))
                taken += 2 * count
                while sum(watched.batches) < taken:
                    watched.rows.clear()  # what the test itself remembers
                    await asyncio.sleep(0.01)
                await flooding
                sizes.append(process.memory_info().rss)
            assert sizes[1] - sizes[0] < 8e6

    asyncio.run(story())


def test_what_comes_once_faster_than_the_disk_is_counted_and_told(tmp_path: Path, broker: Broker):
    async def story() -> None:
        async with watching(tmp_path, mqtt_site(broker, "qos = 0")) as watched:
            await come_in(watched)
            line = watched.source.source._line
            watched.disk.clear()
            with Publisher(broker) as publisher:
                some = [document(n % 5_000) for n in range(2_000)]

                async def more() -> None:
                    while not line.lost:
                        await asyncio.to_thread(publisher.publish, TOPIC, *some, qos=0)

                await asyncio.wait_for(more(), 60)
            assert len(line._waiting._messages) <= 4_000
            watched.disk.set()
            await until(lambda: "found no room and are lost" in watched.faults)
            await until(lambda: watched.rows and line.lost and not line._waiting._messages)

    asyncio.run(story())

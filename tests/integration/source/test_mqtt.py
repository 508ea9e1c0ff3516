"""The MQTT driver at a real broker: what comes, and what an instrument may send."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from integration.source.brokers import Broker, Publisher, any_broker, want_mosquitto
from integration.source.mqtt_works import at, come_in, document, mqtt_site
from integration.source.watched import until, watching

from mulmok.model.message import SourceState
from mulmok.model.status import Status

TOPIC = "works/inlet"


@pytest.fixture
def broker(tmp_path: Path):
    with any_broker(tmp_path) as running:
        yield running


def told(folder: Path, broker: Broker, site: str, *payloads: str | bytes, count: int):
    """What a source has brought of what was published to it."""

    async def story():
        async with watching(folder, site) as watched:
            await come_in(watched)
            with Publisher(broker) as publisher:
                await asyncio.to_thread(publisher.publish, TOPIC, *payloads)
            await until(lambda: len(watched.rows) >= count, f"{count} rows, have {watched.rows}")
            await until(lambda: watched.state is not None)
            return watched, watched.trouble

    return asyncio.run(story())


def test_what_is_published_is_delivered_and_shown(tmp_path: Path, broker: Broker):
    watched, trouble = told(tmp_path, broker, mqtt_site(broker), document(0), count=2)
    assert watched.rows == [
        ("inlet.ph", at(0), 7.0, Status.NORMAL),
        ("inlet.ec", at(0), 1500.0, Status.NORMAL),
    ]
    assert (watched.state, trouble) == (SourceState.OK, "")
    seen = watched.source.source.seen()[1]
    assert (seen.place, seen.raw, seen.number, seen.value) == (TOPIC, "1.5", 1.5, 1500)


def test_the_older_version_of_the_protocol_does_the_same(tmp_path: Path, broker: Broker):
    broker.version = "3.1.1"
    watched, _ = told(tmp_path, broker, mqtt_site(broker), document(0), document(1), count=4)
    assert watched.values("inlet.ph") == [7.0, 7.0001]


def test_many_that_wait_are_handed_over_together(tmp_path: Path, broker: Broker):
    async def story() -> None:
        async with watching(tmp_path, mqtt_site(broker)) as watched:
            await come_in(watched)
            watched.disk.clear()
            with Publisher(broker) as publisher:
                sent = [document(number) for number in range(500)]
                await asyncio.to_thread(publisher.publish, TOPIC, *sent)
            watched.disk.set()
            await until(lambda: len(watched.rows) == 1_000)
            assert watched.values("inlet.ph") == [round(7 + n / 10_000, 9) for n in range(500)]
            assert len(watched.batches) < 60

    asyncio.run(story())


def test_what_is_no_json_costs_its_channels_a_reading_and_stops_nothing(
    tmp_path: Path, broker: Broker
):
    watched, trouble = told(tmp_path, broker, mqtt_site(broker), document(0), b"\xff{no", count=4)
    assert watched.of("inlet.ph") == [(7.0, Status.NORMAL), (None, Status.COMM_FAIL)]
    assert "inlet.ph: works/inlet sent" in trouble
    assert "is no JSON" in trouble
    watched, trouble = told(tmp_path, broker, mqtt_site(broker), b"{no", document(2), count=4)
    assert 7.0002 in watched.values("inlet.ph")
    assert trouble == ""


def test_a_value_that_changes_its_kind_costs_its_channel_only(tmp_path: Path, broker: Broker):
    sent = [document(n, ph) for n, ph in enumerate([7.1, "7.2", {"v": 7}, True, None, "", "wet"])]
    watched, trouble = told(tmp_path, broker, mqtt_site(broker), *sent, count=13)
    assert watched.of("inlet.ph") == [
        (7.1, Status.NORMAL),
        (7.2, Status.NORMAL),
        (None, Status.COMM_FAIL),
        (1.0, Status.NORMAL),
        (None, Status.NORMAL),
        (None, Status.COMM_FAIL),
    ]
    assert watched.values("inlet.ec") == [1500.0] * 7
    assert '"wet" is no number' in trouble


def test_a_document_without_the_value_is_told_and_the_others_go_on(tmp_path: Path, broker: Broker):
    site = mqtt_site(broker).replace('path = "ph"', 'path = "pH"')
    watched, trouble = told(tmp_path, broker, site, document(0), count=1)
    assert watched.values("inlet.ec") == [1500.0]
    assert trouble.startswith("inlet.ph: works/inlet sent ")
    assert "the path finds nothing in it" in trouble


def test_wildcards_bring_all_they_match_once(tmp_path: Path, broker: Broker):
    site = mqtt_site(broker, topic="works/#")
    watched, _ = told(tmp_path, broker, site, document(0), document(1), count=4)
    assert watched.values("inlet.ph") == [7.0, 7.0001]


def test_what_the_broker_kept_is_taken_by_the_time_it_says(tmp_path: Path, broker: Broker):
    with Publisher(broker) as publisher:
        publisher.publish(TOPIC, document(0), retain=True)
    watched, _ = told(tmp_path, broker, mqtt_site(broker), document(1), count=4)
    assert watched.rows[0] == ("inlet.ph", at(0), 7.0, Status.NORMAL)


@pytest.mark.parametrize("retained", [False, True])
def test_what_the_broker_kept_and_says_no_time_counts_only_if_wanted(
    tmp_path: Path, broker: Broker, retained: bool
):
    bare = mqtt_site(broker).replace('path = "ph"\ntime_path = "time"', "")
    site = bare.replace(
        'topic = "works/inlet"\n', f'topic = "bare"\nretained = {str(retained).lower()}\n', 1
    )
    with Publisher(broker) as publisher:
        publisher.publish("bare", "6.5", retain=True)
    watched, _ = told(tmp_path, broker, site, document(0), count=1 + retained)
    assert watched.values("inlet.ph") == ([6.5] if retained else [])


def test_of_a_group_each_gets_a_part_and_together_they_have_all(tmp_path: Path):
    want_mosquitto()

    async def story(broker: Broker) -> None:
        folders = [tmp_path / "one", tmp_path / "two"]
        for folder in folders:
            folder.mkdir()
        site = mqtt_site(broker, 'share = "group"')
        async with watching(folders[0], site) as one, watching(folders[1], site) as two:
            await come_in(one)
            await come_in(two)
            with Publisher(broker) as publisher:
                sent = [document(number) for number in range(200)]
                await asyncio.to_thread(publisher.publish, TOPIC, *sent)
            await until(lambda: len(one.rows) + len(two.rows) >= 400)
            assert one.rows
            assert two.rows
            assert {row[1] for row in one.rows + two.rows} == {at(n) for n in range(200)}

    with Broker(tmp_path) as broker:
        asyncio.run(story(broker))

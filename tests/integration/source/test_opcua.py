"""Readings from a real OPC UA server, as the works has them."""

from __future__ import annotations

import asyncio
import itertools
import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from integration.source.opcua_plc import NAMESPACE, Plc, free_port
from integration.source.opcua_works import Works, channel, site_text, until

from mulmok.model.message import SourceState
from mulmok.model.status import Status
from mulmok.model.time import SECOND, from_datetime
from mulmok.run import supervise
from mulmok.run.clock import SystemClock

LONG = "1 min"


@pytest.fixture(autouse=True)
def soon_again(monkeypatch):
    monkeypatch.setattr(supervise, "_FIRST_WAIT_S", 0.05)


def test_a_change_comes_at_its_sources_time_with_its_status(tmp_path: Path):
    port = free_port()
    works = Works.of(tmp_path, site_text(port, channel("inlet.ph", "ns=2;s=pH", every=LONG)))
    at = datetime.now(UTC) - timedelta(seconds=7)

    async def play():
        async with Plc(port) as plc:
            await plc.add("pH", 7.0)
            await plc.write("pH", 7.1, at=at)

            async def look():
                await until(lambda: works.values("inlet.ph") == [7.1])
                await until(lambda: plc.is_subscribed)
                for step in range(1, 4):
                    await plc.write("pH", 7.1 + step, at=at + timedelta(seconds=step))
                await plc.write("pH", 0.0, 0x808C0000, at=at + timedelta(seconds=4))
                await until(lambda: len(works.rows) >= 5, lambda: works.rows)

            await works.run(look)

    asyncio.run(play())
    first = from_datetime(at)
    assert [row[0] for row in works.of_channel("inlet.ph")] == [
        first + step * SECOND for step in range(5)
    ]
    assert works.values("inlet.ph") == pytest.approx([7.1, 8.1, 9.1, 10.1])
    assert math.isnan(works.rows[-1][2])
    assert works.rows[-1][3] is Status.DEVICE_FAULT
    assert works.state is SourceState.OK


def test_what_does_not_change_is_a_reading_at_each_interval(tmp_path: Path):
    port = free_port()
    works = Works.of(tmp_path, site_text(port, channel("inlet.ph", "ns=2;s=pH")))

    async def play():
        async with Plc(port) as plc:
            await plc.add("pH", 7.0)
            await works.run(lambda: until(lambda: len(works.rows) >= 5))

    asyncio.run(play())
    told, *still = [at for at, _, _ in works.of_channel("inlet.ph")]
    assert all(at % (SECOND // 2) == 0 for at in still)
    steps = {after - before for before, after in itertools.pairwise(still)}
    assert steps == {SECOND // 2}
    assert told < still[0]
    assert set(works.values("inlet.ph")) == {7.0}


def test_a_value_that_changes_out_of_step_with_our_turns_is_never_said_to_be_unread(tmp_path):
    port = free_port()
    more = 'interval = "1 s"'
    works = Works.of(
        tmp_path, site_text(port, channel("inlet.ec", "ns=2;s=EC", every="1 s"), more=more)
    )

    async def play():
        async with Plc(port) as plc:
            await plc.add("EC", 0)

            async def look():
                await until(lambda: plc.is_subscribed)
                clock = SystemClock()
                for count in range(1, 9):
                    # Shortly before each turn, so that it is told of after the turn.
                    second = clock.now() // SECOND * SECOND
                    await clock.sleep_until(second + SECOND + SECOND * 9 // 10)
                    await plc.write("EC", count)
                await until(lambda: 8 in works.values("inlet.ec"))

            await works.run(look)

    asyncio.run(play())
    assert [row for row in works.rows if row[3] is not Status.NORMAL] == []
    assert set(works.values("inlet.ec")) == set(range(9))


def test_a_status_node_judges_the_value_from_its_time_on(tmp_path: Path):
    port = free_port()
    own = 'status_node = "ns=2;s=state"\nstatuses = { "0" = "NORMAL", "4" = "MAINTENANCE" }'
    works = Works.of(tmp_path, site_text(port, channel("inlet.ph", "ns=2;s=pH", own, LONG)))
    at = datetime.now(UTC) - timedelta(seconds=10)

    async def play():
        async with Plc(port) as plc:
            await plc.add("pH", 7.0)
            await plc.add("state", 0)
            await plc.write("pH", 7.0, at=at)
            # Younger than the value: it is what the status was all along.
            await plc.write("state", 0, at=at + timedelta(seconds=1))

            async def look():
                await until(lambda: plc.is_subscribed)
                await plc.write("state", 4, at=at + timedelta(seconds=2))
                await plc.write("pH", 7.5, at=at + timedelta(seconds=3))
                await until(lambda: len(works.rows) >= 3, lambda: works.rows)
                await plc.write("state", 8, at=at + timedelta(seconds=4))
                await until(lambda: works.state is SourceState.FAILING)

            await works.run(look)

    asyncio.run(play())
    begin = from_datetime(at)
    assert works.of_channel("inlet.ph") == [
        (begin, 7.0, Status.NORMAL),
        (begin + 2 * SECOND, 7.0, Status.MAINTENANCE),
        (begin + 3 * SECOND, 7.5, Status.MAINTENANCE),
        (begin + 4 * SECOND, 7.5, Status.DEVICE_FAULT),
    ]
    assert 'the status "8" is not known' in works.trouble


def test_one_channels_trouble_costs_that_channel_only(tmp_path: Path):
    port = free_port()
    works = Works.of(
        tmp_path,
        site_text(
            port,
            channel("inlet.ph", "ns=2;s=pH"),
            channel("inlet.ec", "ns=2;s=EC"),
            channel("inlet.tss", f"nsu={NAMESPACE};s=gone"),
            channel("inlet.cod", "nsu=urn:nobody;s=COD"),
            channel("inlet.tn", "ns=2;s=row", "element = 1"),
            channel("inlet.tp", "ns=2;s=row", "element = 7"),
            channel("inlet.orp", "ns=2;s=on"),
            channel("inlet.turbidity", "ns=2;s=words"),
        ),
    )

    async def play():
        async with Plc(port) as plc:
            await plc.add("pH", 7.0)
            await plc.add("EC", 1200)
            await plc.add("row", [1.0, 2.0, 3.0])
            await plc.add("on", True)
            await plc.add("words", " 12.5 ")

            async def look():
                await until(lambda: len(works.of_channel("inlet.cod")) >= 2)
                await until(lambda: plc.is_subscribed)
                await plc.write("EC", "out of order")
                await until(lambda: works.last("inlet.ec") != (1200.0, Status.NORMAL))
                assert "inlet.ec at ns=2;s=EC" in works.trouble
                assert "is no number (besides: 3 more)" in works.trouble
                await until(lambda: works.state is SourceState.FAILING)
                await plc.write("EC", 1300)
                await until(lambda: works.last("inlet.ec") == (1300.0, Status.NORMAL))
                assert "inlet.tss at nsu=urn:plc:inlet;s=gone: the server knows no" in works.trouble

            await works.run(look)

    asyncio.run(play())
    for missing in ("inlet.tss", "inlet.cod", "inlet.tp"):
        value, status = works.last(missing) or (0.0, None)
        assert math.isnan(value)
        assert status is Status.COMM_FAIL
    assert set(works.values("inlet.ph")) == {7.0}
    assert set(works.values("inlet.tn")) == {2.0}
    assert set(works.values("inlet.orp")) == {1.0}
    assert set(works.values("inlet.turbidity")) == {12.5}


def test_a_node_that_comes_is_found(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("mulmok.source.opcua.board.RESTS", SECOND)
    port = free_port()
    works = Works.of(tmp_path, site_text(port, channel("inlet.ph", "ns=2;s=pH")))

    async def play():
        async with Plc(port) as plc:

            async def look():
                await until(lambda: works.state is SourceState.FAILING)
                await plc.add("pH", 7.0)
                await until(lambda: works.last("inlet.ph") == (7.0, Status.NORMAL))
                await until(lambda: works.state is SourceState.OK)
                assert works.one.source.trouble is None
                await plc.remove("pH")
                await until(lambda: works.state is SourceState.FAILING)
                await until(lambda: "knows no such node" in works.trouble)

            await works.run(look)

    asyncio.run(play())


@pytest.mark.parametrize("is_told", [True, False])
def test_a_node_that_was_gone_tells_of_each_change_again(tmp_path, monkeypatch, is_told: bool):
    monkeypatch.setattr("mulmok.source.opcua.board.RESTS", SECOND)
    port = free_port()
    works = Works.of(
        tmp_path,
        site_text(
            port,
            channel("inlet.ec", "ns=2;s=EC", every="1 s"),
            channel("inlet.ph", "ns=2;s=pH", every="1 s"),
        ),
    )

    async def play():
        async with Plc(port) as plc:
            await plc.add("EC", 1.0)
            await plc.add("pH", 7.0)

            async def look():
                await until(lambda: plc.monitors("EC") and plc.monitors("pH"))
                await plc.remove("EC", is_told=is_told)
                await until(lambda: "knows no such node" in works.trouble)
                await plc.add("EC", 2.0)
                await until(lambda: plc.monitors("EC"), lambda: works.trouble)
                for value in range(100, 110):
                    await plc.write("EC", value)
                await until(lambda: 109 in works.values("inlet.ec"))
                (one,) = plc.server.iserver.subscription_service.subscriptions.values()
                assert len(one.monitored_item_srv._monitored_items) == 2

            await works.run(look)

    asyncio.run(play())
    assert set(range(100, 110)) <= set(works.values("inlet.ec"))
    assert works.one.tally.starts == 1


def test_a_subscription_that_the_server_drops_is_made_anew(tmp_path: Path):
    port = free_port()
    works = Works.of(tmp_path, site_text(port, channel("inlet.ph", "ns=2;s=pH", every=LONG)))

    async def play():
        async with Plc(port) as plc:
            await plc.add("pH", 7.0)

            async def look():
                await until(lambda: plc.is_subscribed)
                await plc.drop_subscriptions()
                assert not plc.is_subscribed
                await plc.write("pH", 7.4)
                await until(lambda: works.failed_with("has told nothing for 3 s"))
                await until(lambda: 7.4 in works.values("inlet.ph"))
                await until(lambda: plc.is_subscribed)
                await plc.write("pH", 7.6)
                await until(lambda: 7.6 in works.values("inlet.ph"))

            await works.run(look)

    asyncio.run(play())

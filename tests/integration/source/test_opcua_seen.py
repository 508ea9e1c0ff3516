"""What an OPC UA server's driver shows of itself: to the supervisor, to `mulmok probe`, in the log."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asyncua import ua
from integration.source.opcua_plc import Plc, free_port
from integration.source.opcua_works import Works, channel, site_text, until

from mulmok.config.load import load_site
from mulmok.model.time import SECOND
from mulmok.run import supervise
from mulmok.run.clock import SystemClock
from mulmok.run.probe import probe


@pytest.fixture(autouse=True)
def soon_again(monkeypatch):
    monkeypatch.setattr(supervise, "_FIRST_WAIT_S", 0.05)


def test_a_clock_that_is_off_is_told_and_ours_taken_where_it_is_wanted(tmp_path: Path):
    port = free_port()
    ahead = datetime.now(UTC) + timedelta(hours=9)
    told = Works.of(tmp_path, site_text(port, channel("inlet.ph", "ns=2;s=pH")))
    more = 'interval = "0.1 s"\ntime = "ours"'
    ours = Works.of(tmp_path, site_text(port, channel("inlet.ph", "ns=2;s=pH"), more=more))

    async def play():
        async with Plc(port) as plc:
            plc.server.iserver._time_task_stop = True  # the PLC's clock is in our hands from now on
            await asyncio.sleep(1.1)
            await plc.add("pH", 7.0)
            await plc.write("pH", 7.2, at=ahead)
            clock = plc.server.get_node(ua.ObjectIds.Server_ServerStatus_CurrentTime)
            await clock.write_value(ahead)
            await told.run(lambda: until(lambda: "ahead" in told.trouble))
            await ours.run(lambda: until(lambda: len(ours.rows) > 2))

    asyncio.run(play())
    assert 'say time = "ours"' in told.trouble
    now = SystemClock().now()
    assert all(abs(at - now) < 60 * SECOND for at, _, _ in ours.of_channel("inlet.ph"))
    assert ours.one.source.trouble is None


def test_a_clock_that_is_a_little_behind_costs_no_reading(tmp_path: Path):
    port = free_port()
    more = 'interval = "0.1 s"'
    works = Works.of(
        tmp_path, site_text(port, channel("inlet.ec", "ns=2;s=EC", every="2 s"), more=more)
    )
    behind = timedelta(seconds=3)

    async def play():
        async with Plc(port) as plc:
            await plc.add("EC", 0)
            await plc.write("EC", 0, at=datetime.now(UTC) - behind)

            async def look():
                await until(lambda: plc.is_subscribed)
                clock = SystemClock()
                for count in range(1, 6):
                    # Shortly after each turn.
                    turn = clock.now() // (2 * SECOND) * 2 * SECOND
                    await clock.sleep_until(turn + 2 * SECOND + SECOND // 5)
                    await plc.write("EC", count, at=datetime.now(UTC) - behind)
                await until(lambda: 5 in works.values("inlet.ec"))

            await works.run(look)

    asyncio.run(play())
    assert {status.name for _, _, _, status in works.rows} == {"NORMAL"}
    assert set(works.values("inlet.ec")) == set(range(6))


def test_probing_asks_once_and_says_whose_time_it_is(tmp_path: Path):
    port = free_port()
    path = tmp_path / "site.toml"
    path.write_text(
        site_text(
            port,
            channel("inlet.ph", "ns=2;s=pH"),
            channel("inlet.ec", "ns=2;s=EC"),
            channel("inlet.tss", "ns=2;s=gone"),
        ),
        encoding="utf-8",
    )
    site = load_site(path)

    async def play():
        async with Plc(port) as plc:
            await plc.add("pH", 7.0)
            await plc.write("pH", 7.25, at=datetime.now(UTC) - timedelta(hours=3))
            await plc.add("EC", 5)
            await plc.write("EC", 5, at=datetime(1970, 1, 1, tzinfo=UTC))
            found = await probe(site, [each.id for each in site.channels], SystemClock(), 20)
            assert not plc.is_subscribed
            return {one.channel.id: one for one in found}

    found = asyncio.run(play())
    seen = found["inlet.ph"].seen
    assert seen is not None
    assert (seen.place, seen.raw, seen.value) == ("ns=2;s=pH", "7.25 Double Good", 7.25)
    assert seen.took > 0
    assert seen.received_at - seen.at > 3 * 3600 * SECOND - SECOND
    assert found["inlet.ec"].seen.raw == "5 Int64 Good @ours"
    assert found["inlet.tss"].seen.raw.startswith("BadNodeIdUnknown")
    assert "knows no such node" in str(found["inlet.tss"].fault)


def test_the_librarys_log_stays_out_of_ours(tmp_path: Path, caplog):
    port = free_port()
    works = Works.of(tmp_path, site_text(port, channel("inlet.ph", "ns=2;s=pH")))
    with caplog.at_level(logging.DEBUG):
        asyncio.run(works.run(lambda: until(lambda: works.failed_with("cannot be reached"))))
    assert not [record for record in caplog.records if record.name.startswith("asyncua")]
    assert f"opc.tcp://127.0.0.1:{port} cannot be reached: " in works.said[0].detail

"""OPC UA servers that can do less, or whose clocks are coarse: every value is had all the same."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asyncua import ua
from asyncua.server.monitored_item_service import MonitoredItemService
from integration.source.opcua_plc import Plc, free_port
from integration.source.opcua_works import Works, channel, site_text, until

from mulmok.model.status import Status
from mulmok.run import supervise

LONG = "1 min"


@pytest.fixture(autouse=True)
def soon_again(monkeypatch):
    monkeypatch.setattr(supervise, "_FIRST_WAIT_S", 0.05)


def test_several_values_within_one_time_of_a_coarse_clock_are_all_kept(tmp_path: Path):
    port = free_port()
    works = Works.of(tmp_path, site_text(port, channel("inlet.ph", "ns=2;s=pH", every=LONG)))
    at = datetime.now(UTC).replace(microsecond=0)

    async def play():
        async with Plc(port) as plc:
            await plc.add("pH", 7.0)

            async def look():
                await until(lambda: plc.is_subscribed)
                for step in range(5):
                    await plc.write("pH", 8.0 + step, at=at)
                await until(lambda: len(works.rows) >= 6, lambda: works.rows)

            await works.run(look)

    asyncio.run(play())
    rows = works.of_channel("inlet.ph")
    assert [value for _, value, _ in rows][-5:] == [8.0, 9.0, 10.0, 11.0, 12.0]
    assert len({row[0] for row in rows}) == len(rows)


@pytest.mark.parametrize("items", [9, 0])
def test_a_small_server_is_told_of_values_only_or_read_at_each_turn(tmp_path, monkeypatch, items):
    """One that knows no filter of times, and one that monitors nothing at all."""
    whole = MonitoredItemService._create_data_change_monitored_item

    async def small(service, request):
        refused = ua.MonitoredItemCreateResult()
        if isinstance(request.RequestedParameters.Filter, ua.DataChangeFilter):
            refused.StatusCode = ua.StatusCode(ua.StatusCodes.BadMonitoredItemFilterUnsupported)
            return refused
        if items == 0:
            refused.StatusCode = ua.StatusCode(ua.StatusCodes.BadTooManyMonitoredItems)
            return refused
        return await whole(service, request)

    monkeypatch.setattr(MonitoredItemService, "_create_data_change_monitored_item", small)
    port = free_port()
    works = Works.of(tmp_path, site_text(port, channel("inlet.ec", "ns=2;s=EC")))

    async def play():
        async with Plc(port) as plc:
            await plc.add("EC", 1)

            async def look():
                for value in (2, 3):
                    await until(lambda value=value: value - 1 in works.values("inlet.ec"))
                    assert plc.is_subscribed is (items > 0) or value == 2
                    await plc.write("EC", value)
                await until(lambda: works.last("inlet.ec") == (3.0, Status.NORMAL))

            await works.run(look)

    asyncio.run(play())
    assert works.one.tally.failures == 0
    assert {status for _, _, status in works.of_channel("inlet.ec")} == {Status.NORMAL}

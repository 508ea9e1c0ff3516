"""A sewer RTU that is well: present and past, each reading once, over a restart and in other zones."""

from __future__ import annotations

import asyncio
import math

import pytest
from integration.source.telemetry.desk import EACH, Desk, Shown, hurried
from integration.source.telemetry.stations import Station
from unit.source.telemetry.making import START

from mulmok.model.message import SourceState
from mulmok.model.status import Status
from mulmok.model.time import HOUR, MINUTE, parse_instant
from mulmok.run.clock import ScaledClock
from mulmok.source.rtu.driver import RtuDriver


def desk(station: Station, folder, **settings) -> Desk:
    more = {"port": station.port, "resend": HOUR} | settings
    return Desk(RtuDriver, more, clock=station.clock, folder=folder)


def test_the_last_hour_and_then_each_minute_come_once_in_order(tmp_path):
    async def play():
        async with Station() as station, desk(station, tmp_path) as one:
            await one.until_more(70)
            assert one.states == [SourceState.OK]
            for channel in EACH:
                one.assert_each_once(channel)
            assert START - HOUR <= one.rows()[0].at <= START - HOUR + 2 * MINUTE
            shown = Shown()
            for index, channel in enumerate(EACH):
                for row in one.rows(channel):
                    assert math.isclose(row.value, shown.show(index, row.at)[0])
            assert [arrival.at.tolist() for arrival in one.arrivals] == [
                sorted(arrival.at.tolist()) for arrival in one.arrivals
            ]
            assert len(one.arrivals[0]) > 100, "the past comes in one delivery, not one by one"
            assert one.trouble == ""
            seen = one.driver.seen()
            assert seen[0].place == f"SW0001 127.0.0.1:{station.port} FVOLUD"
            assert seen[0].raw.endswith("m3h00")
            assert math.isclose(seen[0].number, seen[0].value * 100)

    asyncio.run(play())


def test_after_a_restart_only_what_was_missed_is_asked_for(tmp_path):
    async def play():
        async with Station() as station:
            async with desk(station, tmp_path) as one:
                await one.until_more(10)
            before, station.asked = one.rows("pump3.ec"), []
            await asyncio.sleep(1.2)  # six minutes
            async with desk(station, tmp_path) as again:
                await again.until_more(10)
            after = again.rows("pump3.ec")
            assert station.words()[0] == "DUMP"
            assert after[0].at == before[-1].at + MINUTE
            again.assert_each_once("pump3.ec")
            assert len(again.arrivals[0]) >= 8, "five minutes of two channels at least"

    asyncio.run(play())


def test_a_past_larger_than_a_frame_comes_whole(tmp_path):
    """A day of two channels is 2880 records, and a frame has room for 285."""

    async def play():
        async with Station() as station, desk(station, tmp_path, resend=24 * HOUR) as one:
            await one.until(lambda: (row := one.last("pump3.ec")) and row.at >= START + MINUTE)
            assert one.rows()[0].at <= START - 24 * HOUR + 2 * MINUTE
            for channel in EACH:
                one.assert_each_once(channel)

    asyncio.run(play())


def test_an_rtu_with_items_nobody_asked_for_has_no_room_in_one_frame_and_is_asked_in_halves(
    tmp_path,
):
    items = {f"x{number}.flow": {"item": f"QQ{number:03d}"} for number in range(20)} | EACH

    async def play():
        async with (
            Station(each=items) as station,
            Desk(
                RtuDriver,
                {"port": station.port, "resend": HOUR},
                clock=station.clock,
                folder=tmp_path,
            ) as one,
        ):
            await one.until_more(70)
            one.assert_each_once("pump3.flow")
            assert station.words().count("DUMP") > 4

    asyncio.run(play())


def test_an_rtu_that_sends_the_past_in_many_frames_is_understood(tmp_path):
    async def play():
        async with Station() as station, desk(station, tmp_path) as one:
            station.mood = "pages"
            await one.until_more(70)
            one.assert_each_once("pump3.flow")
            assert one.states == [SourceState.OK]

    asyncio.run(play())


def test_a_status_comes_with_its_number_and_a_failed_line_without(tmp_path):
    async def play():
        async with Station() as station, desk(station, tmp_path) as one:
            await one.until_more(2)
            station.shown.status = {0: Status.CALIBRATING, 1: Status.COMM_FAIL}
            await one.until(lambda: one.rows("pump3.flow")[-1].status is Status.CALIBRATING)
            await one.until(lambda: one.rows("pump3.ec")[-1].status is Status.COMM_FAIL)
            assert math.isnan(one.rows("pump3.ec")[-1].value)
            assert one.rows("pump3.flow")[-1].value >= 100
            assert one.trouble == "", "the RTU itself is well, and says what is not"
            station.shown.status = {0: Status.RESENT}
            await one.until(lambda: one.rows("pump3.flow")[-1].status is Status.RESENT)
            await one.until(lambda: one.rows("pump3.ec")[-1].good)

    asyncio.run(play())


def test_its_clock_is_set_by_ours_where_the_site_file_says_so(tmp_path):
    async def play():
        async with Station() as station, desk(station, tmp_path, set_time=True) as one:
            await one.until_more(2)
            assert station.words()[:2] == ["TIME", "DUMP"]
            assert station.words().count("TIME") == 1
            assert station.asked[0].argument.startswith("202601050")
        async with Station() as station, desk(station, tmp_path / "b") as one:
            (tmp_path / "b").mkdir()
            await one.until_more(2)
            assert "TIME" not in station.words()

    asyncio.run(play())


@pytest.mark.parametrize(
    ("zone", "begin"),
    [
        ("Asia/Seoul", "2026-10-25T09:00:00+09:00"),
        ("Europe/Berlin", "2026-10-25T01:30:00Z"),  # in the second of two hours
        ("Europe/Berlin", "2026-10-25T00:50:00Z"),  # ten minutes before the second begins
        ("Europe/Berlin", "2026-03-29T00:50:00Z"),  # ten minutes before an hour that never was
    ],
)
def test_each_reading_comes_once_where_clocks_change(tmp_path, zone, begin):
    clock = ScaledClock(parse_instant(begin), 300)

    async def play():
        settings = {"resend": 3 * HOUR, "zone": zone}
        async with (
            Station({"zone": zone}, clock=clock) as station,
            Desk(RtuDriver, {"port": station.port} | settings, clock=clock, folder=tmp_path) as one,
        ):
            await one.until_more(200)
            for index, channel in enumerate(EACH):
                one.assert_each_once(channel)
                for row in one.rows(channel):
                    assert math.isclose(row.value, station.shown.show(index, row.at)[0])

    asyncio.run(play())


def test_the_sum_may_be_taken_without_the_control_bytes(tmp_path):
    async def play():
        async with (
            Station({"checksum": "inner"}) as station,
            desk(station, tmp_path, checksum="inner") as one,
        ):
            await one.until_more(3)

    asyncio.run(play())


def test_two_rtus_of_which_one_is_dead_are_two_sources(tmp_path):
    clock = hurried()

    async def play():
        (tmp_path / "a").mkdir()
        (tmp_path / "b").mkdir()
        async with Station(clock=clock) as well, Station(clock=clock) as dead:
            await dead.close()
            async with desk(well, tmp_path / "a") as one, desk(dead, tmp_path / "b") as other:
                await one.until_more(10)
                await other.until_failing("cannot be reached")
                assert other.rows() == []
                assert one.states == [SourceState.OK]

    asyncio.run(play())

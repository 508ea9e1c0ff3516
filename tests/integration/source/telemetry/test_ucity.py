"""A U-City data server: what is new comes once and in order, whatever goes wrong on the way."""

from __future__ import annotations

import asyncio
import math

import pytest
from integration.source.telemetry.cities import CITY_EACH, City
from integration.source.telemetry.desk import Desk, Shown
from unit.source.telemetry.making import START

from mulmok.model.message import SourceState
from mulmok.model.status import Status
from mulmok.model.time import HOUR, MINUTE, parse_instant
from mulmok.run.clock import ScaledClock
from mulmok.source.ucity.driver import UcityDriver
from mulmok.source.ucity.plan import check_of


def desk(city: City, folder, each=None, **settings) -> Desk:
    more = {"port": city.port, "resend": HOUR} | settings
    each = CITY_EACH if each is None else each
    return Desk(UcityDriver, more, each, clock=city.clock, folder=folder)


def test_the_last_hour_and_then_each_minute_come_once_in_order(tmp_path):
    async def play():
        async with City() as city, desk(city, tmp_path) as one:
            await one.until_more(70)
            assert one.states == [SourceState.OK]
            assert one.rows()[0].at <= START - HOUR + 2 * MINUTE
            shown = Shown()
            for index, channel in enumerate(CITY_EACH):
                one.assert_each_once(channel)
                for row in one.rows(channel):
                    assert math.isclose(row.value, shown.show(index, row.at)[0])
            assert len(one.arrivals[0]) > 100, "the past comes in one delivery"
            assert one.driver.seen()[0].place == f"127.0.0.1:{city.port} TOC"
            assert one.trouble == ""

    asyncio.run(play())


def test_after_a_restart_only_what_was_missed_is_taken(tmp_path):
    async def play():
        async with City() as city:
            async with desk(city, tmp_path) as one:
                await one.until_more(10)
            before = one.rows("pump3.ph")
            await asyncio.sleep(0.6)  # three minutes
            async with desk(city, tmp_path) as again:
                await again.until_more(6)
            assert again.rows("pump3.ph")[0].at == before[-1].at + MINUTE
            again.assert_each_once("pump3.ph")

    asyncio.run(play())


FAULTS = [
    ("deaf", "no answer within 0.25 s"),
    ("closes", "has hung up"),
    ("no to everything", "does not take the request (NAK)"),
    ("floods", "stands where a frame or an answer begins, twice"),
    ("marks", "sends on and on and never further frame or end (EOT)"),
    ("half", "answer stopped after"),
    ("half and closes", "has hung up"),
    ("no end", "does not end its answer (EOT)"),
    ("garbled", "the CRC of a frame is ??"),
    ("without end", "sends on and on and never further frame or end (EOT)"),
]


@pytest.mark.parametrize(("mood", "words"), FAULTS)
def test_a_fault_is_told_in_its_own_words_and_nothing_is_lost_by_it(tmp_path, mood, words):
    async def play():
        async with City() as city, desk(city, tmp_path) as one:
            await one.until_more(3)
            await city.feel(mood)
            await one.until_failing(words)
            await city.feel("well")
            await one.until_more(5)
            for channel in CITY_EACH:
                one.assert_each_once(channel)
            assert one.states[-1] is SourceState.OK

    asyncio.run(play())


@pytest.mark.parametrize(
    "mood", ["garbled once", "garbled, then the end", "hangs up after each answer"]
)
def test_nobody_is_troubled_by_a_frame_garbled_once_or_a_server_that_hangs_up_between(
    tmp_path, mood
):
    async def play():
        async with City() as city, desk(city, tmp_path) as one:
            await one.until_more(3)
            city.mood = mood
            await one.until_more(4)
            assert one.states == [SourceState.OK]
            one.assert_each_once("pump3.toc")

    asyncio.run(play())


def test_a_server_that_is_not_there_is_taken_up_when_it_comes(tmp_path):
    async def play():
        city = City()
        async with desk(city, tmp_path) as one:
            await one.until_failing(f"127.0.0.1:{city.port} cannot be reached")
            async with city:
                await one.until_more(5)
                one.assert_each_once("pump3.toc")

    asyncio.run(play())


def test_a_status_comes_with_its_number_and_a_failed_line_without(tmp_path):
    async def play():
        async with City() as city, desk(city, tmp_path) as one:
            await one.until_more(2)
            city.shown.status = {0: Status.MAINTENANCE, 1: Status.COMM_FAIL}
            await one.until(lambda: one.rows("pump3.toc")[-1].status is Status.MAINTENANCE)
            await one.until(lambda: one.rows("pump3.ph")[-1].status is Status.COMM_FAIL)
            assert math.isnan(one.rows("pump3.ph")[-1].value)
            assert one.rows("pump3.toc")[-1].value >= 100

    asyncio.run(play())


def test_an_item_that_says_nonsense_or_is_not_there_costs_its_channel_only(tmp_path):
    each = CITY_EACH | {"pump3.tn": {}}

    async def play():
        async with City() as city, desk(city, tmp_path, each) as one:
            await one.until(lambda: one.trouble.startswith("pump3.tn: there is no item TON; there are: PHY TOC"))  # fmt: skip
            await one.until(lambda: one.states[-1] is SourceState.FAILING)
            whole = city.peer.frames
            city.peer.frames = lambda asked: [spoilt(frame) for frame in whole(asked) or []]
            await one.until(lambda: one.rows("pump3.toc")[-1].status is Status.COMM_FAIL)
            city.peer.frames = whole
            assert math.isnan(one.rows("pump3.toc")[-1].value)
            count = len(one.rows("pump3.ph"))
            await one.until(lambda: len(one.rows("pump3.ph")) > count)

    asyncio.run(play())


def spoilt(frame: bytes) -> bytes:
    """Make the first number of a frame none, and its CRC right."""
    framed = frame[:44] + b"      1..2" + frame[54:-3]
    return framed + check_of(framed) + b"\r"


@pytest.mark.parametrize("begin", ["2026-10-25T01:30:00Z", "2026-10-25T00:50:00Z"])
def test_each_reading_comes_once_where_clocks_are_set_back(tmp_path, begin):
    clock = ScaledClock(parse_instant(begin), 300)

    async def play():
        settings = {"zone": "Europe/Berlin", "resend": 3 * HOUR}
        async with City(settings, clock=clock) as city, desk(city, tmp_path, **settings) as one:
            await one.until_more(200)
            for index, channel in enumerate(CITY_EACH):
                one.assert_each_once(channel)
                for row in one.rows(channel):
                    assert math.isclose(row.value, city.shown.show(index, row.at)[0])

    asyncio.run(play())

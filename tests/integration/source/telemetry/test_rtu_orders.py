"""An RTU is told things between two requests; its auto-sampler takes a sample and says which."""

from __future__ import annotations

import asyncio
import math

import pytest
from integration.source.telemetry.desk import EACH, Desk
from integration.source.telemetry.stations import Station
from unit.source.telemetry.frames import rtu_frame, rtu_record

from mulmok.model.errors import SourceError
from mulmok.model.message import SourceState
from mulmok.model.time import HOUR
from mulmok.source.port import Sampled, Sampling
from mulmok.source.rtu.commands import Order, Sampler, sampling_times, tell
from mulmok.source.rtu.driver import RtuDriver


def desk(station: Station, folder, **settings) -> Desk:
    more = {"port": station.port, "resend": HOUR} | settings
    return Desk(RtuDriver, more, clock=station.clock, folder=folder)


def only(station: Station, mood: str, order: Order, frame: bytes) -> bytes:
    """Be of a mood for orders to the sampler, and well for all else."""
    station.mood = mood if order.word.startswith("SAM") else "well"
    return frame


def test_orders_go_between_the_polls_on_the_same_connection(tmp_path):
    async def play():
        async with Station() as station, desk(station, tmp_path) as one:
            await one.until_more(2)
            orders = [tell(Sampler.AUTOMATIC), sampling_times(5, 1), Order("PORR")] * 5
            await asyncio.gather(*(one.driver.order(order) for order in orders))
            await one.until_more(3)
            assert station.peer.told == orders
            assert station.calls == 1
            assert one.states == [SourceState.OK]
            for channel in EACH:
                one.assert_each_once(channel)

    asyncio.run(play())


def test_an_order_that_is_only_acknowledged_is_taken(tmp_path):
    async def play():
        async with Station() as station, desk(station, tmp_path) as one:
            await one.until_more(2)
            station.twist = lambda order, frame: only(station, "says yes", order, frame)
            await one.driver.order(Order("SAMA"))
            assert "SAMA" in station.words()
            await one.until_more(3)
            one.assert_each_once("pump3.flow")

    asyncio.run(play())


def test_an_order_that_is_refused_says_so_and_the_readings_go_on(tmp_path):
    async def play():
        async with Station() as station, desk(station, tmp_path) as one:
            await one.until_more(2)
            station.twist = lambda order, frame: only(station, "no", order, frame)
            with pytest.raises(SourceError, match="does not take the request"):
                await one.driver.order(tell(Sampler.BY_HAND))
            await one.until_more(2)
            assert one.states == [SourceState.OK]

    asyncio.run(play())


def test_an_order_to_an_rtu_that_is_not_connected_is_not_kept_for_later(tmp_path):
    async def play():
        async with Station() as station:
            one = desk(station, tmp_path)
            with pytest.raises(SourceError, match="is not connected"):
                await one.driver.order(tell(Sampler.BY_HAND))
            async with one:
                await one.until_more(2)
                assert station.peer.told == []

    asyncio.run(play())


def test_an_order_given_up_in_the_middle_disturbs_no_answer_to_another(tmp_path):
    async def play():
        async with Station() as station, desk(station, tmp_path) as one:
            await one.until_more(2)
            station.twist = lambda order, frame: only(station, "hangs", order, frame)
            telling = asyncio.create_task(one.driver.order(Order("SAMA")))
            await one.until(lambda: "SAMA" in station.words())
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)
            await one.until_more(4)
            one.assert_each_once("pump3.flow")

    asyncio.run(play())


def test_a_sample_is_taken_and_its_bottle_told(tmp_path):
    shown = rtu_frame(
        rtu_record(),
        rtu_record(item="CONRAD", value="81000", unit="uS"),
        rtu_record(item="SAM00", value="4.1", unit="oC"),
        rtu_record(item="SAM01", value="7", unit=""),
    )

    async def play():
        async with Station() as station, desk(station, tmp_path) as one:
            assert isinstance(one.driver, Sampling)
            await one.until_more(2)
            station.twist = lambda order, frame: shown if order.word == "RDAT" else frame
            assert await one.driver.sample({"command": "SMPS", "argument": "1"}) == Sampled(7, 4.1)
            assert station.peer.told == [Order("SMPS", "1")]

    asyncio.run(play())


def test_a_sampler_that_says_nothing_of_its_bottle_has_taken_it_all_the_same(tmp_path):
    async def play():
        async with Station() as station, desk(station, tmp_path) as one:
            await one.until_more(2)
            sampled = await one.driver.sample({"command": "SMPS"})
            assert sampled.bottle is None
            assert math.isnan(sampled.temperature)
            assert station.peer.told == [Order("SMPS", "0")]

    asyncio.run(play())

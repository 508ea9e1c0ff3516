"""All the ways a sewer RTU fails: what is said of it, and that nothing it holds is lost by it."""

from __future__ import annotations

import asyncio
import math

import pytest
from integration.source.telemetry.desk import EACH, Desk
from integration.source.telemetry.stations import Station
from unit.source.telemetry.frames import rtu_frame, rtu_record
from unit.source.telemetry.making import START

from mulmok.model.message import SourceState
from mulmok.model.status import Status
from mulmok.model.time import DAY, HOUR, MINUTE
from mulmok.source.rtu.commands import sum_of
from mulmok.source.rtu.driver import RtuDriver


def desk(station: Station, folder, **settings) -> Desk:
    more = {"port": station.port, "resend": HOUR} | settings
    return Desk(RtuDriver, more, clock=station.clock, folder=folder)


FAULTS = [
    ("deaf", "no acknowledgement (ACK) within 0.25 s"),
    ("closes", "has hung up"),
    ("no to everything", "does not want to be asked now (NAK)"),
    ("floods", "stands where a frame or an answer begins, twice"),
    ("marks", "sends on and on and never acknowledgement (ACK)"),
    ("hangs", "no answer within 0.25 s"),
    ("half", "answer stopped after"),
    ("half and closes", "has hung up"),
    ("no", "does not take the request (NAK)"),
    ("garbled", "the sum of a frame is"),
    ("says yes", "does not end its answer"),
    ("pages without end", "sends on and on and never end of transmission (EOT)"),
]


@pytest.mark.parametrize(("mood", "words"), FAULTS)
def test_a_fault_is_told_in_its_own_words_and_nothing_is_lost_by_it(tmp_path, mood, words):
    async def play():
        async with Station() as station, desk(station, tmp_path) as one:
            await one.until_more(3)
            await station.feel(mood)
            await one.until_failing(words)
            assert f"127.0.0.1:{station.port}" in one.details
            station.mood = "well"
            await one.until_more(5)
            for channel in EACH:
                one.assert_each_once(channel)
            assert one.states[-1] is SourceState.OK

    asyncio.run(play())


def test_an_rtu_that_is_not_there_is_refused_and_taken_up_when_it_comes(tmp_path):
    async def play():
        station = Station()
        async with desk(station, tmp_path) as one:
            await one.until_failing(
                f"127.0.0.1:{station.port} cannot be reached: Connection refused"
            )
            async with station:
                await one.until_more(5)
                one.assert_each_once("pump3.flow")
                await station.close()
                await one.until(lambda: one.states[-1] is SourceState.FAILING)

    asyncio.run(play())


@pytest.mark.parametrize("mood", ["garbled once", "garbled, then the end"])
def test_a_garbled_frame_is_wanted_once_more_and_nobody_is_troubled(tmp_path, mood):
    async def play():
        async with Station() as station, desk(station, tmp_path) as one:
            await one.until_more(3)
            station.mood = mood
            await one.until_more(4)
            assert one.states == [SourceState.OK]
            one.assert_each_once("pump3.flow")

    asyncio.run(play())


def test_an_answer_without_its_end_is_taken_and_told_of(tmp_path):
    async def play():
        async with Station() as station, desk(station, tmp_path) as one:
            station.mood = "no end"
            await one.until_more(3)
            await one.until_failing("does not end its answer (EOT)")
            one.assert_each_once("pump3.flow")

    asyncio.run(play())


def test_a_line_that_drops_in_the_middle_of_the_past_loses_nothing_and_brings_nothing_twice(
    tmp_path,
):
    async def play():
        async with Station() as station, desk(station, tmp_path, resend=6 * HOUR) as one:
            # Each answer to DUMP is cut in half, but for every third.
            def cut(order, frame):
                dumps = station.words().count("DUMP")
                station.mood = "DUMP:well" if dumps % 3 == 2 else "DUMP:half and closes"
                return frame

            station.twist, station.mood = cut, "DUMP:half and closes"
            await one.until(lambda: (row := one.last("pump3.ec")) and row.at >= START + 5 * MINUTE)
            assert SourceState.FAILING in one.states
            for channel in EACH:
                one.assert_each_once(channel)
            assert one.rows()[0].at <= START - 6 * HOUR + 5 * MINUTE

    asyncio.run(play())


def test_an_rtu_that_sends_nothing_again_is_read_all_the_same(tmp_path):
    async def play():
        async with Station() as station, desk(station, tmp_path) as one:
            station.mood = "DUMP:no"
            await one.until_more(3)
            assert "what was missed is not sent again" in one.trouble
            assert one.rows()[0].at >= START - MINUTE
            await one.until(lambda: one.states[-1] is SourceState.FAILING)

    asyncio.run(play())


def test_a_record_that_says_nonsense_costs_its_channel_only(tmp_path):
    async def play():
        async with Station() as station, desk(station, tmp_path) as one:
            await one.until_more(2)
            station.twist = lambda order, frame: again(frame) if order.word == "RDAT" else frame
            await one.until(lambda: "pump3.ec" in one.trouble and "is no number" in one.trouble)
            await one.until(lambda: one.states[-1] is SourceState.FAILING)
            await one.until(lambda: one.last("pump3.ec").status is Status.COMM_FAIL)
            assert math.isnan(one.last("pump3.ec").value)
            assert one.last("pump3.flow").good
            assert "is no number" in str(one.driver.seen()[1].fault)
            assert one.driver.seen()[0].fault is None
            station.twist = lambda _, frame: frame
            await one.until_more(2)
            await one.until(lambda: one.states[-1] is SourceState.OK)
            assert one.trouble == ""

    asyncio.run(play())


def again(frame: bytes) -> bytes:
    """Make the number of an item none, and the sum right."""
    place = frame.index(b"CONRAD") + 6
    cut = frame[:place] + b"      1..2" + frame[place + 10 :]
    return cut[:-3] + sum_of(cut[:-3], "whole") + b"\r"


def test_an_item_that_is_no_more_is_told_of_with_what_there_is(tmp_path):
    async def play():
        async with Station() as station, desk(station, tmp_path) as one:
            await one.until_more(2)
            station.twist = lambda order, frame: (
                again_renamed(frame) if order.word == "RDAT" else frame
            )
            await one.until(lambda: "pump3.ec: there is no item CONRAD; there are: CONRAX FVOLUD" in one.trouble)  # fmt: skip
            count = len(one.rows("pump3.flow"))
            await one.until(lambda: len(one.rows("pump3.flow")) > count + 2)

    asyncio.run(play())


def again_renamed(frame: bytes) -> bytes:
    renamed = frame.replace(b"CONRAD", b"CONRAX")
    return renamed[:-3] + sum_of(renamed[:-3], "whole") + b"\r"


def test_a_record_that_does_not_change_is_kept_once_and_the_source_is_silent(tmp_path):
    frozen = rtu_frame(rtu_record(), rtu_record(item="CONRAD", value="81000", unit="uS"))

    async def play():
        async with Station() as station, desk(station, tmp_path) as one:
            station.twist = lambda order, frame: frozen if order.word == "RDAT" else rtu_frame()
            await one.until(lambda: SourceState.SILENT in one.states)
            assert [(row.channel, row.at) for row in one.rows()] == [
                ("pump3.flow", START),
                ("pump3.ec", START),
            ]
            assert station.words().count("RDAT") > 2

    asyncio.run(play())


def test_an_rtu_that_begins_anew_with_other_numbers_is_believed_from_then_on(tmp_path):
    async def play():
        async with Station() as station, desk(station, tmp_path) as one:
            await one.until_more(4)
            await station.close()
            await one.until(lambda: one.states[-1] is SourceState.FAILING)
            at = one.last("pump3.flow").at
            station.shown.more = 1000.0
            station.peer.ring._held.clear()  # what it remembered is other than it was
            station.peer.ring._upto = None
            await station.open()
            await one.until_more(4)
            one.assert_each_once("pump3.flow")
            assert all((row.value > 1000) == (row.at > at) for row in one.rows("pump3.flow"))

    asyncio.run(play())


def test_a_clock_without_its_zone_is_told_of_and_hides_nothing_that_is_measured_meanwhile(tmp_path):
    """It sends civil time of Seoul where the site file says UTC: nine hours ahead."""

    async def play():
        async with Station() as station, desk(station, tmp_path, zone="UTC", resend=HOUR) as one:
            await one.until(lambda: "9 h ahead of ours: is zone right" in one.trouble)
            await one.until(lambda: one.states[-1] is SourceState.FAILING)
            ahead = one.last("pump3.flow")
            assert 9 * HOUR - 2 * MINUTE < ahead.at - one.clock.now() <= 9 * HOUR
            await one.until(lambda: one.last("pump3.flow").at > ahead.at + 3 * MINUTE)
        async with desk(station, tmp_path) as right, station:
            await right.until_more(20)
            right.assert_each_once("pump3.flow")
            assert right.rows()[0].at < START + 10 * MINUTE, "the past was asked for"
            await right.until(lambda: right.trouble == "")

    asyncio.run(play())


def test_a_clock_that_was_never_set_is_told_of(tmp_path):
    reset = rtu_frame(rtu_record(time="20000101000000"), rtu_record(time="00000000000000", item="CONRAD"))  # fmt: skip

    async def play():
        async with Station() as station, desk(station, tmp_path) as one:
            station.twist = lambda order, frame: reset if order.word == "RDAT" else rtu_frame()
            await one.until(lambda: "behind ours: is zone right" in one.trouble)
            assert "and 1 more of its channels" in one.trouble
            assert one.rows("pump3.ec") == []
            assert one.driver.takings.newest.level < START - DAY

    asyncio.run(play())


def test_an_answer_of_another_site_is_refused_where_that_is_wanted(tmp_path):
    other = rtu_frame(rtu_record(), site="SW0002")

    async def play():
        async with Station() as station, desk(station, tmp_path, check_site=True) as one:
            await one.until_more(2)
            station.twist = lambda *_: other
            await one.until_failing('the answer is of the site "SW0002", not "SW0001", twice')

    asyncio.run(play())


def test_a_request_for_another_site_is_refused_by_the_station(tmp_path):
    async def play():
        async with Station() as station, desk(station, tmp_path, site="SW0009") as one:
            await one.until_failing("does not take the request (NAK)")
            assert one.rows() == []

    asyncio.run(play())

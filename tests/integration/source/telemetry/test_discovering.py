"""What `mulmok discover` finds of an RTU or a server, and what it says when there is nobody."""

from __future__ import annotations

import asyncio

import pytest
from integration.run.running import free_port
from integration.source.telemetry.cities import City
from integration.source.telemetry.desk import hurried
from integration.source.telemetry.stations import Station
from unit.source.telemetry.frames import rtu_frame, rtu_record

from mulmok.model.errors import SourceError
from mulmok.run.naming import guess_quantity
from mulmok.source.rtu.discover import RtuDiscoverer
from mulmok.source.ucity.discover import UcityDiscoverer


def test_each_item_of_an_rtu_is_proposed_once_and_totals_are_no_flow():
    shown = rtu_frame(
        rtu_record(),
        rtu_record(value="0000012400"),
        rtu_record(item="FTOTAD", value="0004711000", unit="m3"),
        rtu_record(item="FLRATD", value="85", unit="m/s"),
        rtu_record(item="TOC00", value="12.5", unit="mgl"),
        rtu_record(item="ZZZZ", value="1", unit=""),
        rtu_record(item="CONRAD", value="1..2", unit="uS"),
        rtu_record(item=""),
    )

    async def play():
        async with Station() as station:
            station.twist = lambda *_: shown
            given = {"host": "127.0.0.1", "port": station.port, "site": "SW0001"}
            found = await RtuDiscoverer.discover(given, 10.0)
            assert station.words() == ["RDAT"], "it asks once"
            return given, found

    given, (found,) = asyncio.run(play())
    assert found.settings == given
    assert [one.own["item"] for one in found.proposals] == [
        "FVOLUD", "FTOTAD", "FLRATD", "TOC00", "ZZZZ", "CONRAD",
    ]  # fmt: skip
    by_item = {one.own["item"]: one for one in found.proposals}
    assert (by_item["FVOLUD"].shows, by_item["FVOLUD"].unit) == ("124", "m3/h")
    assert by_item["FTOTAD"].shows == "4.711e+06"
    assert "CONRAD" in by_item["CONRAD"].shows, "what cannot be read is shown as it came"
    guessed = {item: guess_quantity(one.label, one.unit) for item, one in by_item.items()}
    assert guessed == {
        "FVOLUD": "flow", "FTOTAD": None, "FLRATD": None, "TOC00": "toc", "ZZZZ": None, "CONRAD": "ec",
    }  # fmt: skip


def test_a_server_proposes_what_came_in_the_last_hour():
    async def play():
        async with City(clock=hurried()) as city:
            given = {"host": "127.0.0.1", "port": city.port, "zone": "Asia/Seoul"}
            return await UcityDiscoverer.discover_at(given, 10.0, city.clock)

    (found,) = asyncio.run(play())
    assert {one.own["item"]: guess_quantity(one.label) for one in found.proposals} == {
        "TOC": "toc",
        "PHY": "ph",
    }
    assert found.settings["zone"] == "Asia/Seoul"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "cannot be reached: Connection refused"),
        ({"port": 70_000}, "cannot be reached"),
        ({"host": "..x"}, "cannot be reached"),
    ],
)
def test_where_nobody_answers_it_says_so(settings, words):
    given = {"host": "127.0.0.1", "port": free_port(), "site": "SW0001"} | settings
    with pytest.raises(SourceError, match=words):
        asyncio.run(RtuDiscoverer.discover(given, 2.0))


def test_patience_is_not_exceeded():
    async def play():
        async with Station() as station:
            await station.feel("deaf")
            given = {"host": "127.0.0.1", "port": station.port, "site": "SW0001"}
            await RtuDiscoverer.discover(given, 0.2)

    with pytest.raises(SourceError, match=r"no acknowledgement \(ACK\) within 0.2 s"):
        asyncio.run(play())

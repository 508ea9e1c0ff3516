"""A SensorThings service asked for Observations, when it is well and when it is not."""

from __future__ import annotations

import asyncio
import json
import math
import re
import threading
import time
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from integration.source.pull_desk import Desk, Server, ago, answer, lived, site_file

from mulmok.model.status import Status
from mulmok.model.time import MINUTE, format_instant, parse_instant

ROOT = "/FROST-Server/v1.1"


def words(port: int, more: str = "", **channels: str) -> str:
    given = channels or {"inlet_ph": 'datastream = "1"', "inlet_ec": 'datastream = "2"'}
    return site_file(
        f'driver = "sensorthings"\nurl = "http://127.0.0.1:{port}{ROOT}"\n{more}', **given
    )


class Service:
    """A service whose Datastreams a test fills: id -> unit and (instant, result, quality)."""

    def __init__(self, streams: dict[str, tuple[str, list[tuple]]], page: int = 100):
        self.streams, self.page = streams, page
        self.fault: bytes | None = None
        self.filters: list[str] = []

    async def handle(self, asked, _headers, writer):
        writer.write(self.fault or self.reply(unquote(asked)))
        await writer.drain()

    def reply(self, asked: str) -> bytes:
        parts = urlsplit(asked)
        query = {key: one[0] for key, one in parse_qs(parts.query).items()}
        found = re.fullmatch(rf"{ROOT}/Datastreams\('?(\w+)'?\)(/Observations)?", parts.path)
        if found is None or found[1] not in self.streams:
            return answer('{"code":404,"message":"Nothing found."}', "404 Not Found")
        unit, observed = self.streams[found[1]]
        if not found[2]:
            return answer(json.dumps({"name": found[1], "unitOfMeasurement": {"symbol": unit}}))
        self.filters.append(query["$filter"])
        low = parse_instant(re.findall(r"gt (\S+)", query["$filter"])[0])
        high = [parse_instant(one) for one in re.findall(r"le (\S+)", query["$filter"])]
        wanted = sorted(
            (row for row in observed if low < row[0] <= min(high, default=2**62)),
            key=lambda row: row[0],
        )
        skip = int(query.get("$skip", "0"))
        document = {"value": [observation(*row) for row in wanted[skip : skip + self.page]]}
        if len(wanted) > skip + self.page:
            rest = f"$filter={query['$filter']}&$skip={skip + self.page}".replace(" ", "%20")
            document["@iot.nextLink"] = f"{parts.path}?{rest}"
        return answer(json.dumps(document))


def observation(at: int, result: object, quality: object = None, until: int | None = None):
    time = format_instant(at) if until is None else f"{format_instant(at)}/{format_instant(until)}"
    return {"phenomenonTime": time, "result": result, "resultQuality": quality}


def seen(tmp_path, one: Service, holds, site=words) -> Desk:
    async def story() -> Desk:
        async with Server(one.handle) as server, Desk(tmp_path / "w", site(server.port)) as desk:
            await desk.until(lambda: holds(desk))
            return desk

    return asyncio.run(story())


def test_observations_are_read_page_by_page_in_the_unit_of_their_datastream(tmp_path):
    ph = [(ago(one), one / 10, None) for one in range(60, 0, -1)]
    one = Service({"1": ("pH", ph), "2": ("mS/cm", [(ago(5), 0.8, None)])}, page=25)
    desk = seen(tmp_path, one, lambda desk: len(desk.rows) >= 61)
    assert [value for _, value, _ in desk.of("inlet.ph")] == [row[1] for row in ph]
    assert desk.of("inlet.ec") == [(ago(5), 800.0, Status.NORMAL)]
    assert desk.sizes[0] == 61, "one arrival, in order of time"
    assert [row[1] for row in desk.rows] == sorted(row[1] for row in desk.rows)


def test_quality_is_understood_where_it_is_a_code_of_ours_and_else_left_alone(tmp_path):
    rows = [
        (ago(4), 7, "MAINTENANCE"),
        (ago(3), 7, "03"),
        (ago(2), 7, {"DQ": 1}),
        (ago(1), None, None),
    ]
    one = Service({"1": ("", rows), "2": ("uS/cm", [(ago(1), "high", None)])})
    desk = seen(tmp_path, one, lambda desk: len(desk.rows) >= 5 and desk.failing)
    said = [status for _, _, status in desk.of("inlet.ph")]
    assert said == [Status.MAINTENANCE, Status.CALIBRATING, Status.NORMAL, Status.NORMAL]
    assert math.isnan(desk.of("inlet.ph")[3][1])
    assert desk.of("inlet.ec")[0][2] is Status.COMM_FAIL
    assert 'inlet.ec: "high" is no number' in desk.failing


def test_codes_of_its_own_are_told_in_statuses(tmp_path):
    one = Service({"1": ("pH", [(ago(2), 7, "good"), (ago(1), 7, "odd")])})

    def site(port: int) -> str:
        return words(port, inlet_ph='datastream = "1"\nstatuses = { "good" = "NORMAL" }')

    desk = seen(tmp_path, one, lambda desk: len(desk.rows) >= 2 and desk.failing, site)
    assert [row[2] for row in desk.of("inlet.ph")] == [Status.NORMAL, Status.DEVICE_FAULT]
    assert 'the status "odd" is not known' in desk.failing


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        ("furlong", "is not known: set unit"),
        ("degC", "is it the right datastream?"),
        ("", "set unit"),
    ],
)
def test_a_unit_that_is_not_understood_costs_its_channel_until_unit_is_set(tmp_path, unit, said):
    one = Service({"1": ("pH", [(ago(1), 7, None)]), "2": (unit, [(ago(1), 0.8, None)])})
    desk = seen(tmp_path, one, lambda desk: desk.rows and desk.failing)
    assert said in desk.failing
    assert desk.of("inlet.ph")
    assert not desk.of("inlet.ec"), "a number of unknown unit is no value"

    def site(port: int) -> str:
        return words(port, inlet_ec='datastream = "2"\nunit = "mS/cm"')

    desk = seen(tmp_path / "set", one, lambda desk: desk.rows, site)
    assert desk.of("inlet.ec")[0][1] == 800.0


def test_an_observation_over_a_time_stands_at_its_end(tmp_path):
    one = Service({"1": ("pH", [(ago(10), 7, None, ago(5))])})
    desk = seen(
        tmp_path, one, lambda desk: desk.rows, lambda port: words(port, inlet_ph='datastream = "1"')
    )
    assert desk.of("inlet.ph")[0][0] == ago(5)


def test_a_datastream_that_is_not_there_costs_its_channel(tmp_path):
    one = Service({"1": ("pH", [(ago(1), 7, None)])})
    desk = seen(tmp_path, one, lambda desk: desk.rows and desk.failing)
    assert "inlet.ec: there is nothing at" in desk.failing
    assert "Datastreams(2)" in desk.failing
    assert desk.one.tally.starts == 1


def test_what_is_inserted_late_is_still_found_and_nothing_comes_twice(tmp_path):
    rows = [(ago(30), 7.0, None), (ago(10), 7.1, None)]
    one = Service({"1": ("pH", rows)})

    async def story() -> Desk:
        site = words(0, 'overlap = "1 min"', inlet_ph='datastream = "1"')
        async with Server(one.handle) as server:
            site = site.replace(":0/", f":{server.port}/")
            async with Desk(tmp_path / "w", site) as desk:
                await desk.until(lambda: len(desk.rows) == 2)
                rows.append((ago(20), 7.2, None))
                await desk.until(lambda: len(desk.rows) > 2)
                count = len(one.filters)
                await desk.until(lambda: len(one.filters) > count + 1)
                return desk

    desk = asyncio.run(story())
    assert [value for _, value, _ in desk.of("inlet.ph")] == [7.0, 7.1, 7.2]
    assert f"gt {format_instant(ago(10) - MINUTE)}" in one.filters[-1]


def test_a_long_gap_is_caught_up_in_order_of_time_over_all_channels(tmp_path):
    hours = range(5 * 60, 0, -10)
    ph = [(ago(60 * one), 7.0, None) for one in hours]
    ec = [(ago(60 * one + 1), 800.0, None) for one in hours]
    one = Service({"1": ("pH", ph), "2": ("uS/cm", ec)}, page=3)
    desk = seen(
        tmp_path,
        one,
        lambda desk: len(desk.rows) >= 2 * len(hours),
        lambda port: words(port, 'backfill = "6 h"'),
    )
    times = [row[1] for row in desk.rows]
    assert times == sorted(times)
    assert len(desk.sizes) >= 5


def test_a_service_that_falls_and_comes_back_loses_nothing(tmp_path):
    rows = [(ago(10), 7.0, None)]
    one = Service({"1": ("pH", rows)})

    def site(port: int) -> str:
        return words(port, inlet_ph='datastream = "1"')

    async def story() -> Desk:
        async with Server(one.handle) as server, Desk(tmp_path / "w", site(server.port)) as desk:
            await desk.until(lambda: desk.rows)
            one.fault = answer('{"code":500,"message":"no connection to database"}', "500 Error")
            await desk.until(lambda: desk.failing)
            rows.append((ago(5), 7.1, None))
            assert "no connection to database" in desk.failing
            one.fault = None
            await desk.until(lambda: len(desk.rows) == 2 and not desk.failing)
            return desk

    assert [value for _, value, _ in asyncio.run(story()).of("inlet.ph")] == [7.0, 7.1]


FAULTS = {
    "a page": (answer("<html>", kind="text/html"), "a page for people"),
    "no list": (answer('{"unitOfMeasurement": {"symbol": "pH"}, "value": 1}'), "is no list of SensorThings"),
    "sign-in": (answer("", "401 Unauthorized"), "wants a sign-in (401)"),
    "too many": (answer("", "503 Service Unavailable", Retry_After="1"), "answers 503"),
    "away": (
        answer('{"unitOfMeasurement": {"symbol": "pH"}, "value": [], "@iot.nextLink": "http://inside:8080/x"}'),
        "leads to http://inside:8080/x, which is another place",
    ),
    "circle": (
        answer('{"unitOfMeasurement": {"symbol": "pH"}, "value": [], "@iot.nextLink": "?"}'),
        "in circles",
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", FAULTS)
def test_a_wrong_answer_is_said_to_be(tmp_path, how):
    one = Service({})
    one.fault, said = FAULTS[how]
    desk = seen(
        tmp_path,
        one,
        lambda desk: desk.failing,
        lambda port: words(port, inlet_ph='datastream = "1"'),
    )
    assert said in desk.failing


def test_observations_come_into_the_store_of_a_works(tmp_path):
    one = Service(
        {"1": ("pH", [(ago(n), 7.0 + n / 100, None) for n in range(60)]), "2": ("uS/cm", [])}
    )
    ready, stop = [], threading.Event()

    async def serving():
        async with Server(one.handle) as server:
            ready.append(server.port)
            await asyncio.to_thread(stop.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serving()))
    thread.start()
    try:
        while not ready:
            time.sleep(0.01)
        found = lived(
            tmp_path / "w", words(ready[0]), lambda engine: engine.status().readings >= 60
        )
    finally:
        stop.set()
        thread.join()
    assert [at for at, *_ in found["inlet.ph"]] == sorted(ago(n) for n in range(60))
    assert found["inlet.ec"] == []

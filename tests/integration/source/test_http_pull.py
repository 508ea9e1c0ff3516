"""A service asked over HTTP: what comes of it, and how it is asked."""

from __future__ import annotations

import asyncio
import gzip
import math
import threading
import time

import pytest
from integration.source.pull_desk import Desk, Server, answer, lived, now, site_file
from integration.source.pull_http import PAST, always, present, rows, run, served, source

from mulmok.model.status import Status
from mulmok.model.time import SECOND


def test_a_document_of_the_present_is_read_at_each_turn_of_its_channels(tmp_path):
    see = served(tmp_path, '{"d": {"ph": 7.1, "ec": "812"}}')
    desk, _ = run(see(lambda desk: len(desk.good("inlet.ph")) >= 2))
    assert set(desk.good("inlet.ph")) == {7.1}
    assert set(desk.good("inlet.ec")) == {812.0}
    assert all(at % SECOND == 0 for at, *_ in desk.of("inlet.ph"))
    assert desk.one.momentary, "what was not fetched in its time is lost"


def test_a_plain_number_needs_no_path(tmp_path):
    see = served(
        tmp_path, answer(" 7.25\r\n", kind="text/plain"), lambda port: present(port, inlet_ph="")
    )
    desk, _ = run(see(lambda desk: desk.good("inlet.ph")))
    assert desk.good("inlet.ph")[0] == 7.25


@pytest.mark.parametrize("packed", [True, False])
def test_an_answer_that_comes_byte_by_byte_is_the_same(tmp_path, packed):
    body = b'{"d": {"ph": 7.1, "ec": 812}}'
    whole = answer(gzip.compress(body), Content_Encoding="gzip") if packed else answer(body)

    async def handle(_asked, _headers, writer):
        for place in range(len(whole)):
            writer.write(whole[place : place + 1])
            await writer.drain()
        writer.write(b"what stands behind it is no part of it")

    desk, _ = run(served(tmp_path, handle)(lambda desk: desk.good("inlet.ec")))
    assert desk.good("inlet.ph")[0] == 7.1
    assert desk.good("inlet.ec")[0] == 812.0


def test_a_path_that_finds_nothing_costs_its_channel_and_names_what_there_is(tmp_path):
    see = served(tmp_path, '{"d": {"ph": 7.1}, "unit": "pH"}')
    desk, _ = run(see(lambda desk: desk.failing and len(desk.good("inlet.ph")) > 1))
    assert 'inlet.ec: path "d.ec" finds nothing, or null; there are d, unit' in desk.failing
    at, value, status = desk.of("inlet.ec")[0]
    assert math.isnan(value)
    assert (status, at % SECOND) == (Status.COMM_FAIL, 0)
    assert set(desk.good("inlet.ph")) == {7.1}


def test_a_value_that_changes_its_type_is_missing_until_it_is_a_number_again(tmp_path):
    replies = iter(['{"d": {"ph": 7, "ec": 1}}', '{"d": {"ph": {"v": 7}, "ec": 1}}'])

    async def handle(_asked, _headers, writer):
        writer.write(answer(next(replies, '{"d": {"ph": "7.5", "ec": 1}}')))

    desk, _ = run(served(tmp_path, handle)(lambda desk: 7.5 in desk.good("inlet.ph")))
    assert set(desk.good("inlet.ph")) == {7.0, 7.5}
    assert Status.COMM_FAIL in {status for _, _, status in desk.of("inlet.ph")}
    assert len(desk.good("inlet.ec")) >= 3


def test_readings_with_their_time_are_delivered_once_and_late_ones_too(tmp_path):
    replies = iter([rows(30, 20, 10), rows(30, 25, 20, 10, 5)])
    asked = []

    async def handle(path, _headers, writer):
        asked.append(path)
        writer.write(answer(next(replies, rows(30, 25, 20, 10, 5))))

    def words(port: int) -> str:
        more = 'since_format = "s"\nbackfill = "1 min"\noverlap = "40 s"'
        return site_file(source(port, "/v?from={since}&to={until}", more), **PAST)

    desk, _ = run(served(tmp_path, handle, words)(lambda desk: len(asked) > 3))
    ago = [(now() - at) // SECOND for at, *_ in desk.of("inlet.ph")]
    assert ago == [30, 20, 10, 25, 5], "each once, those that came late as well"
    assert desk.of("inlet.ec")[0][1] == 30.0, "mS/cm are uS/cm"
    assert not desk.one.momentary
    begin = int(asked[0].partition("from=")[2].partition("&")[0])
    assert abs(begin - (now() // SECOND - 60)) < 30, "the first start asks for as much as backfill"
    assert int(asked[-1].partition("from=")[2].partition("&")[0]) == now() // SECOND - 5 - 40
    assert desk.sizes[0] == 6, "one arrival of all that came"


def test_a_restart_goes_on_where_it_was_left(tmp_path):
    def words(port: int) -> str:
        return site_file(
            source(port, "/v?from={since}", 'since_format = "s"\noverlap = "3 s"'), **PAST
        )

    async def twice() -> list[str]:
        async with Server(always(rows(30, 20, 10))) as server:
            for _ in range(2):
                async with Desk(tmp_path / "w", words(server.port)) as desk:
                    before = len(server.asked)
                    await desk.until(lambda before=before: len(server.asked) > before + 1)
            return server.asked

    asked = run(twice())
    assert asked[-1] == f"/v?from={now() // SECOND - 13}"
    assert not list((tmp_path / "w").glob("*.new"))


@pytest.mark.parametrize("way", ["address", "token"])
def test_pages_are_followed_by_an_address_or_by_a_token(tmp_path, way):
    async def handle(path, _headers, writer):
        if "page=2" in path:
            writer.write(answer(rows(1, next=None)))
        else:
            writer.write(answer(rows(20, 10, next="2" if way == "token" else "/v?page=2")))

    parameter = 'page_parameter = "page"' if way == "token" else ""

    def words(port: int) -> str:
        return site_file(source(port, "/v?a=b", f'next_path = "next"\n{parameter}'), **PAST)

    desk, server = run(served(tmp_path, handle, words)(lambda desk: len(desk.rows) >= 6))
    assert [(now() - at) // SECOND for at, *_ in desk.of("inlet.ph")] == [20, 10, 1]
    assert server.asked[1] == ("/v?a=b&page=2" if way == "token" else "/v?page=2")


def test_each_way_of_signing_in_reaches_the_service(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET", "s3cret")
    seen = []

    async def handle(_path, headers, writer):
        seen.append(headers)
        writer.write(answer('{"d": {"ph": 7, "ec": 1}}'))

    for more in (
        'token = "env:SECRET"',
        'user = "me"\npassword = "env:SECRET"',
        'api_key = "env:SECRET"\napi_key_header = "X-Key"',
    ):
        run(
            served(tmp_path, handle, lambda port, more=more: present(port, more))(
                lambda desk: desk.rows
            )
        )
    said = {h.get("authorization") for h in seen} | {h.get("x-key") for h in seen}
    assert said == {"Bearer s3cret", "Basic bWU6czNjcmV0", "s3cret", None}


def test_readings_come_into_the_store_of_a_works(tmp_path):
    document = rows(*range(120, 0, -1))

    async def serving(ready, stop):
        async with Server(always(document)) as server:
            ready.append(server.port)
            await asyncio.to_thread(stop.wait)

    ready: list[int] = []
    stop = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(serving(ready, stop)))
    thread.start()
    try:
        while not ready:
            time.sleep(0.01)
        words = site_file(source(ready[0], "/v?from={since}"), **PAST)
        found = lived(tmp_path / "w", words, lambda engine: engine.status().readings >= 240)
    finally:
        stop.set()
        thread.join()
    assert len(found["inlet.ph"]) == 120
    assert found["inlet.ec"][0][1] == pytest.approx(120.0)

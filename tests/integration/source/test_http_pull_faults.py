"""A service asked over HTTP that is wrong, broken, hostile or gone: it is said, and the rest goes on."""

from __future__ import annotations

import asyncio
import gzip

import pytest
from integration.source.pull_desk import Desk, Server, answer, site_file
from integration.source.pull_http import PAST, always, present, rows, run, served, source

from mulmok.model.message import SourceState
from mulmok.model.status import Status
from mulmok.source import answer as answers
from mulmok.source import service


@pytest.mark.parametrize(
    "link", ["http://169.254.169.254/latest/meta-data", "//other.example/v", "https://127.0.0.1/v"]
)
def test_a_link_to_another_place_is_not_followed(tmp_path, link):
    def words(port: int) -> str:
        return site_file(source(port, more='next_path = "next"'), **PAST)

    desk, _ = run(served(tmp_path, rows(10, next=link), words)(lambda desk: desk.failing))
    assert "which is another place: it is not followed" in desk.failing
    assert not desk.rows, "what was not taken whole is asked for again"


def test_pages_in_circles_are_noticed(tmp_path):
    def words(port: int) -> str:
        return site_file(source(port, more='next_path = "next"'), **PAST)

    desk, _ = run(served(tmp_path, rows(10, next="/v?"), words)(lambda desk: desk.failing))
    assert "in circles" in desk.failing


def test_a_redirect_stays_in_its_place(tmp_path):
    async def handle(path, _headers, writer):
        moved = answer("", "302 Found", Location="/new")
        writer.write(moved if path == "/v" else answer('{"d": {"ph": 7, "ec": 1}}'))

    desk, server = run(served(tmp_path, handle)(lambda desk: desk.of("inlet.ph")))
    assert server.asked[:2] == ["/v", "/new"]
    away = answer("", "302 Found", Location="http://other.example/v")
    desk, _ = run(served(tmp_path, away)(lambda desk: desk.failing))
    assert "leads to http://other.example/v" in desk.failing


REFUSED = {
    "401 Unauthorized": "refuses the sign-in (401): is the setting token right?",
    "403 Forbidden": "refuses the sign-in (403): is the setting token right?",
    "404 Not Found": "there is nothing at http://127.0.0.1",
    "500 Internal Server Error": "answers 500 Internal Server Error: sorry, ***",
}


@pytest.mark.parametrize("status", REFUSED)
def test_a_refusal_is_said_and_never_the_secret(tmp_path, monkeypatch, status):
    monkeypatch.setenv("TOKEN", "s3cret")

    def words(port: int) -> str:
        return present(port, 'token = "env:TOKEN"')

    reply = answer("sorry, s3cret", status, kind="text/plain")
    desk, _ = run(served(tmp_path, reply, words)(lambda desk: desk.failing))
    assert REFUSED[status] in desk.failing
    assert "s3cret" not in repr(desk.states)


def test_a_service_without_a_sign_in_is_told_which_settings_there_are(tmp_path):
    desk, _ = run(served(tmp_path, answer("", "401 Unauthorized"))(lambda desk: desk.failing))
    assert "set token, or user and password" in desk.failing


@pytest.mark.parametrize("pause", ["3600", "Wed, 21 Oct 2065 07:28:00 GMT"])
def test_a_pause_that_is_asked_for_is_kept_and_costs_a_turn_only(tmp_path, pause):
    replies = iter([answer("", "429 Too Many Requests", Retry_After=pause)])

    async def handle(_path, _headers, writer):
        writer.write(next(replies, answer('{"d": {"ph": 7, "ec": 1}}')))

    def well(desk: Desk) -> bool:
        return any(row[2] is Status.NORMAL for row in desk.of("inlet.ph"))

    desk, server = run(served(tmp_path, handle)(well))
    assert len(server.asked) >= 2, "an hour is longer than a turn: it is not waited for"
    states = [state for state, _ in desk.states]
    assert "429" in desk.states[0][1] or states == [SourceState.OK]
    assert desk.one.tally.starts == 1, "the service answered: nothing begins anew"


def test_a_pause_without_end_or_sense_is_a_fault_like_others(tmp_path):
    reply = answer("", "503 Service Unavailable", Retry_After="soon")
    desk, _ = run(served(tmp_path, reply)(lambda desk: desk.one.tally.starts > 1))
    assert "answers 503" in desk.failing


BROKEN = {
    "no json": (answer('{"d": {"ph": 7'), "is no JSON"),
    "a page": (
        answer("<!DOCTYPE html><title>Sign in</title>", kind="text/html"),
        "a page for people",
    ),
    "nothing": (b"", "does not answer"),
    "no http": (b"SSH-2.0-OpenSSH_9.2\r\n", "does not answer"),
    "too deep": (answer("[" * 100_000), "nested too deep"),
    "broken gzip": (answer(b"\x1f\x8bno", Content_Encoding="gzip"), "broken gzip"),
    "half a gzip": (answer(gzip.compress(b"[1]" * 99)[:-9], Content_Encoding="gzip"), "cut short"),
    "twice packed": (
        answer(b"", Content_Encoding="gzip, gzip"),
        'packs its answer as "gzip, gzip"',
    ),
    "cut": (
        answer('{"d": 1}').replace(b"Content-Length: 8", b"Content-Length: 80"),
        "does not answer",
    ),
}


@pytest.mark.parametrize("how", BROKEN)
def test_an_answer_that_is_broken_is_said_to_be(tmp_path, how):
    reply, words = BROKEN[how]
    desk, _ = run(served(tmp_path, reply)(lambda desk: desk.failing))
    assert words in desk.failing


@pytest.mark.parametrize("packed", [True, False])
def test_an_answer_without_end_is_not_read_to_its_end(tmp_path, monkeypatch, packed):
    monkeypatch.setattr(service, "LIMIT", 2**20)
    bomb = gzip.compress(b" " * 2**28, 9)

    async def handle(_path, _headers, writer):
        coding = "Content-Encoding: gzip\r\n" if packed else ""
        writer.write(f"HTTP/1.1 200 OK\r\n{coding}\r\n".encode())
        while not packed:
            writer.write(b" " * 65536)
            await writer.drain()
        writer.write(bomb)
        await writer.drain()

    desk, _ = run(served(tmp_path, handle)(lambda desk: desk.failing))
    assert "sends more than 1 MB" in desk.failing
    assert answers.LIMIT == 64 * 2**20


def test_an_answer_that_drips_is_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr(service, "ANSWER_S", 0.5)

    async def handle(_path, _headers, writer):
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.05)

    desk, _ = run(served(tmp_path, handle)(lambda desk: desk.failing))
    assert "has not sent its whole answer within 0.5 s" in desk.failing


def test_a_service_that_goes_and_comes_back_is_taken_up_again(tmp_path):
    async def story() -> Desk:
        async with Server(always('{"d": {"ph": 7, "ec": 1}}')) as server:
            port = server.port
            async with Desk(tmp_path / "w", present(port)) as desk:
                await desk.until(lambda: desk.of("inlet.ph"))
                await server.__aexit__()
                await desk.until(lambda: desk.failing)
                server.server = await asyncio.start_server(server._serve, "127.0.0.1", port)
                count = len([row for row in desk.of("inlet.ph") if row[2] is Status.NORMAL])
                await desk.until(
                    lambda: len([r for r in desk.of("inlet.ph") if r[2] is Status.NORMAL]) > count
                )
                await desk.until(lambda: not desk.failing)
                return desk

    desk = run(story())
    assert [state for state, _ in desk.states] == [
        SourceState.OK,
        SourceState.FAILING,
        SourceState.OK,
    ]

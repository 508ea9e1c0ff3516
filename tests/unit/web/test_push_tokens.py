"""Tokens of those who push: the works' own opens all channels, a source's opens its own."""

from __future__ import annotations

import asyncio
import gzip
import http.client
import json
import socket
import threading
import time
from dataclasses import replace

import pytest
from starlette.testclient import TestClient
from unit.web.works import TOKEN

from mulmok.config.site import SourceSpec
from mulmok.model.errors import StoreError
from mulmok.model.time import MINUTE
from mulmok.web import push as pushing
from mulmok.web.app import create_app
from mulmok.web.server import PagesServer
from mulmok.web.tokens import Tokens

AT = "2026-03-02T10:00:00+09:00"
LOGGER, OUTLET = "the logger at the inlet", "the logger at the outlet"
TOKENS = {"logger": LOGGER, "outlet": OUTLET}


@pytest.fixture
def app(works, machine):
    """The works with two loggers, each with a token of its own."""
    works.engine.site = replace(
        works.engine.site,
        sources=(
            SourceSpec("logger", "http", {}, ("inlet.ph", "inlet.cod")),
            SourceSpec("outlet", "http", {}, ("effluent.cod", "effluent.tss")),
        ),
    )
    return create_app(works.engine, machine_now=machine.now, token=TOKEN, source_tokens=TOKENS)


def push(client, token, *channels, **more):
    body = {"readings": [{"channel": name, "at": AT, "value": 7.1} for name in channels]}
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json", **more}
    return client.post("/api/v1/readings", content=json.dumps(body), headers=headers)


def kept(works):
    with works.engine.query() as query:
        return set(query.latest())


def test_a_source_s_token_pushes_its_channels(stranger, works):
    assert push(stranger, LOGGER, "inlet.ph", "inlet.cod").json()["accepted"] == 2
    assert push(stranger, OUTLET, "effluent.cod").json()["accepted"] == 1
    assert kept(works) == {"inlet.ph", "inlet.cod", "effluent.cod"}


def test_a_source_s_token_pushes_no_other_s_and_nothing_of_the_batch_is_taken(stranger, works):
    answer = push(stranger, LOGGER, "inlet.ph", "effluent.cod")
    assert answer.status_code == 403
    assert answer.json()["error"] == {
        "message": '"effluent.cod" is not of the source "logger" whose token this is',
        "field": "channel",
    }
    assert push(stranger, LOGGER, "inlet.flow").status_code == 403, "nor those of no source"
    assert kept(works) == set()


def test_the_works_own_token_pushes_all(stranger, works):
    assert push(stranger, TOKEN, "inlet.ph", "effluent.cod", "inlet.flow").status_code == 200


def test_a_works_may_have_tokens_of_sources_only(works, app, machine):
    tokens = {"logger": LOGGER}
    only = create_app(works.engine, machine_now=machine.now, source_tokens=tokens)
    with TestClient(only) as client:
        assert push(client, LOGGER, "inlet.ph").status_code == 200
        assert push(client, OUTLET, "effluent.cod").status_code == 401
        assert push(client, TOKEN, "inlet.ph").status_code == 401


def test_one_token_for_two_sources_pushes_what_either_may(works, app):
    tokens = Tokens.of(works.engine.site, None, {"logger": "same", "outlet": "same"})
    pusher = tokens.pusher("Bearer same")
    assert pusher.source == "logger, outlet"
    assert sorted(pusher.channels.tolist()) == [1, 2, 4, 5]
    every = Tokens.of(works.engine.site, "same", {"logger": "same"}).pusher("Bearer same")
    assert every.channels is None


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "bearer x", "Token y", "Bearer \xe9"])
def test_what_is_no_token_is_nobody_s(works, app, header):
    assert Tokens.of(works.engine.site, TOKEN, TOKENS).pusher(header) is None


def test_the_same_wrong_token_again_and_again_is_told_to_wait(stranger, works, machine):
    for _ in range(5):
        assert push(stranger, "wrong", "inlet.ph").status_code == 401
    answer = push(stranger, "wrong", "inlet.ph")
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "901"
    assert "too many wrong tokens" in answer.json()["error"]["message"]
    machine.advance(16 * MINUTE)
    assert push(stranger, "wrong", "inlet.ph").status_code == 401


def test_guessing_is_stopped_and_who_has_a_right_token_is_let_in_beside_it(stranger):
    for number in range(30):
        assert push(stranger, f"guess {number}", "inlet.ph").status_code == 401
    assert push(stranger, "another guess", "inlet.ph").status_code == 429
    assert push(stranger, LOGGER, "inlet.ph").status_code == 200
    # Passwords are another door.
    assert stranger.sign_in(password="wrong").status_code == 401


def test_a_store_that_takes_nothing_says_when_to_come_again(stranger, works, monkeypatch):
    async def full(_arrival):
        raise StoreError("the disk is full")

    monkeypatch.setattr(works.engine, "push", full)
    answer = push(stranger, LOGGER, "inlet.ph")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0


def test_many_who_push_the_same_at_once_leave_it_once(stranger, works):
    answers = []

    def client():
        answers.append(push(stranger, LOGGER, "inlet.ph", "inlet.cod").json())

    threads = [threading.Thread(target=client) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [answer["accepted"] for answer in answers] == [2] * 8
    assert sorted(answer["duplicates"] for answer in answers) == [0, *[2] * 7]
    assert len({answer["seq"] for answer in answers}) == 8
    with works.engine.query() as query:
        assert len(query.rows("inlet.ph", 0, 2**62)) == 1


def test_a_bomb_with_a_right_token_is_not_unpacked(stranger):
    bomb = gzip.compress(b" " * (64 * 1024 * 1024))
    headers = {"authorization": f"Bearer {LOGGER}", "content-encoding": "gzip"}
    assert stranger.post("/api/v1/readings", content=bomb, headers=headers).status_code == 413


@pytest.fixture
def port(app, monkeypatch):
    """The works on a real socket; a body has little time."""
    monkeypatch.setattr(pushing, "_PATIENCE_S", 0.3)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    ready = threading.Event()
    server = PagesServer(app, ready=ready.set, grace_s=1)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    assert ready.wait(30)
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(30)


HEAD = (
    b"POST /api/v1/readings HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
    b"Content-Type: application/json\r\n"
)


def answer_of(line: socket.socket) -> bytes:
    line.settimeout(20)
    return line.recv(4096)


@pytest.mark.parametrize("length", [b"Content-Length: 1000\r\n", b"Transfer-Encoding: chunked\r\n"])
def test_a_body_that_does_not_end_is_given_up(port, length):
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(HEAD % LOGGER.encode() + length + b"\r\n")
        assert answer_of(line).startswith(b"HTTP/1.1 408")


def test_a_body_that_drips_is_given_up_and_others_are_served_meanwhile(port):
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(HEAD % LOGGER.encode() + b"Content-Length: 100000\r\n\r\n")
        line.setblocking(False)
        said, end = b"", time.monotonic() + 20
        while not said and time.monotonic() < end:
            line.send(b" ")
            other = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            other.request("GET", "/health")
            assert other.getresponse().status in (200, 503)
            other.close()
            try:
                said = line.recv(4096)
            except BlockingIOError:
                continue
        assert said.startswith(b"HTTP/1.1 408")


def test_a_body_cut_off_in_its_middle_leaves_nothing(port, works):
    body = json.dumps({"readings": [{"channel": "inlet.ph", "at": AT, "value": 7}]}).encode()
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(HEAD % LOGGER.encode() + b"Content-Length: 500\r\n\r\n" + body)
    other = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    other.request("POST", "/api/v1/readings", body, {"authorization": f"Bearer {LOGGER}"})
    answer = json.loads(other.getresponse().read())
    other.close()
    assert (answer["accepted"], answer["duplicates"]) == (1, 0)

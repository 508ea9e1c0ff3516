"""A source of a site file under its supervisor, with all it delivered and said; and real servers for it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from mulmok.config.load import load_site
from mulmok.model.message import SourceState
from mulmok.model.status import Status
from mulmok.model.time import SECOND
from mulmok.run import supervise
from mulmok.run.clock import SystemClock
from mulmok.run.engine import Engine
from mulmok.run.live import live
from mulmok.run.sources import build_sources
from mulmok.run.supervise import Supervised, Supervisor
from mulmok.store.query import Query
from mulmok.store.sqlite import FILE

WORKS = '[works]\nid = "desk"\nname = "desk"\nzone = "Asia/Seoul"\n'


_moment = ("", 0)


def now() -> int:
    """The whole second [ns UTC] in which the test that runs began to ask."""
    global _moment  # noqa: PLW0603 - one for each test, whichever thread of it asks
    test = os.environ["PYTEST_CURRENT_TEST"].partition(" ")[0]
    if _moment[0] != test:
        _moment = test, time.time_ns() // SECOND * SECOND
    return _moment[1]


def ago(seconds: float) -> int:
    """An instant before that [ns UTC]."""
    return now() - int(seconds * SECOND)


def site_file(source: str, **channels: str) -> str:
    """A works of one source; `channels`: id with _ for its dot -> its own settings."""
    parts = [WORKS, '[[source]]\nid = "s"', source]
    for name, own in channels.items():
        id_ = name.replace("_", ".", 1)
        quantity = id_.rpartition(".")[2]
        every = "" if "every" in own else 'every = "1 s"\n'
        first, _, rest = own.partition("|")
        parts.append(
            f'[[channel]]\nid = "{id_}"\nquantity = "{quantity}"\n{every}{rest}\n'
            f'[channel.source]\nid = "s"\n{first}'
        )
    return "\n".join(parts) + "\n"


@dataclass
class Desk:
    """One source that runs; use it as an async context manager."""

    folder: Path
    words: str
    clock: SystemClock = field(default_factory=SystemClock)
    rows: list[tuple[str, int, float, Status]] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    states: list[tuple[SourceState, str]] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        supervise._FIRST_WAIT_S = 0.05
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "site.toml").write_text(self.words, encoding="utf-8")
        site = load_site(self.folder / "site.toml")
        self.ids = [channel.id for channel in site.channels]
        self.one: Supervised = build_sources(site, self.folder, self.clock)[0]
        supervisor = Supervisor(self.clock, submit=self._submit, report=self._report)
        self.task = asyncio.create_task(supervisor.watch(self.one))
        return self

    async def __aexit__(self, *_: object) -> None:
        supervise._FIRST_WAIT_S = 1.0
        self.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.task

    async def _submit(self, arrival, _source):
        self.sizes.append(len(arrival))
        columns = (arrival.channel, arrival.at, arrival.value, arrival.status)
        for index, at, value, status in zip(*(one.tolist() for one in columns), strict=True):
            self.rows.append((self.ids[index], at, value, Status(status)))

    async def _report(self, status):
        self.states.append((status.state, status.detail))

    def of(self, id_: str) -> list[tuple[int, float, Status]]:
        return [row[1:] for row in self.rows if row[0] == id_]

    def good(self, id_: str) -> list[float]:
        """Values that are there: a busy machine may miss a turn, and that is said as missing."""
        return [value for _, value, status in self.of(id_) if status is Status.NORMAL]

    @property
    def failing(self) -> str:
        """What is said of a source that fails now; "" when it does not."""
        state, detail = self.states[-1] if self.states else (SourceState.OK, "")
        return detail if state is SourceState.FAILING else ""

    async def until(self, holds: Callable[[], object], seconds: float = 30) -> None:
        async with asyncio.timeout(seconds):
            while not holds():
                assert not self.task.done(), self.task.exception()
                await asyncio.sleep(0.01)


def lived(folder: Path, words: str, holds: Callable[[Engine], object]) -> dict[str, list[tuple]]:
    """Run a whole works until something holds; give what is in its store, by channel."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "site.toml").write_text(words, encoding="utf-8")
    return lived_site(folder / "site.toml", folder / "data", holds)


def lived_site(path: Path, data: Path, holds: Callable[[Engine], object]) -> dict[str, list[tuple]]:
    site = load_site(path)
    engine = Engine.open(site, data, SystemClock())

    async def serve() -> None:
        async with asyncio.timeout(60):
            while not holds(engine):  # noqa: ASYNC110 - seen from outside
                await asyncio.sleep(0.02)

    try:
        asyncio.run(live(engine, serve))
    finally:
        engine.close()
    with Query.open(data / FILE) as query:
        found = {}
        for channel in site.channels:
            rows = query.rows(channel.id, 0, 2**62)
            found[channel.id] = list(
                zip(rows.at.tolist(), rows.value.tolist(), rows.status.tolist(), strict=True)
            )
        return found


Handle = Callable[[str, dict[str, str], asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Server:
    """A server that does with each request what a test wants, however wrong."""

    handle: Handle
    ssl: object = None
    asked: list[str] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.ssl)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.server.close()
        for writer in self._open:
            writer.transport.abort()
        await asyncio.sleep(0)

    def __post_init__(self) -> None:
        self._open: set[asyncio.StreamWriter] = set()

    async def _serve(self, reader, writer):
        self._open.add(writer)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            first, *lines = head.split("\r\n")
            headers = {
                name.lower(): value for name, _, value in (line.partition(": ") for line in lines)
            }
            self.asked.append(first.split(" ")[1])
            with contextlib.suppress(OSError):
                await self.handle(self.asked[-1], headers, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._open.discard(writer)
            writer.close()


def answer(
    body: bytes | str, status: str = "200 OK", kind: str = "application/json", **headers: str
) -> bytes:
    body = body.encode() if isinstance(body, str) else body
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    return f"{head}Connection: close\r\n{more}\r\n".encode() + body

"""A source of a site file under its supervisor, with a disk that a test holds up and lets go."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from mulmok.config.load import load_site
from mulmok.model.message import SourceState, SourceStatus
from mulmok.model.status import Status
from mulmok.run.clock import SystemClock
from mulmok.run.engine import Engine
from mulmok.run.live import live
from mulmok.run.sources import build_sources
from mulmok.run.supervise import Supervised, Supervisor
from mulmok.source.port import Arrival

WORKS = """
[works]
id = "test"
name = { ko = "시험", en = "Test" }
zone = "Asia/Seoul"
"""
PATIENCE_S = 60


async def until(holds: Callable[[], object], what: str = "") -> None:
    """Wait for a condition."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not holds():  # noqa: ASYNC110 - seen from outside, like a watchdog
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"did not come about: {what or holds}") from None


@dataclass
class Watched:
    """What a supervised source has brought and said.

    rows     (channel, at, value, status) of what is on disk; None for a value that is missing
    batches  how many rows came with each delivery
    """

    source: Supervised
    names: list[str]
    rows: list[tuple[str, int, float | None, Status]] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    said: list[SourceStatus] = field(default_factory=list)
    disk: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: int = 0

    async def submit(self, arrival: Arrival, _: str) -> None:
        self.waiting += 1
        await self.disk.wait()
        self.waiting -= 1
        self.batches.append(len(arrival))
        columns = (arrival.channel, arrival.at, arrival.value, arrival.status)
        for index, at, value, status in zip(*(one.tolist() for one in columns), strict=True):
            shown = None if math.isnan(value) else round(value, 9)
            self.rows.append((self.names[index], at, shown, Status(status)))

    async def report(self, status: SourceStatus) -> None:
        self.said.append(status)

    @property
    def state(self) -> SourceState | None:
        return self.said[-1].state if self.said else None

    @property
    def trouble(self) -> str:
        return str(self.source.source.trouble or "")  # type: ignore[attr-defined]

    @property
    def faults(self) -> str:
        return " / ".join(one.detail for one in self.said if one.state is SourceState.FAILING)

    def values(self, channel: str) -> list[float | None]:
        return [value for name, _, value, _ in self.rows if name == channel]

    def of(self, channel: str) -> list[tuple[float | None, Status]]:
        return [(value, status) for name, _, value, status in self.rows if name == channel]


@asynccontextmanager
async def watching(folder: Path, site: str) -> AsyncIterator[Watched]:
    """Run the one source of a site file under its supervisor."""
    (folder / "site.toml").write_text(WORKS + site, encoding="utf-8")
    (folder / "data").mkdir(exist_ok=True)
    loaded, clock = load_site(folder / "site.toml"), SystemClock()
    [source] = build_sources(loaded, folder / "data", clock)
    watched = Watched(source, [channel.id for channel in loaded.channels])
    watched.disk.set()
    running = asyncio.create_task(Supervisor(clock, watched.submit, watched.report).watch(source))
    try:
        yield watched
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def run_works(folder: Path, site: str, *steps: Callable[[Engine], object]) -> None:
    """Run a whole works on a site file; each step is a wish that must come true before the next."""
    (folder / "site.toml").write_text(WORKS + site, encoding="utf-8")
    engine = Engine.open(load_site(folder / "site.toml"), folder / "data", SystemClock())

    async def serve() -> None:
        for step in steps:
            await until(lambda step=step: step(engine), str(step))

    try:
        asyncio.run(live(engine, serve))
    finally:
        engine.close()

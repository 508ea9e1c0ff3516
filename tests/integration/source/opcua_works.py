"""A works that hangs on an OPC UA server, under the real supervisor; a test sees what reaches the disk."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from mulmok.config.load import load_site
from mulmok.model.message import SourceState, SourceStatus
from mulmok.model.status import Status
from mulmok.run.clock import SystemClock
from mulmok.run.sources import build_sources
from mulmok.run.supervise import Supervised, Supervisor
from mulmok.source.port import Arrival

SITE = """
[works]
id = "plc"
name = {{ ko = "곳", en = "Place" }}
zone = "Asia/Seoul"

[[source]]
id = "plc"
driver = "opcua"
url = "opc.tcp://127.0.0.1:{port}"
{more}
"""
CHANNEL = """
[[channel]]
id = "{id}"
quantity = "{quantity}"
every = "{every}"
[channel.source]
id = "plc"
node = "{node}"
{own}
"""
#: Intervals of tests, so that they take no minute.
FAST = 'interval = "0.1 s"\ntimeout = "2 s"\nwatchdog = "3 s"'


def channel(id_: str, node: str, own: str = "", every: str = "0.5 s") -> str:
    return CHANNEL.format(
        id=id_, quantity=id_.rpartition(".")[2].partition("-")[0], every=every, node=node, own=own
    )


def site_text(port: int, *channels: str, more: str = FAST) -> str:
    return SITE.format(port=port, more=more) + "".join(channels)


@dataclass
class Works:
    """What a supervised source has brought and said."""

    one: Supervised
    names: tuple[str, ...]
    rows: list[tuple[str, int, float, Status]] = field(default_factory=list)
    said: list[SourceStatus] = field(default_factory=list)

    @classmethod
    def of(cls, folder: Path, text: str) -> Works:
        path = folder / "site.toml"
        path.write_text(text, encoding="utf-8")
        site = load_site(path)
        (one,) = build_sources(site, folder, SystemClock())
        return cls(one, tuple(each.id for each in site.channels))

    async def submit(self, arrival: Arrival, _source: str) -> None:
        for index, at, value, status in zip(
            arrival.channel.tolist(),
            arrival.at.tolist(),
            arrival.value.tolist(),
            arrival.status.tolist(),
            strict=True,
        ):
            self.rows.append((self.names[index], at, value, Status(status)))

    async def report(self, status: SourceStatus) -> None:
        self.said.append(status)

    def of_channel(self, name: str) -> list[tuple[int, float, Status]]:
        return [row[1:] for row in self.rows if row[0] == name]

    def values(self, name: str) -> list[float]:
        return [value for _, value, _ in self.of_channel(name) if not math.isnan(value)]

    def last(self, name: str) -> tuple[float, Status] | None:
        """Newest reading by its own time."""
        found = self.of_channel(name)
        return max(found, key=lambda row: row[0])[1:] if found else None

    @property
    def state(self) -> SourceState | None:
        return self.said[-1].state if self.said else None

    @property
    def trouble(self) -> str:
        return str(self.one.source.trouble)

    def failed_with(self, words: str) -> bool:
        return any(words in status.detail for status in self.said)

    async def run(self, play: Callable[[], object]) -> None:
        """Watch the source while `play` acts and looks."""
        supervisor = Supervisor(SystemClock(), self.submit, self.report)
        task = asyncio.create_task(supervisor.watch(self.one))
        try:
            await play()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def until(holds: Callable[[], object], what: object = None, seconds: float = 40) -> None:
    """Wait until something holds."""
    try:
        async with asyncio.timeout(seconds):
            while not holds():  # noqa: ASYNC110 - seen from outside
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(what() if callable(what) else what) from None

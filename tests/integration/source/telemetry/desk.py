"""A source as the works runs it: supervised, on a clock that hurries, its readings kept in a list."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Self

from unit.source.telemetry.making import START, Own, make_setup

from mulmok.model.message import SourceState, SourceStatus
from mulmok.model.status import Status
from mulmok.model.time import MINUTE, SECOND
from mulmok.run.clock import ScaledClock
from mulmok.run.supervise import Supervised, Supervisor
from mulmok.source.port import Arrival

#: A minute of the works in a fifth of a second.
RATE = 300
#: How long a condition may take to come [s]; nothing waits so long that goes well.
PATIENCE_S = 30.0
TIMEOUT = SECOND // 4

EACH = {"pump3.flow": {"item": "FVOLUD"}, "pump3.ec": {"item": "CONRAD"}}


async def listens(place: str) -> None:
    """Wait until somebody listens at a place."""
    host, _, port = place.partition(":")
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                _, writer = await asyncio.open_connection(host, int(port))
            except OSError:
                await asyncio.sleep(0.01)
            else:
                writer.close()
                await writer.wait_closed()
                return


def hurried() -> ScaledClock:
    return ScaledClock(START, RATE)


class Shown:
    """Instruments whose numbers tell the channel and the minute."""

    def __init__(self) -> None:
        self.status: dict[int, Status] = {}
        self.more = 0.0

    def show(self, index: int, at: int) -> tuple[float, Status]:
        value = 100.0 * (index + 1) + at // MINUTE % 60 + self.more
        return value, self.status.get(index, Status.NORMAL)


@dataclass(frozen=True)
class Row:
    channel: str
    at: int
    value: float
    status: Status

    @property
    def good(self) -> bool:
        return self.status is Status.NORMAL and not math.isnan(self.value)


class Desk:
    """One source of a driver; `settings` of the source, `each` of its channels."""

    def __init__(
        self,
        driver,
        settings: Own,
        each: Mapping[str, Own] | None = None,
        *,
        clock=None,
        folder: Path,
        every: int | Mapping[str, int] = MINUTE,
        zone: str = "Asia/Seoul",
    ) -> None:
        self.clock = clock or hurried()
        given = {"host": "127.0.0.1", "site": "SW0001", "timeout": TIMEOUT, **settings}
        self.setup = make_setup(
            EACH if each is None else each, given, clock=self.clock, every=every, folder=folder, zone=zone
        )  # fmt: skip
        self.driver = driver.build(self.setup)
        self.arrivals: list[Arrival] = []
        self.said: list[SourceStatus] = []

    async def __aenter__(self) -> Self:
        supervisor = Supervisor(self.clock, self._take, self._hear)
        shortest = min(channel.every for channel in self.setup.channels)
        one = Supervised("field", self.driver, shortest)
        self.tally = one.tally
        self._task = asyncio.create_task(supervisor.watch(one))
        return self

    async def __aexit__(self, *_) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await asyncio.sleep(0)  # transports close

    async def _take(self, arrival: Arrival, _name: str) -> int:
        self.arrivals.append(arrival)
        return len(self.arrivals)

    async def _hear(self, status: SourceStatus) -> None:
        self.said.append(status)

    def rows(self, channel: str | None = None) -> list[Row]:
        """All readings that came, in the order in which they did."""
        found = [
            Row(self.setup.channels[index].id, at, value, Status(status))
            for one in self.arrivals
            for index, at, value, status in zip(
                one.channel.tolist(), one.at.tolist(), one.value.tolist(), one.status.tolist(),
                strict=True,
            )
        ]  # fmt: skip
        return [row for row in found if channel in (None, row.channel)]

    def last(self, channel: str) -> Row | None:
        rows = self.rows(channel)
        return rows[-1] if rows else None

    @property
    def trouble(self) -> str:
        return str(self.driver.trouble or "")

    @property
    def states(self) -> list[SourceState]:
        return [status.state for status in self.said]

    @property
    def details(self) -> str:
        """All that was said of it, and how it failed last."""
        return "\n".join([*(status.detail for status in self.said), self.tally.fault])

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for a condition to hold."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while not condition():
            assert not self._task.done(), self._task
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError((self.rows()[-10:], self.trouble, self.said))
            await asyncio.sleep(0.01)

    async def until_failing(self, words: str) -> None:
        """Wait until it is said of the source that it fails, with these words."""
        await self.until(lambda: words in self.details and SourceState.FAILING in self.states)

    async def until_more(self, readings: int = 4) -> None:
        """Wait for so many more good readings of each channel."""
        have = {channel.id: len(self.rows(channel.id)) for channel in self.setup.channels}

        def more() -> bool:
            return all(
                sum(row.good for row in self.rows(name)[count:]) >= readings
                for name, count in have.items()
            )

        await self.until(more)

    def assert_each_once(self, channel: str, every: int = MINUTE, since: int | None = None) -> None:
        """See that each instant from the first (or `since`) on came once, in order."""
        at = [row.at for row in self.rows(channel) if since is None or row.at >= since]
        steps = [(after - before) / every for before, after in pairwise(at)]
        wrong = {place: step for place, step in enumerate(steps) if step != 1}
        assert wrong == {}, (wrong, self.said)
        assert since in (None, at[0])

"""A Modbus source as the works runs it: supervised, on a real clock, its readings kept in a list."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

from unit.source.modbus.making import Own, make_setup

from mulmok.model.message import SourceState, SourceStatus
from mulmok.model.status import Status
from mulmok.model.time import SECOND
from mulmok.run.clock import SystemClock
from mulmok.run.supervise import Supervised, Supervisor
from mulmok.source.modbus.driver import ModbusDriver
from mulmok.source.port import Arrival

TENTH = SECOND // 10
#: How long a condition may take to come [s]; nothing waits so long that goes well.
PATIENCE_S = 20.0


@dataclass(frozen=True)
class Row:
    at: int
    value: float
    status: Status

    @property
    def good(self) -> bool:
        return self.status is Status.NORMAL and not math.isnan(self.value)


class Desk:
    """One source; `settings` of the source, `each` of its channels."""

    def __init__(
        self,
        settings: Own,
        each: Mapping[str, Own],
        *,
        every: int | Mapping[str, int] = TENTH,
        clock=None,
    ) -> None:
        settings = {"timeout": 2 * TENTH, **settings}
        self.clock = clock or SystemClock()
        self.setup = make_setup(each, settings, clock=self.clock, every=every)
        self.driver = ModbusDriver.build(self.setup)
        self.arrivals: list[Arrival] = []
        self.said: list[SourceStatus] = []

    async def __aenter__(self) -> Self:
        supervisor = Supervisor(self.clock, self._take, self._hear)
        every = {index: channel.every for index, channel in self.setup.feeding()}
        one = Supervised("gateway", self.driver, min(every.values()), every)
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

    def rows(self, channel: str, since: int = 0) -> list[Row]:
        """Readings of a channel, from the arrival with that number on."""
        index = next(n for n, c in enumerate(self.setup.channels) if c.id == channel)
        return [
            Row(at, value, Status(status))
            for arrival in self.arrivals[since:]
            for member, at, value, status in zip(
                arrival.channel.tolist(),
                arrival.at.tolist(),
                arrival.value.tolist(),
                arrival.status.tolist(),
                strict=True,
            )
            if member == index
        ]

    def good(self, channel: str, since: int = 0) -> list[Row]:
        """Those of `rows` that are good: a machine that is busy misses a turn now and then."""
        return [row for row in self.rows(channel, since) if row.good]

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
        return "\n".join(status.detail for status in self.said)

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for a condition to hold."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while not condition():
            assert not self._task.done(), self._task
            if asyncio.get_running_loop().time() > deadline:
                last = {channel.id: self.last(channel.id) for channel in self.setup.channels}
                raise AssertionError((last, self.trouble, self.said))
            await asyncio.sleep(0.01)

    async def until_good(self, channel: str, value: float) -> None:
        """Wait until a channel's newest reading is good and has a value."""

        def good() -> bool:
            row = self.last(channel)
            return row is not None and row.good and math.isclose(row.value, value, rel_tol=1e-5)

        await self.until(good)

    async def until_status(self, channel: str, status: Status) -> None:
        await self.until(lambda: (row := self.last(channel)) is not None and row.status is status)

"""A supervisor whose disk may refuse, with what it handed over and what it said."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import numpy as np

from mulmok.model.errors import StoreError
from mulmok.model.message import SourceState, SourceStatus
from mulmok.model.time import SECOND
from mulmok.run.supervise import Supervised, Supervisor
from mulmok.source.port import Arrival
from mulmok_testing.clock import SettableClock

START = 1_767_571_200 * SECOND


def row(at: int, channel: int = 0, value: float = 7.0) -> Arrival:
    return Arrival(
        np.array([channel], np.int16), np.array([at], np.int64), np.array([value]),
        np.zeros(1, np.uint8),
    )  # fmt: skip


class Desk:
    """A supervisor with what it handed over and said; the disk may refuse."""

    def __init__(self):
        self.clock = SettableClock(START)
        self.kept: list[tuple[int, int, float, int]] = []
        self.said: list[SourceStatus] = []
        self.full = 0
        self.supervisor = Supervisor(self.clock, self.submit, self.report)

    async def submit(self, arrival: Arrival, _name: str) -> int:
        if self.full:
            self.full -= 1
            raise StoreError("full")
        columns = (arrival.channel, arrival.at, arrival.value, arrival.status)
        self.kept += zip(*(column.tolist() for column in columns), strict=True)
        return 1

    async def report(self, status: SourceStatus) -> None:
        self.said.append(status)

    @property
    def states(self) -> list[SourceState]:
        return [status.state for status in self.said]

    def watch(self, one: Supervised, *steps: tuple[int, Callable[[], bool]]) -> None:
        """Watch a source; each step moves the clock on and waits until something holds."""

        async def play():
            task = asyncio.create_task(self.supervisor.watch(one))
            try:
                for span, holds in steps:
                    for _ in range(20):
                        await asyncio.sleep(0)
                    self.clock.advance(span)
                    async with asyncio.timeout(20):
                        while not holds():  # noqa: ASYNC110 - seen from outside
                            await asyncio.sleep(0.001)
                    assert not task.done()
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

        asyncio.run(play())

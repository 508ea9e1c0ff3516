"""The only place that reads the clock. Everything else is handed the time."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from mulmok.model.clock import Clock
from mulmok.model.time import SECOND

__all__ = ["Clock", "ScaledClock", "SystemClock", "stopwatch"]


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        """Give the present instant [ns UTC]."""
        return time.time_ns()

    async def sleep_until(self, at: int) -> None:
        """Return when `at` [ns UTC] has come."""
        while (left := at - self.now()) > 0:
            await asyncio.sleep(min(left / SECOND, 60.0))


@dataclass(frozen=True)
class ScaledClock:
    """A clock that began at `origin` [ns UTC] and runs `rate` times as fast as the machine's."""

    origin: int
    rate: float
    _begun: int = field(default_factory=time.monotonic_ns)

    def now(self) -> int:
        """Give the present instant of the scaled time [ns UTC]."""
        return self.origin + int((time.monotonic_ns() - self._begun) * self.rate)

    async def sleep_until(self, at: int) -> None:
        """Return when the scaled time has reached `at` [ns UTC]."""
        while (left := at - self.now()) > 0:
            await asyncio.sleep(min(left / SECOND / self.rate, 60.0))


def stopwatch() -> int:
    """Give a monotonic instant [ns] for measuring how long something took."""
    return time.monotonic_ns()

"""A clock that stands still until it is told to move."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass


@dataclass
class SettableClock:
    """Event time as a test wants it [ns UTC]."""

    at: int = 0

    def now(self) -> int:
        """Give the instant it was last set to."""
        return self.at

    def advance(self, span: int) -> None:
        """Move on by `span` [ns]."""
        self.at += span

    async def sleep_until(self, at: int) -> None:
        """Return once somebody has moved the clock to `at`."""
        while self.at < at:
            await asyncio.sleep(0)

"""What time it is for a works: handed to those who live in time. The core is never handed one."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """Event time as the works lives it."""

    def now(self) -> int:
        """Give the present instant [ns UTC]."""
        ...

    async def sleep_until(self, at: int) -> None:
        """Return when `now()` has reached `at` [ns UTC]."""
        ...

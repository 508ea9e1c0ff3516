"""When a driver that asks must ask: each channel at whole multiples of its interval.

The instant of a reading that an instrument sends without a time is the instant at which it was due:
readings stand on a regular grid, and asking twice for one instant gives one reading.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress

from mulmok.model.channel import Channel
from mulmok.model.clock import Clock

#: Time after which one that waits looks whether the clock has been put back [s]. Site choice.
_LOOK_S = 5.0


class Polling:
    """The turns of one source. Those that were missed are not made up for: nobody can ask the past."""

    def __init__(
        self, clock: Clock, feeding: Iterable[tuple[int, Channel]], *, at_once: bool = False
    ) -> None:
        """Begin now; `at_once`: the first turn is everybody's and now (`Setup.trial`)."""
        self._clock = clock
        self._every = {index: channel.every for index, channel in feeding}
        self._done = clock.now()
        self._at_once = at_once

    async def turn(self) -> dict[int, int]:
        """Wait for the next turn; give the members it is the turn of, each with its instant [ns UTC]."""
        if self._at_once:
            self._at_once = False
            return dict.fromkeys(self._every, self._done)
        next_at = self._next()
        while self._clock.now() < next_at:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_S):
                    await self._clock.sleep_until(next_at)
            next_at = self._next()
        now, done = self._clock.now(), self._done
        self._done = now
        return {
            index: _latest(every, now)
            for index, every in self._every.items()
            if _latest(every, now) > done
        }

    def _next(self) -> int:
        """Instant of the next turn [ns UTC]."""
        now = self._clock.now()
        if self._done - now > min(self._every.values()):
            # Our clock was put back: who waited for it to come there again would ask nobody.
            self._done = now
        return min(_latest(every, self._done) + every for every in self._every.values())


def _latest(every: int, at: int) -> int:
    """Instant of the last turn up to `at`."""
    return at // every * every

"""Where pushed readings come in: whose they are, and when each such source was last heard.

A pushed batch names channels, not a source; the site file says whose channels they are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import numpy as np
from numpy.typing import NDArray

from mulmok.config.site import Site
from mulmok.run.supervise import Awaited

#: Driver of the sources that push over HTTP; also the name of what is pushed for nobody's channels.
PUSHED = "http"


class Doors:
    """The sources of a works that come to us by themselves."""

    def __init__(self, site: Site) -> None:
        """Take the pushing sources of a site; one that names no channels may push them all."""
        index = {channel.id: number for number, channel in enumerate(site.channels)}
        self._members = {
            spec.id: np.array([index[name] for name in spec.channels] or [*index.values()])
            for spec in site.sources
            if spec.driver == PUSHED
        }
        self._every = {
            name: min(site.channels[number].every for number in members)
            for name, members in self._members.items()
        }
        self._bells = {name: asyncio.Event() for name in self._members}
        self._last = dict.fromkeys(self._members, 0)

    def name(self, channel: NDArray[np.int16]) -> str:
        """Name under which a batch is kept: its source, or `http` where that is not one alone."""
        whose = self._whose(channel)
        return whose[0] if len(whose) == 1 else PUSHED

    def heard(self, channel: NDArray[np.int16], at: int) -> None:
        """Note that a batch came at `at` [ns UTC]; called on the event loop of the supervisor."""
        for name in self._whose(channel):
            self._last[name] = at
            self._bells[name].set()

    def awaited(self) -> list[Awaited]:
        """Give what the supervisor is to watch."""
        return [Awaited(name, self._next(name), self._every[name]) for name in self._members]

    def _whose(self, channel: NDArray[np.int16]) -> list[str]:
        return [name for name, members in self._members.items() if np.isin(channel, members).any()]

    def _next(self, name: str) -> Callable[[], Awaitable[int]]:
        async def arrived() -> int:
            await self._bells[name].wait()
            self._bells[name].clear()
            return self._last[name]

        return arrived

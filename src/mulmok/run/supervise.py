"""All resilience of all sources: restart with backoff, staleness, and no reading lost on the way.

A driver has no retry loop: it raises SourceError, or ends, and is started again here; so it is when
it fails of anything else, for one driver's fault must not cost the works its readings. What it
delivers is handed over until it is on disk, however long the disk takes to come back; only then is
the driver told, so only then does it acknowledge to the outside.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from mulmok.model.errors import SourceError, StoreError
from mulmok.model.message import SourceState, SourceStatus
from mulmok.model.text import text
from mulmok.model.time import MINUTE, SECOND
from mulmok.run.clock import Clock
from mulmok.source.port import Arrival, Source, Troubled

_log = logging.getLogger(__name__)

_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 60.0
#: Time between two looks at what a source says of itself. Site choice.
_ASK_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Supervised:
    """One source with what is expected of it."""

    name: str
    source: Source
    #: Shortest interval of its channels [ns]; silence for three of them is reported.
    every: int


@dataclass(frozen=True, slots=True)
class Awaited:
    """A source that comes to us by itself; `arrived` gives the instant at which it came next."""

    name: str
    arrived: Callable[[], Awaitable[int]]
    every: int


@dataclass
class Supervisor:
    """Runs sources until cancelled; `submit` returns when readings are on disk."""

    clock: Clock
    submit: Callable[[Arrival, str], Awaitable[object]]
    report: Callable[[SourceStatus], Awaitable[object]]

    async def watch(self, one: Supervised) -> None:
        """Keep one source running and say how it does; returns when it is exhausted."""
        heard = _Heard(self.clock.now())
        silence = asyncio.create_task(self._watch_silence(one, heard))
        trouble = asyncio.create_task(self._watch_trouble(one, heard))
        wait = _FIRST_WAIT_S
        try:
            while True:
                begun = heard.at
                try:
                    await one.source.run(lambda arrival: self._deliver(one, heard, arrival))
                    return
                except SourceError as error:
                    _log.warning("%s: %s", one.name, error)
                    await self._say(one, heard, SourceState.FAILING, str(error))
                    if not error.retry:
                        # Nobody starts it again; that it fails is said until somebody has heard.
                        await silence
                except Exception as fault:  # noqa: BLE001 - the edge of others' code
                    _log.exception("%s has failed", one.name)
                    why = f"{type(fault).__name__}: {fault}"
                    await self._say(one, heard, SourceState.FAILING, why)
                if heard.at != begun:
                    wait = _FIRST_WAIT_S
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT_S)
        finally:
            silence.cancel()
            trouble.cancel()

    async def await_arrivals(self, one: Awaited) -> None:
        """Say of a source that comes by itself when it is silent."""
        heard = _Heard(self.clock.now())
        silence = asyncio.create_task(self._watch_silence(one, heard))
        try:
            while True:
                heard.at = await one.arrived()
                await self._say(one, heard, SourceState.OK, "")
        finally:
            silence.cancel()

    async def _deliver(self, one: Supervised, heard: _Heard, arrival: Arrival) -> None:
        wait = _FIRST_WAIT_S
        while True:
            try:
                await self.submit(arrival, one.name)
                break
            except StoreError as error:
                words = text("{source} waits for the disk: {why}", source=one.name, why=error.text)
                _log.error(words)
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT_S)
        heard.at = self.clock.now()
        if not heard.troubled:
            await self._say(one, heard, SourceState.OK, "")

    async def _watch_silence(self, one: Supervised | Awaited, heard: _Heard) -> None:
        patience = max(3 * one.every, MINUTE)
        while True:
            await self.clock.sleep_until(max(heard.at + patience, self.clock.now() + SECOND))
            quiet = self.clock.now() - heard.at
            if heard.owed is not None:
                await self._say(one, heard, *heard.owed)
            elif quiet >= patience and heard.state is not SourceState.FAILING:
                await self._say(one, heard, SourceState.SILENT, f"{quiet // SECOND} s")

    async def _watch_trouble(self, one: Supervised, heard: _Heard) -> None:
        """A source with trouble fails, though it may go on delivering."""
        if not isinstance(one.source, Troubled):
            return
        while True:
            trouble = one.source.trouble
            if trouble is not None:
                heard.troubled = True
                await self._say(one, heard, SourceState.FAILING, str(trouble))
            elif heard.troubled:
                heard.troubled = False
                await self._say(one, heard, SourceState.OK, "")
            await asyncio.sleep(_ASK_EVERY_S)

    async def _say(
        self, one: Supervised | Awaited, heard: _Heard, state: SourceState, detail: str
    ) -> None:
        if heard.state is state:
            heard.owed = None
            return
        # A file's name may hold bytes that are no text, and stand in what a fault says.
        plain = detail.encode("utf-8", "backslashreplace").decode()
        try:
            await self.report(SourceStatus(self.clock.now(), one.name, state, plain))
        except StoreError:
            heard.owed = state, detail  # the store's own trouble is on /health
            return
        except Exception:  # noqa: BLE001 - whoever watches must not fall with what he reports
            _log.exception("%s is %s, and that could not be said", one.name, state)
            heard.owed = state, detail
            return
        heard.state, heard.owed = state, None


@dataclass(slots=True)
class _Heard:
    """When a source was last heard, and what was last said of it.

    state   None: nothing yet. What was said before a restart may not hold any more, so the first
            word is always said
    owed    what could not be said yet
    """

    at: int
    state: SourceState | None = None
    owed: tuple[SourceState, str] | None = None
    #: Whether the source has trouble of its own, so that a delivery does not make it well.
    troubled: bool = False

"""All resilience of all sources: restart with backoff, staleness, and no reading lost on the way.

A driver has no retry loop: it raises SourceError, or ends, and is started again here; so it is when
it fails of anything else, for one driver's fault must not cost the works its readings; and so it is
when it asks its instruments itself and gives no sign for long. What it delivers is handed over until
it is on disk, however long the disk takes to come back; only then is the driver told, so only then
does it acknowledge to the outside.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from mulmok.model.errors import SourceError, StoreError
from mulmok.model.message import SourceState, SourceStatus
from mulmok.model.text import Text, text
from mulmok.model.time import MINUTE, SECOND, format_duration, looks_like_a_zone
from mulmok.run.clock import Clock
from mulmok.run.tally import Tally
from mulmok.run.unread import Unread
from mulmok.source.port import Arrival, Source, Troubled

_log = logging.getLogger(__name__)

_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 60.0
#: Share by which a wait is shorter or longer by chance, so that fifty devices that went down with
#: one switch are not asked again in one instant.
_JITTER = 0.2
#: Time between two looks at what a source says of itself. Site choice.
_ASK_EVERY_S = 1.0
#: Silent for so many intervals, a source that asks is stuck and is started anew. Site choice.
_STUCK_AFTER = 10
#: How long one that is stuck may take to let go [s].
_LET_GO_S = 5.0
#: How far ahead of ours the clock of a source may be before that is told [ns]: beyond, its readings
#: are not judged (`judge.quality.order`).
_AHEAD = 5 * MINUTE


@dataclass(frozen=True, slots=True)
class Supervised:
    """One source with what is expected of it.

    every      shortest interval of its channels [ns]; silence for three of them is reported
    momentary  interval of each channel by its index, where what is not read in time is lost
               (`source.port.Driver`); empty for a source that sends by itself or can be asked later
    told       whether it is told of changes, and so may bring a reading a little after the next turn
    """

    name: str
    source: Source
    every: int
    momentary: dict[int, int] = field(default_factory=dict)
    told: bool = False
    tally: Tally = field(default_factory=Tally)


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
        others = [silence, asyncio.create_task(self._watch_trouble(one, heard))]
        if one.momentary:
            others.append(asyncio.create_task(self._watch_unread(one)))
        wait = _FIRST_WAIT_S
        try:
            while True:
                begun = heard.at
                one.tally.starts += 1
                try:
                    await self._run(one, heard)
                    return
                except SourceError as error:
                    _log.warning("%s: %s", one.name, error)
                    one.tally.failed(str(error), self.clock.now())
                    await self._say(one, heard, SourceState.FAILING, str(error))
                    if not error.retry:
                        # Nobody starts it again; that it fails is said until somebody has heard.
                        await silence
                except Exception as fault:  # noqa: BLE001 - the edge of others' code
                    _log.exception("%s has failed", one.name)
                    why = f"{type(fault).__name__}: {fault}"
                    one.tally.failed(why, self.clock.now())
                    await self._say(one, heard, SourceState.FAILING, why)
                if heard.at != begun:
                    wait = _FIRST_WAIT_S
                await asyncio.sleep(wait * random.uniform(1 - _JITTER, 1 + _JITTER))  # noqa: S311 - no secret
                wait = min(wait * 2, _LONGEST_WAIT_S)
        finally:
            for other in others:
                other.cancel()

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

    async def _run(self, one: Supervised, heard: _Heard) -> None:
        """Run a source once. Raises what it raises, and SourceError when it is stuck."""
        running = asyncio.create_task(
            one.source.run(lambda arrival: self._deliver(one, heard, arrival)), name=one.name
        )
        patience, begun = max(_STUCK_AFTER * one.every, MINUTE), self.clock.now()
        try:
            while not running.done():
                await asyncio.wait({running}, timeout=_ASK_EVERY_S)
                quiet = self.clock.now() - max(heard.at, begun)
                if one.momentary and not heard.waiting and not running.done() and quiet > patience:
                    running.cancel()
                    await asyncio.wait({running}, timeout=_LET_GO_S)
                    raise SourceError(
                        text("no answer and no fault for {span}", span=format_duration(patience))
                    )
        finally:
            if not running.done():
                running.cancel()
                # A library may take a cancellation for its own: it is not waited for without end.
                await asyncio.wait({running}, timeout=_LET_GO_S)
        running.result()

    async def _deliver(self, one: Supervised, heard: _Heard, arrival: Arrival) -> None:
        if not len(arrival):
            return
        await self._hand_over(one, heard, arrival)
        heard.at = self.clock.now()
        one.tally.delivered(arrival, heard.at)
        ahead = int(arrival.at.min()) - heard.at
        if ahead > _AHEAD:
            await self._say(one, heard, SourceState.FAILING, str(_ahead(ahead)))
        elif not heard.troubled:
            await self._say(one, heard, SourceState.OK, "")

    async def _hand_over(self, one: Supervised, heard: _Heard, arrival: Arrival) -> None:
        wait = _FIRST_WAIT_S
        heard.waiting = True
        try:
            while True:
                try:
                    await self.submit(arrival, one.name)
                    return
                except StoreError as error:
                    words = text(
                        "{source} waits for the disk: {why}", source=one.name, why=error.text
                    )
                    _log.error(words)
                    await asyncio.sleep(wait)
                    wait = min(wait * 2, _LONGEST_WAIT_S)
        finally:
            heard.waiting = False

    async def _watch_unread(self, one: Supervised) -> None:
        """Say of what was not read in its time that it could not be."""
        unread = Unread(self.clock, one.momentary, told=one.told)
        while True:
            arrival = await unread.turn(one.tally)
            if arrival is None:
                continue
            try:
                await self.submit(arrival, one.name)
            except StoreError:
                # Said by the store; a reading that is not there is not lost by this.
                await asyncio.sleep(_ASK_EVERY_S)
                continue
            for index, at in zip(arrival.channel.tolist(), arrival.at.tolist(), strict=True):
                unread.said(index, at)

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
                if not heard.troubled:
                    one.tally.failed(str(trouble), self.clock.now())
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


def _ahead(span: int) -> Text:
    if looks_like_a_zone(span):
        return text(
            "its clock is {span} ahead of ours: are its times local? Its readings are kept and not "
            "judged",
            span=format_duration(round(span / MINUTE) * MINUTE),
        )
    return text(
        "its clock is {span} ahead of ours: its readings are kept and not judged",
        span=format_duration(span // SECOND * SECOND),
    )


@dataclass(slots=True)
class _Heard:
    """When a source was last heard, and what was last said of it.

    state   None: nothing yet. What was said before a restart may not hold any more, so the first
            word is always said
    owed    what could not be said yet
    waiting  whether what it delivered waits for the disk: then it is not it that is stuck
    """

    at: int
    state: SourceState | None = None
    owed: tuple[SourceState, str] | None = None
    #: Whether the source has trouble of its own, so that a delivery does not make it well.
    troubled: bool = False
    waiting: bool = False

"""A connection to a broker, as a driver uses it: take messages, acknowledge them, publish."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

from mulmok.model.clock import Clock
from mulmok.model.errors import SourceError
from mulmok.model.text import Text, text
from mulmok.source.broker.client import Visit, Word
from mulmok.source.broker.network import Network
from mulmok.source.broker.waiting import Message, Waiting

#: How long a broker may take to let us in and to answer what we ask for [s]. Site choice.
_PATIENCE_S = 20.0
#: How long leaving may take [s]. Site choice.
_LEAVE_S = 3.0
#: Time without a message after which `take` comes back empty-handed [s].
_TAKE_S = 10.0


class Line:
    """The connection of one visit; `visiting` opens and closes it."""

    def __init__(self, visit: Visit, clock: Clock) -> None:
        self._visit = visit
        self._loop = asyncio.get_running_loop()
        self._waiting = Waiting()
        self._opened, self._ended = asyncio.Event(), asyncio.Event()
        self._over: Text | None = None
        self._network = Network(
            visit,
            clock,
            self._waiting,
            lambda: self._soon(self._opened.set),
            lambda why: self._soon(lambda: self._end(why)),
        )
        self._waiting.reopened = self._network.wake

    @property
    def refused(self) -> dict[str, str]:
        """Filters the broker does not let us have, and why."""
        return self._network.refused.copy()

    @property
    def lost(self) -> int:
        """How many messages of QoS 0 found no room so far."""
        return self._waiting.lost

    async def take(self, within_s: float = _TAKE_S) -> list[Message]:
        """Give what has come; empty when nothing did in that time. Raises SourceError."""
        batch = await self._waiting.take(within_s)
        if not batch and self._waiting.closed:
            await self._ended.wait()
            raise SourceError(self._over or self._silent())
        return batch

    def acknowledge(self, batch: Iterable[Message]) -> None:
        """Tell the broker, in order, that messages are safe here."""
        for message in batch:
            if message.qos:
                self._network.client.ack(message.mid, message.qos)
        self._network.wake()

    def publish(self, word: Word) -> None:
        """Have something published."""
        self._network.client.publish(word.topic, word.payload, word.qos, word.retained)
        self._network.wake()

    def ask_again(self) -> None:
        """Ask once more for what was refused: somebody may have given us the right to it."""
        self._network.ask(self.refused)

    async def open(self) -> None:
        """Come in and ask for what is wanted. Raises SourceError."""
        self._network.thread.start()
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await self._opened.wait()
        except TimeoutError:
            raise SourceError(self._silent()) from None
        if self._over is not None:
            raise SourceError(self._over)

    async def close(self) -> None:
        """Leave. What was given to be sent is sent first, if that does not take long."""
        self._network.leave()
        if self._network.thread.is_alive():
            # It may hang on a name that nobody resolves; then it ends by itself.
            await asyncio.to_thread(self._network.thread.join, _LEAVE_S)
        self._network.close()

    def _end(self, why: Text) -> None:
        self._over = why
        self._ended.set()
        self._opened.set()

    def _soon(self, call: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is gone, and nobody waits
            self._loop.call_soon_threadsafe(call)

    def _silent(self) -> Text:
        return text(
            "{place} takes the connection and does not answer as a broker does",
            place=self._visit.login.place,
        )


@asynccontextmanager
async def visiting(visit: Visit, clock: Clock) -> AsyncIterator[Line]:
    """Come in at a broker, and leave it at the end. Raises SourceError."""
    line = Line(visit, clock)
    try:
        await line.open()
        yield line
    finally:
        await line.close()

"""What has just been committed, told to everyone who listens, slow listeners never waited for."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field

from mulmok.model.judgement import Judgement

#: Judgements kept for one slow listener; older ones are dropped, newer ones say more.
_ROOM = 256


@dataclass(eq=False)
class Subscription:
    """One listener's bounded queue, read from its own event loop."""

    loop: asyncio.AbstractEventLoop
    queue: asyncio.Queue[Judgement] = field(default_factory=lambda: asyncio.Queue(_ROOM))

    async def next(self) -> Judgement:
        """Wait for the next judgement."""
        return await self.queue.get()

    def offer(self, said: Judgement) -> None:
        """Take a judgement in; called on the listener's loop."""
        if self.queue.full():
            self.queue.get_nowait()
        self.queue.put_nowait(said)


@dataclass
class Broadcast:
    """The listeners. `publish` may be called from any thread."""

    _listeners: set[Subscription] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def subscribe(self) -> Subscription:
        """Begin to listen, on the running event loop."""
        listener = Subscription(asyncio.get_running_loop())
        with self._lock:
            self._listeners.add(listener)
        return listener

    def unsubscribe(self, listener: Subscription) -> None:
        """Stop listening."""
        with self._lock:
            self._listeners.discard(listener)

    def publish(self, said: Judgement) -> None:
        """Tell everyone."""
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            try:
                listener.loop.call_soon_threadsafe(listener.offer, said)
            except RuntimeError:  # its loop is closed: it has gone without saying so
                self.unsubscribe(listener)

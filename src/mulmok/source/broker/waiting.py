"""Messages on their way from the network's thread to the event loop: never more than has room.

What comes once (QoS 0) and finds no room is lost, and counted. What the broker sends again when nobody
said that it has arrived (QoS 1) is always taken: when there is twice as much as there should be,
`open` says no, and nothing more is read from the network. A broker that keeps to what it was told
(MQTT 5) never sends as much.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

#: Messages and bytes that may wait. Site choice: a minute of a busy works.
MOST, MOST_BYTES = 4_000, 8_000_000
#: Messages and bytes taken at a time: decoding them holds up nobody for long. Site choice.
BATCH, BATCH_BYTES = 250, 1_000_000


@dataclass(frozen=True, slots=True)
class Message:
    """What was published.

    came_at   our clock when it came [ns UTC]
    qos, mid  quality of service it came with, and its number for the acknowledgement
    retained  it had been published before we asked: the broker keeps the last of the topic
    large     its size [bytes], of a message that is too large: only its beginning is here; else 0
    """

    topic: str
    payload: bytes
    came_at: int
    qos: int = 0
    mid: int = 0
    retained: bool = False
    large: int = 0


class Waiting:
    """A queue between one thread that puts and one event loop that takes."""

    def __init__(self, most: int = MOST, most_bytes: int = MOST_BYTES) -> None:
        """Make it on the event loop that will take."""
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()
        self._most, self._most_bytes = most, most_bytes
        self._lock = threading.Lock()
        self._messages: deque[Message] = deque()
        self._bytes = 0
        self._closed = False
        self._sleeping = False
        #: Messages that found no room, since the beginning.
        self.lost = 0
        #: Called from the event loop when it is open again.
        self.reopened: Callable[[], None] = lambda: None

    @property
    def open(self) -> bool:
        """Whether more should be read from the network."""
        return len(self._messages) < 2 * self._most and self._bytes < 2 * self._most_bytes

    @property
    def _room(self) -> bool:
        return len(self._messages) < self._most and self._bytes < self._most_bytes

    def put(self, message: Message) -> None:
        """Add a message; from the network's thread."""
        with self._lock:
            if message.qos == 0 and not self._room:
                self.lost += 1
                return
            self._messages.append(message)
            self._bytes += len(message.payload)
            wake, self._sleeping = self._sleeping, False
        if wake:
            self._wake()

    def close(self) -> None:
        """Say that nothing more will come; from any thread."""
        with self._lock:
            self._closed = True
        self._wake()

    async def take(self, within_s: float) -> list[Message]:
        """Give what waits, of that as much as is taken at a time.

        Empty: nothing came within that time, or nothing more will come (`closed`).
        """
        while True:
            with self._lock:
                full = not self.open
                batch = self._first()
                self._sleeping = not batch
                over = self._closed
            if batch and full and self.open:
                self.reopened()
            if batch or over:
                return batch
            self._woken.clear()
            if not self._messages and not self._closed:
                try:
                    async with asyncio.timeout(within_s):
                        await self._woken.wait()
                except TimeoutError:
                    return []

    @property
    def closed(self) -> bool:
        """Whether nothing waits and nothing more will come."""
        return self._closed and not self._messages

    def _first(self) -> list[Message]:
        batch: list[Message] = []
        taken = 0
        while self._messages and len(batch) < BATCH and taken < BATCH_BYTES:
            message = self._messages.popleft()
            taken += len(message.payload)
            batch.append(message)
        self._bytes -= taken
        return batch

    def _wake(self) -> None:
        try:
            self._loop.call_soon_threadsafe(self._woken.set)
        except RuntimeError:
            return  # the loop is gone, and nobody waits any more

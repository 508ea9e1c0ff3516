"""A network connection on which two sides take turns: what is said, and what is waited for.

It is opened when something is to be said, so a peer that hangs up between two turns does no harm.
Nothing is retried here, and nothing is waited for without end.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable
from typing import TypeVar

from mulmok.model.errors import SourceError
from mulmok.model.text import Text, text

T = TypeVar("T")

#: Gives what the bytes begin with and how long that is; None: more is needed.
Take = Callable[[bytes], tuple[T | None, int]]

#: Share of the patience after which a line that sends nothing is quiet, and the most of it [s].
_QUIET, _QUIET_S = 0.1, 0.2
#: A frame may trickle in for so many times the patience with a silence.
_TRICKLE = 6
_CHUNK = 4096
#: Bytes without a frame in them before it is said that there is none [bytes].
_MOST = 65_536


class SilenceError(SourceError):
    """The other side does not say what it should."""


class Conversation:
    """One connection.

    patience_s  longest silence that is waited through [s]
    """

    def __init__(self, host: str, port: int, patience_s: float) -> None:
        self.place = f"{host}:{port}"
        self._address, self._patience = (host, port), patience_s
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._heard = bytearray()

    async def ready(self) -> None:
        """Open the connection if there is none, or none any more. Raises SourceError."""
        if self._streams is not None:
            reader, writer = self._streams
            if not reader.at_eof() and not writer.is_closing():
                return
            await self.close()
        try:
            async with asyncio.timeout(self._patience):
                self._streams = await asyncio.open_connection(*self._address)
        except TimeoutError:
            raise SilenceError(
                text(
                    "{place} cannot be reached: no answer within {seconds:g} s",
                    place=self.place,
                    seconds=self._patience,
                )
            ) from None
        except (OSError, ValueError, OverflowError) as fault:
            # Names that cannot be written, and ports that are none, are no OSError.
            raise SourceError(
                text("{place} cannot be reached: {why}", place=self.place, why=_why(fault))
            ) from fault

    async def close(self) -> None:
        """Hang up."""
        streams, self._streams = self._streams, None
        self._heard.clear()
        if streams is None:
            return
        streams[1].close()
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(self._patience):
                await streams[1].wait_closed()

    def drop(self) -> None:
        """Hang up at once: what comes now belongs to nothing that is asked later."""
        if self._streams is not None:
            self._streams[1].transport.abort()

    async def say(self, data: bytes) -> None:
        """Send. Raises SourceError."""
        _, writer = self._open()
        try:
            writer.write(data)
            async with asyncio.timeout(self._patience):
                await writer.drain()
        except TimeoutError:
            raise SilenceError(
                text("{place} takes nothing more of what is sent", place=self.place)
            ) from None
        except OSError as fault:
            raise self._gone() from fault

    async def hear(self, take: Take[T], what: Text) -> T:
        """Wait for what `take` finds; `what` says what that is.

        Raises SourceError, and what `take` raises.
        """
        reader, _ = self._open()
        deadline = asyncio.get_running_loop().time() + _TRICKLE * self._patience
        while True:
            found, size = take(bytes(self._heard))
            if found is not None:
                del self._heard[:size]
                return found
            left = deadline - asyncio.get_running_loop().time()
            try:
                async with asyncio.timeout(min(self._patience, max(left, 0))):
                    heard = await reader.read(_CHUNK)
            except TimeoutError:
                raise self._silent(what) from None
            except OSError as fault:
                raise self._gone() from fault
            if not heard:
                raise self._gone()
            self._heard += heard
            if len(self._heard) > _MOST:
                raise SourceError(
                    text("{place} sends bytes without end and no frame", place=self.place)
                )

    async def settle(self) -> None:
        """Let pass by what still comes, for a while. Raises SourceError."""
        reader, _ = self._open()
        self._heard.clear()
        quiet = min(_QUIET * self._patience, _QUIET_S)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._patience):
                while True:
                    try:
                        async with asyncio.timeout(quiet):
                            heard = await reader.read(_CHUNK)
                    except TimeoutError:
                        return
                    except OSError as fault:
                        raise self._gone() from fault
                    if not heard:
                        raise self._gone()

    def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is None:
            raise SourceError(text("{place} is not connected", place=self.place))
        return self._streams

    def _gone(self) -> SourceError:
        return SourceError(text("{place} has hung up", place=self.place))

    def _silent(self, what: Text) -> SilenceError:
        if self._heard:
            return SilenceError(
                text(
                    "{place}: {what} stopped after {count} bytes",
                    place=self.place,
                    what=what,
                    count=len(self._heard),
                )
            )
        return SilenceError(
            text(
                "{place}: no {what} within {seconds:g} s",
                place=self.place,
                what=what,
                seconds=self._patience,
            )
        )


def _why(fault: Exception) -> str:
    """Say in the system's words why a connection failed; asyncio's own repeat the address instead."""
    if isinstance(fault, OSError) and not isinstance(fault, socket.gaierror) and fault.errno:
        return os.strerror(fault.errno)
    return getattr(fault, "strerror", None) or str(fault)

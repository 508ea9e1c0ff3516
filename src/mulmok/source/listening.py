"""A simulated device that listens on the network, for the peers of drivers that call it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

from mulmok.model.errors import SourceError
from mulmok.model.text import text

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def listening(host: str, port: int, talk: Talk) -> AsyncIterator[None]:
    """Have everyone who calls talked to, until the end of the block. Raises SourceError."""
    talks: set[asyncio.Task[None]] = set()

    async def talked_to(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(OSError, EOFError):
                await talk(reader, writer)
        finally:
            writer.close()

    def called(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(talked_to(reader, writer))
        talks.add(task)
        task.add_done_callback(talks.discard)

    try:
        server = await asyncio.start_server(called, host, port)
    except OSError as fault:
        raise SourceError(
            text(
                "{place} cannot be served: {why}",
                place=f"{host}:{port}",
                why=fault.strerror or str(fault),
            )
        ) from fault
    try:
        yield
    finally:
        server.close()
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await server.wait_closed()

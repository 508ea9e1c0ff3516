"""The live stream: server-sent events, one frame a second, ended by the server's own stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from starlette.responses import StreamingResponse

from mulmok.web.watch import Viewer, Watch

#: Without a frame for so long a comment is sent, so that both ends know the line is alive [s].
HEARTBEAT = 10.0
#: So many pages may listen at once. Site choice.
MOST = 1_000
#: Whether the visitor may still look is asked again after so many frames.
_ASK_AGAIN = 30


def stream(
    watch: Watch, stop: asyncio.Event, may_look: Callable[[], Awaitable[bool]]
) -> StreamingResponse:
    """Answer with the stream of frames; it ends when `stop` is set or the visitor may not look."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        _frames(watch, stop, may_look), media_type="text/event-stream", headers=headers
    )


async def _frames(
    watch: Watch, stop: asyncio.Event, may_look: Callable[[], Awaitable[bool]]
) -> AsyncIterator[bytes]:
    viewer = Viewer()
    watch.viewers.add(viewer)
    count = 0
    try:
        # A page that comes back asks with Last-Event-ID; every frame is the whole picture, so the
        # present one is all it has missed.
        yield b"retry: 2000\n\n" + _event(watch.frame)
        while not stop.is_set():
            try:
                frame = await asyncio.wait_for(viewer.queue.get(), HEARTBEAT)
            except TimeoutError:
                yield b": alive\n\n"
            else:
                yield _event(frame)
            count += 1
            if count % _ASK_AGAIN == 0 and not await may_look():
                yield b"event: over\ndata: {}\n\n"
                return
    finally:
        watch.viewers.discard(viewer)


def _event(frame: bytes) -> bytes:
    return b"data: " + frame + b"\n\n" if frame else b""

"""The watch: looks at the works about once a second and tells every page that listens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from mulmok.model.errors import StoreError
from mulmok.model.time import SECOND
from mulmok.web.board import Board, draw_day, look, look_again
from mulmok.web.frame import frame_of
from mulmok.web.port import Engine, Listener
from mulmok.web.reading import ask

_log = logging.getLogger(__name__)

#: Pages are told so often [s]; sooner when an alarm or event has changed, but not more often than
#: every `_BREATH` [s].
_EVERY, _BREATH = 1.0, 0.2
#: The day's pictures are drawn anew so often [ns of the machine's clock].
_DRAW_EVERY = 20 * SECOND
#: Frames kept for a slow page; each is the whole picture, so only the newest matter.
_ROOM = 2


@dataclass(eq=False)
class Viewer:
    """One page that listens."""

    queue: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(_ROOM))

    def offer(self, frame: bytes) -> None:
        """Take a frame in; the oldest goes when there is no room."""
        if self.queue.full():
            self.queue.get_nowait()
        self.queue.put_nowait(frame)


@dataclass
class Watch:
    """Keeps the board and its frame."""

    engine: Engine
    machine_now: Callable[[], int]
    board: Board | None = None
    viewers: set[Viewer] = field(default_factory=set)
    _frame: bytes = b""
    _drawn_at: int = 0
    #: One look at a time: what was seen first is not shown last.
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def current(self) -> Board:
        """Give the board, looking first when nobody has yet, or not for long. Raises StoreError."""
        if self.board is None or self._is_due():
            return await self.look(drawn=True)
        return self.board

    async def run(self, stop: asyncio.Event) -> None:
        """Look until `stop`."""
        news = self.engine.subscribe()
        try:
            while not stop.is_set():
                await self._look_or_age()
                if self.viewers:
                    self._tell(self.frame)
                await _until_due(news, stop)
        finally:
            self._tell(b"")

    def _tell(self, frame: bytes) -> None:
        """Hand a frame to every page; an empty one only wakes it, so that it sees the stop."""
        for viewer in self.viewers:
            viewer.offer(frame)

    async def _look_or_age(self) -> None:
        try:
            await self.look()
        except StoreError as error:
            # /health tells it too; the pages show it and go on ageing.
            _log.warning("%s", error)
            if self.board is not None:
                self._show(look_again(self.engine, self.board))

    async def look(self, *, drawn: bool = False) -> Board:
        """Look at the works now; `drawn`: somebody wants to see the day. Raises StoreError."""
        async with self._looking:
            return await self._look(drawn=drawn)

    def _is_due(self) -> bool:
        return self.machine_now() - self._drawn_at >= _DRAW_EVERY

    async def _look(self, *, drawn: bool) -> Board:
        engine, before = self.engine, self.board
        board = await ask(engine, lambda query: look(engine, query, before))
        # Nobody draws for an empty room.
        if (self._is_due() and (drawn or self.viewers)) or not board.day:
            self._drawn_at = self.machine_now()
            day = await ask(engine, lambda query: draw_day(engine.site, query, board.status.now))
            board = replace(board, day=day, drawn=board.drawn + 1)
        self._show(board)
        return board

    def _show(self, board: Board) -> None:
        self.board, self._frame = board, b""

    @property
    def frame(self) -> bytes:
        """The board as pages hear it, made when somebody listens; empty before the first look."""
        if not self._frame and self.board is not None:
            self._frame = frame_of(self.engine.site, self.board)
        return self._frame


async def _until_due(news: Listener, stop: asyncio.Event) -> None:
    """Wait a second, or less when something an operator acts on has changed."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_EVERY):
            await asyncio.sleep(_BREATH)
            while not stop.is_set():
                said = await news.next()
                if said.transitions or said.events:
                    return

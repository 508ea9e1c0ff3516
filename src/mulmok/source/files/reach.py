"""What may hang for ever, asked beside the event loop: a network drive whose server is gone.

The kernel gives nobody back who waits for such a drive, so the waiting is left to a thread that may
never end, and a second one is not begun before it has.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from mulmok.model.errors import SourceError
from mulmok.model.text import text
from mulmok.source.files.folder import Look

T = TypeVar("T")

#: How long a folder or a file may take to answer [s]. Site choice.
PATIENCE_S = 60.0
#: Largest file that is taken from a folder [bytes]: it is held in memory some ten times over. Site
#: choice: a hundred channels each minute for two months.
LARGEST = 64 * 1024 * 1024


class TooLargeError(Exception):
    """A file is larger than what is taken; `size` [bytes]."""

    def __init__(self, size: int) -> None:
        self.size = size
        super().__init__(size)


class _Answer(Generic[T]):
    """What a thread has brought, or will."""

    def __init__(self, act: Callable[[], T]) -> None:
        self._act = act
        self._heard: Callable[[], object] = lambda: None
        self.value: T | None = None
        self.fault: BaseException | None = None
        self.thread = threading.Thread(target=self._run, name="mulmok-files", daemon=True)

    def begin(self, heard: Callable[[], object]) -> None:
        self._heard = heard
        self.thread.start()

    def _run(self) -> None:
        try:
            self.value = self._act()
        except BaseException as fault:  # noqa: BLE001 - whoever asked gets it
            self.fault = fault
        self._heard()


class Reach:
    """Asks one thing after the other, each within `patience_s`."""

    def __init__(self, place: str, patience_s: float = PATIENCE_S) -> None:
        self._place, self._patience = place, patience_s
        self._asked: threading.Thread | None = None

    async def ask(self, act: Callable[[], T]) -> T:
        """Give what `act` gives, or raise what it raises. Raises SourceError when it hangs."""
        if self._asked is not None and self._asked.is_alive():
            raise self._hangs()
        loop, done = asyncio.get_running_loop(), asyncio.Event()

        def heard() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(done.set)

        answer = _Answer(act)
        self._asked = answer.thread
        answer.begin(heard)
        try:
            async with asyncio.timeout(self._patience):
                await done.wait()
        except TimeoutError:
            raise self._hangs() from None
        answer.thread.join()
        if answer.fault is not None:
            raise answer.fault
        return answer.value  # type: ignore[return-value]

    def _hangs(self) -> SourceError:
        return SourceError(
            text(
                "{folder} has not answered for {patience:g} s: is the network drive there?",
                folder=self._place,
                patience=self._patience,
            )
        )


def read_whole(path: Path) -> tuple[bytes, Look]:
    """Give what a file holds, and how it looked when that was read.

    Raises TooLargeError, and OSError when it cannot be read.
    """
    # Opening something that is no file after all must not wait for whoever writes into it.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        size = os.fstat(handle).st_size
        if size > LARGEST:
            raise TooLargeError(size)
        data = file.read(LARGEST + 1)
        state = os.fstat(handle)
    if len(data) > LARGEST:
        raise TooLargeError(state.st_size)
    return data, (state.st_size, state.st_mtime_ns)

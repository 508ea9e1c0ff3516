"""A serial line without a cable, for a desk: two pseudo-terminals, each sending what the other got."""

from __future__ import annotations

import asyncio
import os
import pty
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mulmok.model.errors import SourceError
from mulmok.model.text import text

_MOST = 4096


@contextmanager
def desk_line(device: Path) -> Iterator[str]:
    """Make a line whose one end is found at `device`; give the path of the other end.

    Raises SourceError when `device` cannot be made.
    """
    near, near_end = pty.openpty()
    far, far_end = pty.openpty()
    loop = asyncio.get_running_loop()
    try:
        for end in (near_end, far_end):
            tty.setraw(end)
        for terminal in (near, far):
            os.set_blocking(terminal, False)
        _link(device, os.ttyname(far_end))
        loop.add_reader(near, _pass_on, near, far)
        loop.add_reader(far, _pass_on, far, near)
        yield os.ttyname(near_end)
    finally:
        for terminal in (near, far):
            loop.remove_reader(terminal)
        for descriptor in (near, near_end, far, far_end):
            os.close(descriptor)
        with suppress(OSError):
            if device.is_symlink():
                device.unlink()


def _link(device: Path, end: str) -> None:
    try:
        if device.is_symlink():
            device.unlink()  # of one that was killed
        device.symlink_to(end)
    except OSError as fault:
        raise SourceError(
            text(
                "{place} cannot be served: {why}",
                place=str(device),
                why=fault.strerror or str(fault),
            )
        ) from fault


def _pass_on(source: int, target: int) -> None:
    # Bytes that nobody takes are lost, as they are on a line.
    with suppress(OSError):
        os.write(target, os.read(source, _MOST))

"""One mulmok per data folder. The operating system drops the lock when the process dies."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

from mulmok.model.errors import StoreError
from mulmok.model.text import text

if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def locked(folder: Path) -> IO[bytes]:
    """Make the folder where it is missing and take its lock; closing the file gives it back.

    Raises StoreError when the folder cannot be written, or another mulmok has it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "mulmok.lock").open("ab")
    except OSError as error:
        raise StoreError(
            text(
                "{folder}: cannot write here ({why}); give a folder mulmok may write to",
                folder=str(folder),
                why=error.strerror or str(error),
            )
        ) from error
    try:
        _take(file)
    except OSError as error:
        file.close()
        raise StoreError(
            text(
                "{folder} is in use by another mulmok; stop that one, or give another folder",
                folder=str(folder),
            )
        ) from error
    return file

"""What SQLite complains of, in words an operator can act on."""

from __future__ import annotations

import sqlite3
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from mulmok.model.errors import DamagedError, StoreError
from mulmok.model.text import Text, text

#: The low byte of SQLite's result codes is the kind of trouble.
_KIND = 0xFF
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
#: SQLite keeps no checksums of its pages: what it gives may still be no packed day or message.
_SPOILT = (zlib.error, struct.error, msgspec.MsgspecError)
_CLOSED = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)


@contextmanager
def store_error(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into StoreErrors that name the file."""
    try:
        yield
    except sqlite3.Error as error:
        kind = DamagedError if _kind(error) in _DAMAGED else StoreError
        raise kind(_words(str(path), error)) from error
    except _SPOILT as error:
        raise DamagedError(_damaged(str(path), str(error))) from error


def _kind(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & _KIND


def _words(path: str, error: sqlite3.Error) -> Text:
    kind, why = _kind(error), str(error)
    if kind == sqlite3.SQLITE_FULL:
        return text(
            "{path}: the disk is full; nothing was lost that was acknowledged. Free some space: "
            "mulmok goes on by itself",
            path=path,
        )
    if kind in _BUSY:
        return text("{path} is locked by another program; close what has it open", path=path)
    if kind in _DAMAGED:
        return _damaged(path, why)
    if kind in _CLOSED:
        return text(
            "{path} cannot be opened ({why}); check its owner and rights", path=path, why=why
        )
    if kind == sqlite3.SQLITE_IOERR:
        return text(
            "{path}: the disk does not do what it is told ({why}); check the disk and its quota",
            path=path,
            why=why,
        )
    return text("{path}: {why}", path=path, why=why)


def _damaged(path: str, why: str) -> Text:
    return text(
        "{path} is damaged or no database ({why}); keep the file, and restore a backup or start "
        "with another folder",
        path=path,
        why=why,
    )

"""Connections to the database: one that writes, many that only read."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from mulmok.model.errors import StoreError
from mulmok.model.text import text
from mulmok.store.migrate import check_ours, is_current, migrate
from mulmok.store.trouble import store_error

#: How long to wait for another program's lock [s]. Site choice.
_PATIENCE_S = 5.0

_WRITER = (
    # Before the first table: space given back later can then be returned in small steps.
    "PRAGMA auto_vacuum = INCREMENTAL",
    "PRAGMA journal_mode = WAL",
    # A commit is on the platter before it is acknowledged: it survives a power cut.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -32000",
    # 16 MB between checkpoints: the same hot pages are written once, not every few scans.
    "PRAGMA wal_autocheckpoint = 4000",
    "PRAGMA journal_size_limit = 67108864",
)

#: What holds for a connection, not for the file.
_BESIDE = ("PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON")


def connect_writer(path: Path) -> sqlite3.Connection:
    """Open or make the database for writing, at the schema of this version.

    Raises StoreError when it is damaged, newer than this mulmok, another program's, or locked.
    """
    with store_error(path):
        connection = sqlite3.connect(
            path, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False
        )
        try:
            check_ours(connection, path)
            for pragma in _WRITER:
                connection.execute(pragma).fetchall()
            migrate(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def connect_beside(path: Path) -> sqlite3.Connection | None:
    """Open the database for a small change while a works may be writing to it.

    Gives None where it must be made or brought to this version first: that wants it alone. Raises
    StoreError when it is damaged, newer than this mulmok or another program's.
    """
    if not path.exists():
        return None
    with store_error(path):
        connection = sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None)
        try:
            check_ours(connection, path)
            current = is_current(connection)
            for pragma in _BESIDE:
                connection.execute(pragma).fetchall()
        except BaseException:
            connection.close()
            raise
    if not current:
        connection.close()
        return None
    return connection


def connect_reader(path: Path) -> sqlite3.Connection:
    """Open the database for reading only. Raises StoreError."""
    if not path.exists():
        raise StoreError(
            text("{path} does not exist: nothing has been kept here yet", path=str(path))
        )
    return _reading(path, "mode=ro")


def connect_aside(path: Path) -> sqlite3.Connection:
    """Open a database nobody writes to as it lies, leaving no trace (`store.aside`)."""
    return _reading(path, "immutable=1")


def _reading(path: Path, how: str) -> sqlite3.Connection:
    with store_error(path):
        return sqlite3.connect(
            f"{path.resolve().as_uri()}?{how}",
            uri=True,
            timeout=_PATIENCE_S,
            isolation_level=None,
            check_same_thread=False,
        )

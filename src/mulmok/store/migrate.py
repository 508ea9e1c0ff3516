"""Brings a database to the schema of this version, one numbered step after the other."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from mulmok.model.errors import StoreError
from mulmok.model.text import text
from mulmok.store.sql import migrations


def check_ours(connection: sqlite3.Connection, path: Path) -> None:
    """Look, before anything is changed, whether this is a database for this mulmok.

    Raises StoreError when it is newer than this mulmok, or another program's.
    """
    have, newest = _version(connection), migrations()[-1][0]
    if have > newest:
        raise StoreError(
            text(
                "{path} is of schema {have}, made by a newer mulmok; this one knows {known}. "
                "Install the newer one",
                path=str(path),
                have=have,
                known=newest,
            )
        )
    if have == 0 and connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise StoreError(
            text("{path} is the database of another program; give another folder", path=str(path))
        )


def is_current(connection: sqlite3.Connection) -> bool:
    """Whether the database has the schema of this version already."""
    return _version(connection) == migrations()[-1][0]


def migrate(connection: sqlite3.Connection) -> None:
    """Apply the steps that are missing, each in a transaction of its own.

    The schema's number is the database's `user_version`: it changes in the step's transaction.
    """
    have = _version(connection)
    for number, _, statements in migrations():
        if number > have:
            try:
                # One script, one transaction: executescript alone would commit between statements.
                connection.executescript(
                    f"BEGIN IMMEDIATE; {statements} PRAGMA user_version = {number}; COMMIT;"
                )
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])

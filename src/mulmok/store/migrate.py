"""Brings a database to the schema of this version, one numbered step after the other."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from mulmok.model.errors import StoreError
from mulmok.model.text import text
from mulmok.store.sql import migrations


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Apply the steps that are missing, each in a transaction of its own.

    The schema's number is the database's `user_version`: it changes in the step's transaction.
    Raises StoreError when the database is newer than this mulmok, or another program's.
    """
    have = int(connection.execute("PRAGMA user_version").fetchone()[0])
    tables = int(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    steps = migrations()
    if have > steps[-1][0]:
        raise StoreError(
            text(
                "{path} is of schema {have}, made by a newer mulmok; this one knows {known}. "
                "Install the newer one",
                path=str(path),
                have=have,
                known=steps[-1][0],
            )
        )
    if have == 0 and tables:
        raise StoreError(
            text("{path} is the database of another program; give another folder", path=str(path))
        )
    for number, _, statements in steps:
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

"""Comparisons of instruments' displays with what had come of them. Append-only."""

from __future__ import annotations

import sqlite3

from mulmok.model.instrument import Comparison
from mulmok.store.sql import queries


def keep_comparison(connection: sqlite3.Connection, one: Comparison) -> None:
    """Keep a comparison, inside the caller's transaction."""
    row = (one.at, one.who, one.shown, one.measured, one.measured_at, one.why, one.channel)
    connection.execute(queries()["add_comparison"], row)


def comparisons(connection: sqlite3.Connection, limit: int) -> list[Comparison]:
    """Give the last comparisons, newest first."""
    found = connection.execute(queries()["comparisons"], (limit,)).fetchall()
    return [Comparison(*row) for row in found]

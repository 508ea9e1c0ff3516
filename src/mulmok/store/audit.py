"""The audit trail: who did what, to what, and why. Append-only."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from mulmok.store.sql import queries


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing somebody did.

    at      the machine's clock [ns UTC]
    action  a word such as `sign-in`, `person.put`, `acknowledge`; about: what it was done to
    """

    at: int
    who: str
    action: str
    about: str = ""
    why: str = ""


def note(connection: sqlite3.Connection, deed: Deed) -> None:
    """Add a deed, inside the caller's transaction."""
    row = (deed.at, deed.who, deed.action, deed.about, deed.why)
    connection.execute(queries()["add_deed"], row)


def deeds(connection: sqlite3.Connection, limit: int) -> list[Deed]:
    """Give the last deeds, newest first."""
    return [Deed(*row) for row in connection.execute(queries()["deeds"], (limit,)).fetchall()]

"""People who may sign in, and their sessions.

Passwords come hashed, and of session ids only a hash stays, so the file lets nobody in.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from mulmok.model.time import DAY
from mulmok.store.audit import Deed, note
from mulmok.store.sql import queries

#: A session not used for so long is swept out [ns]; the web lets it end long before. Site choice.
_FORGOTTEN = 60 * DAY


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in; `password` is an argon2 hash, empty in lists."""

    name: str
    role: str
    password: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser. Instants of the machine's clock [ns UTC]."""

    person: str
    role: str
    csrf: str
    created_at: int
    seen_at: int


@dataclass(frozen=True)
class People:
    """The writing side; each call is a transaction. Raises StoreError.

    deed   who did it, for the audit trail: kept with it or not at all
    """

    connection: sqlite3.Connection
    transaction: Callable[[], AbstractContextManager[None]]

    def put(self, person: Person, deed: Deed | None = None) -> None:
        """Add a person or change role and password; open sessions end."""
        with self.transaction():
            self._note(deed)
            self._do("end_sessions_of", person.name)
            self._do("set_person", person.name, person.role, person.password)

    def remove(self, name: str, deed: Deed | None = None) -> bool:
        """Remove a person and their sessions; False when there was none."""
        with self.transaction():
            removed = self._do("remove_person", name) > 0
            if removed:
                self._note(deed)
        return removed

    def sign_in(self, token: str, person: str, csrf: str, now: int) -> None:
        """Begin a session; those forgotten long ago are swept out."""
        with self.transaction():
            self._do("sweep_sessions", now - _FORGOTTEN)
            self._do("add_session", _hash(token), person, csrf, now, now)
            self._note(Deed(now, person, "sign-in"))

    def seen(self, token: str, now: int) -> None:
        """Note that a session is in use."""
        with self.transaction():
            self._do("touch_session", now, _hash(token))

    def sign_out(self, token: str) -> None:
        """End a session."""
        with self.transaction():
            self._do("end_session", _hash(token))

    def _note(self, deed: Deed | None) -> None:
        if deed is not None:
            note(self.connection, deed)

    def _do(self, query: str, *values: object) -> int:
        return self.connection.execute(queries()[query], values).rowcount


def find_person(connection: sqlite3.Connection, name: str) -> Person | None:
    """Give a person by name."""
    found = connection.execute(queries()["person"], (name,)).fetchone()
    return None if found is None else Person(*found)


def list_people(connection: sqlite3.Connection) -> list[Person]:
    """Everyone, without passwords."""
    return [Person(*row) for row in connection.execute(queries()["people"]).fetchall()]


def find_session(connection: sqlite3.Connection, token: str) -> Session | None:
    """Give the session of a browser's token."""
    found = connection.execute(queries()["session"], (_hash(token),)).fetchone()
    return None if found is None else Session(*found)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()

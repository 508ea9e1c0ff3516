"""People who may sign in, and their sessions. Passwords come hashed; of session tokens only a hash stays."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from mulmok.store.sql import queries


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
    """The writing side."""

    connection: sqlite3.Connection
    transaction: Callable[[], AbstractContextManager[None]]

    def put(self, person: Person) -> None:
        """Add a person or change role and password; open sessions end."""
        with self.transaction():
            self.connection.execute(queries()["end_sessions_of"], (person.name,))
            self.connection.execute(
                queries()["set_person"], (person.name, person.role, person.password)
            )

    def remove(self, name: str) -> bool:
        """Remove a person and their sessions; False when there was none."""
        with self.transaction():
            return self.connection.execute(queries()["remove_person"], (name,)).rowcount > 0

    def sign_in(self, token: str, person: str, csrf: str, now: int) -> None:
        """Begin a session."""
        with self.transaction():
            self.connection.execute(
                queries()["add_session"], (_hash(token), person, csrf, now, now)
            )

    def seen(self, token: str, now: int) -> None:
        """Note that a session is in use."""
        with self.transaction():
            self.connection.execute(queries()["touch_session"], (now, _hash(token)))

    def sign_out(self, token: str) -> None:
        """End a session."""
        with self.transaction():
            self.connection.execute(queries()["end_session"], (_hash(token),))


def find_person(connection: sqlite3.Connection, name: str) -> Person | None:
    """Give a person by name."""
    found = connection.execute(queries()["person"], (name,)).fetchone()
    return None if found is None else Person(*found)


def list_people(connection: sqlite3.Connection) -> list[Person]:
    """Everyone, without passwords."""
    return [Person(*row) for row in connection.execute(queries()["people"]).fetchall()]


def find_session(connection: sqlite3.Connection, token: str) -> Session | None:
    """Give the session of a token."""
    found = connection.execute(queries()["session"], (_hash(token),)).fetchone()
    return None if found is None else Session(*found)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()

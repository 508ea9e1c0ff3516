"""A database that is only read: work in a thread, on a connection of its own, and within a time.

Nothing is written: PostgreSQL and SQLite are told so at the door, and of no transaction anything is
kept. A statement may take `STATEMENT_S`; where the database does not keep that itself (it hangs, or
the line is cut), the connection is broken off, so that no thread waits for ever.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine
from sqlalchemy import text as statement
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from mulmok.model.errors import InputError, SourceError
from mulmok.model.text import Text, text

#: Longest a statement may take, and wait for a lock [s]. Site choices.
STATEMENT_S = 30
LOCK_S = 10
#: Longest all of a piece of work may take, the connecting included [s].
PATIENCE_S = 60.0
_CONNECT_S = 10
#: What databases say of a wrong password, and PostgreSQL's codes for it.
_REFUSALS = ("password", "access denied", "login failed", "authentication", "28p01", "28000")

T = TypeVar("T")


@dataclass
class Database:
    """One database, by its address."""

    engine: Engine
    place: str
    _held: set[Any] = field(default_factory=set)

    @classmethod
    def of(cls, words: str, beside: Path) -> Database:
        """Make it; a relative path of an SQLite file begins at `beside`. Raises InputError."""
        try:
            url = make_url(words)
            backend = url.get_backend_name()
            if backend == "sqlite":
                return _sqlite(url, beside)
            if url.drivername in ("postgresql", "postgres"):
                url = url.set(drivername="postgresql+psycopg")
            given = _POSTGRESQL if url.drivername == "postgresql+psycopg" else {}
            engine = create_engine(url, poolclass=NullPool, connect_args=given)
        except ArgumentError:
            raise InputError(
                text(
                    'url: want an address such as "{example}"',
                    example="postgresql://mulmok@10.0.0.5/historian",
                )
            ) from None
        except (NoSuchModuleError, ImportError) as fault:
            raise InputError(
                text(
                    'url: the driver for "{name}" is not installed: {why}',
                    name=url.drivername,
                    why=str(fault),
                )
            ) from fault
        port = "" if url.port is None else f":{url.port}"
        return cls(engine, f"{url.host or ''}{port}/{url.database or ''}")

    async def ask(self, work: Callable[[Connection], T]) -> T:
        """Have something read. Raises SourceError."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await asyncio.to_thread(self._work, work)
        except TimeoutError:
            raise SourceError(
                text(
                    "{place} has not answered within {seconds:g} s",
                    place=self.place,
                    seconds=PATIENCE_S,
                )
            ) from None
        except DBAPIError as fault:
            raise SourceError(self._told(str(fault.orig))) from fault
        except (SQLAlchemyError, OSError) as fault:
            raise SourceError(self._told(str(fault))) from fault
        finally:
            self._let_go()

    def _work(self, work: Callable[[Connection], T]) -> T:
        with self.engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            self._held.add(raw)
            try:
                return work(_reading_only(connection))
            finally:
                self._held.discard(raw)
                with suppress(SQLAlchemyError):
                    connection.rollback()

    def _let_go(self) -> None:
        """Break off what is still being worked on: nobody waits for it any more."""
        for raw in list(self._held):
            with suppress(Exception):
                if isinstance(raw, sqlite3.Connection):
                    raw.interrupt()
                    continue
                with socket.socket(fileno=os.dup(raw.pgconn.socket)) as line:
                    line.shutdown(socket.SHUT_RDWR)

    def _told(self, why: str) -> Text:
        # A database repeats the statement and adds hints on further lines.
        plain = why.strip().partition("\n")[0][:300]
        if any(word in why.lower() for word in _REFUSALS):
            return text(
                "{place} refuses the sign-in: {why}; are user and password in url right?",
                place=self.place,
                why=plain,
            )
        return Text("{place}: {why}", {"place": self.place, "why": plain})


#: Of the client library: the line is given up when nothing is acknowledged for so long.
_POSTGRESQL = {
    "connect_timeout": _CONNECT_S,
    "application_name": "mulmok",
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": STATEMENT_S * 1000,
}


def _sqlite(url: URL, beside: Path) -> Database:
    if not url.database or url.database == ":memory:":
        raise InputError(
            text("url: want the file, such as {example}", example="sqlite:///history.db")
        )
    path = beside / url.database
    name = f"file:{quote(str(path))}?mode=ro"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(name, uri=True, timeout=LOCK_S, check_same_thread=False)

    return Database(create_engine("sqlite://", creator=connect, poolclass=NullPool), str(path))


def _reading_only(connection: Connection) -> Connection:
    if connection.dialect.name == "postgresql":
        connection = connection.execution_options(postgresql_readonly=True)
        connection.execute(statement(f"SET LOCAL statement_timeout = {STATEMENT_S * 1000}"))
        connection.execute(statement(f"SET LOCAL lock_timeout = {LOCK_S * 1000}"))
    return connection

"""The journal of an edge: what its instruments delivered, until the works has it.

One SQLite file in the edge's data folder. A delivery is on the platter before its driver is told; it
leaves when the works has answered that it is on disk there. What the works refuses for good is laid
aside with its reason, and what the disk has no room for is counted: nothing goes in silence.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from mulmok.model.errors import StoreError
from mulmok.model.text import text
from mulmok.store.lock import locked
from mulmok.store.parcel import Parcel
from mulmok.store.sql import queries
from mulmok.store.trouble import store_error

FILE = "edge.sqlite"
_SQL = queries("parcels.sql")
_SCHEMA = 1
#: Marks the file as an edge's journal: "mlme".
_APPLICATION = 0x6D6C6D65
_PRAGMAS = (
    "PRAGMA auto_vacuum = INCREMENTAL",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA journal_size_limit = 16777216",
)
#: Pages given back to the disk at a time, and parcels looked at when room is to be made.
_GIVEN_BACK, _LOOKED_AT = 2000, 1000


@dataclass(frozen=True, slots=True)
class Bundle:
    """The oldest parcels that were not sent, as one; `last` is the place of the newest of them."""

    last: int
    parcel: Parcel


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits to be sent; `oldest` is when the first of it was delivered [ns UTC], None: nothing."""

    parcels: int
    readings: int
    oldest: int | None
    refused: int
    dropped: int


@dataclass
class Parcels:
    """The open journal. Its methods may be called from any thread; each is one transaction."""

    path: Path
    connection: sqlite3.Connection
    lock: IO[bytes]
    ids: dict[int, str]
    _turn: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def open(cls, folder: Path, channels: Sequence[str]) -> Parcels:
        """Open or make the journal, and know these channels. Raises StoreError."""
        lock, path = locked(folder), folder / FILE
        try:
            with store_error(path):
                connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
                try:
                    ids = _ready(connection, path, channels)
                except BaseException:
                    connection.close()
                    raise
        except BaseException:
            lock.close()
            raise
        return cls(path, connection, lock, ids)

    def close(self) -> None:
        """Close the journal and let another edge have the folder."""
        with self._turn:
            self.connection.close()
            self.lock.close()

    def numbers(self, channels: Sequence[str]) -> NDArray[np.int32]:
        """Give the journal's numbers of channels, in the order of the ids."""
        number = {channel: each for each, channel in self.ids.items()}
        return np.array([number[channel] for channel in channels], np.int32)

    def keep(self, parcel: Parcel, received_at: int) -> None:
        """Put a delivery on the platter. Raises StoreError: then nothing of it was kept."""
        body = parcel.pack()
        with self._transaction():
            self.connection.execute(_SQL["keep"], (received_at, len(parcel), body))

    def next(self, most: int) -> Bundle | None:
        """Give the oldest parcels, up to about `most` readings; None when nothing waits."""
        parts, last, count = list[Parcel](), 0, 0
        with self._turn, store_error(self.path):
            for seq, readings, body in self.connection.execute(_SQL["next"], (max(most, 1),)):
                if parts and count + readings > most:
                    break
                parts.append(Parcel.unpack(body))
                last, count = seq, count + readings
        return Bundle(last, Parcel.joined(parts)) if parts else None

    def done(self, last: int, refused: Parcel | None = None, why: Sequence[str] = ()) -> None:
        """Forget what the works has, and lay aside what it refuses, in one step."""
        with self._transaction():
            if refused is not None:
                rows = zip(
                    refused.channel.tolist(),
                    refused.at.tolist(),
                    [None if np.isnan(one) else one for one in refused.value.tolist()],
                    refused.status.tolist(),
                    why,
                    strict=True,
                )
                self.connection.executemany(_SQL["refuse"], rows)
            self.connection.execute(_SQL["done"], (last,))
        with self._turn, store_error(self.path):
            self.connection.execute(f"PRAGMA incremental_vacuum({_GIVEN_BACK})").fetchall()

    def trim(self, before: int, most: int, now: int) -> int:
        """Drop the oldest parcels that came `before` [ns UTC] or lie beyond `most` [bytes of file].

        Gives how many readings were dropped; they are counted in the journal too.
        """
        dropped = 0
        while True:
            with self._transaction():
                size = self._size()
                last, count, freed = 0, 0, 0
                for seq, at, readings, length in self.connection.execute(
                    _SQL["oldest"], (_LOOKED_AT,)
                ):
                    if at >= before and size - freed <= most:
                        break
                    last, count, freed = seq, count + readings, freed + length
                if not last:
                    return dropped
                self.connection.execute(_SQL["done"], (last,))
                self.connection.execute(_SQL["drop"], (now, count))
            dropped += count

    def backlog(self) -> Backlog:
        """Say what waits."""
        with self._turn, store_error(self.path):
            parcels, readings, oldest = self.connection.execute(_SQL["backlog"]).fetchone()
            refused = self.connection.execute(_SQL["refused_count"]).fetchone()[0]
            dropped = self.connection.execute(_SQL["dropped_count"]).fetchone()[0]
        return Backlog(parcels, readings, oldest, refused, dropped)

    def _size(self) -> int:
        """Bytes of the file that hold something."""
        pages, free, size = (
            int(self.connection.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("page_count", "freelist_count", "page_size")
        )
        return (pages - free) * size

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._turn, store_error(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")


def _ready(connection: sqlite3.Connection, path: Path, channels: Sequence[str]) -> dict[int, str]:
    """Bring the file to this version's form; give the ids of channels by their number."""
    have = int(connection.execute("PRAGMA user_version").fetchone()[0])
    whose = int(connection.execute("PRAGMA application_id").fetchone()[0])
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if have > _SCHEMA or (tables and whose != _APPLICATION):
        raise StoreError(
            text("{path} is no journal of this version's edge; give another folder", path=str(path))
        )
    for pragma in _PRAGMAS:
        connection.execute(pragma).fetchall()
    if not tables:
        connection.executescript(
            f"BEGIN IMMEDIATE; {_SQL['schema']} PRAGMA application_id = {_APPLICATION}; "
            f"PRAGMA user_version = {_SCHEMA}; COMMIT;"
        )
    known = dict(connection.execute(_SQL["channels"]).fetchall())
    missing = [(channel,) for channel in channels if channel not in known.values()]
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(_SQL["add_channel"], missing)
    connection.execute("COMMIT")
    return dict(connection.execute(_SQL["channels"]).fetchall())

"""The store: one SQLite file in the data folder, one writer, many readers.

WAL with synchronous=FULL: what was committed survives a power cut. One transaction holds a group of
messages with everything that came of them (docs/decisions/0002-one-transaction-per-group.md). A
lock file keeps a second process out; the operating system drops the lock when the process dies.
"""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np

from mulmok.model.effect import Notify
from mulmok.model.errors import StoreError
from mulmok.model.judgement import Judgement
from mulmok.model.message import Message
from mulmok.model.text import text
from mulmok.model.time import DAY
from mulmok.store.codec import effect_from_bytes, message_from_bytes, message_to_bytes
from mulmok.store.migrate import migrate
from mulmok.store.people import People
from mulmok.store.query import Query
from mulmok.store.records import Recorder
from mulmok.store.seal import seal_day
from mulmok.store.sql import queries
from mulmok.store.trouble import store_error

FILE = "mulmok.sqlite"
#: Days kept in the hot table before they are packed.
_HOT_DAYS = 2
#: Channel-days packed in one look, so that readings never wait long.
_SEALS_A_LOOK = 8


@dataclass
class Store:
    """The writing side. Use from one thread at a time."""

    folder: Path
    connection: sqlite3.Connection
    _lock: IO[bytes]
    retention: int = 3 * 366 * DAY
    journal_retention: int = 40 * DAY
    _keys: dict[str, int] = field(default_factory=dict)
    _ids: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, folder: Path) -> Store:
        """Open or make the store of a folder.

        Raises StoreError when the folder cannot be written, another process has it, or the file is
        no database of ours.
        """
        path = folder / FILE
        lock = _locked(folder)
        try:
            connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            with store_error(path):
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA busy_timeout = 5000")
                migrate(connection, path)
        except BaseException:
            lock.close()
            raise
        return cls(folder, connection, lock)

    @property
    def path(self) -> Path:
        """The database file."""
        return self.folder / FILE

    def close(self) -> None:
        """Close; the write-ahead log is folded into the file."""
        self.connection.close()
        self._lock.close()

    def know_channels(self, ids: Sequence[str]) -> None:
        """Give every channel its key; keys never change, new channels get new ones."""
        with self._transaction():
            self.connection.executemany(queries()["add_channel"], [(name,) for name in ids])
        self._keys = dict(self.connection.execute(queries()["channels"]).fetchall())
        self._ids = list(ids)

    @property
    def keys(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Key of each channel of the works, by its index."""
        return np.array([self._keys[name] for name in self._ids], np.int64)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing. Raises StoreError; then nothing has changed."""
        with store_error(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    def write(
        self, group: Sequence[tuple[Message, Judgement]], *, received_at: int
    ) -> list[int]:
        """Keep messages and what came of them in one transaction; gives their journal numbers."""
        seq, keys = self.last_seq(), self.keys
        recorder = Recorder(self.connection, keys, self._ids)
        with self._transaction():
            entries = [
                (seq + number, received_at, message_to_bytes(message, keys))
                for number, (message, _) in enumerate(group, start=1)
            ]
            self.connection.executemany(queries()["append"], entries)
            for (number, _, _), (_, judgement) in zip(entries, group, strict=True):
                recorder.record(judgement, number)
        return [number for number, _, _ in entries]

    def write_bulk(self, judgement: Judgement) -> None:
        """Keep what came of past readings, without a journal entry."""
        with self._transaction():
            Recorder(self.connection, self.keys, self._ids).record(judgement, 0)

    def last_seq(self) -> int:
        """Number of the last journal entry; 0 when there is none."""
        with store_error(self.path):
            return int(self.connection.execute(queries()["last_seq"]).fetchone()[0])

    def journal(self, after: int) -> Iterator[tuple[int, Message]]:
        """Messages after an entry, in order."""
        index = {self._keys[name]: number for number, name in enumerate(self._ids)}
        with store_error(self.path):
            for seq, body in self.connection.execute(queries()["journal_after"], (after,)):
                message = message_from_bytes(body, index)
                if message is not None:
                    yield seq, message

    def is_empty(self) -> bool:
        """Whether neither readings nor messages were ever kept."""
        return self.last_seq() == 0 and self.connection.execute(queries()["range"]).fetchone()[0] is None

    def save_snapshot(self, key: str, seq: int, body: bytes) -> None:
        """Keep a state at a place in the journal; the last two are kept."""
        with self._transaction():
            self.connection.execute(queries()["add_snapshot"], (key, seq, body))
            self.connection.execute(queries()["forget_snapshots"])

    def load_snapshot(self, key: str) -> tuple[int, bytes] | None:
        """Give the last state kept under a key and its place in the journal."""
        with store_error(self.path):
            found = self.connection.execute(queries()["load_snapshot"], (key,)).fetchone()
        return None if found is None else (int(found[0]), bytes(found[1]))

    def drop_snapshots(self) -> None:
        """Forget all states: the next start goes on from the history."""
        with self._transaction():
            self.connection.execute(queries()["drop_snapshots"])

    def pending_effects(self, limit: int) -> list[Notify]:
        """Effects asked for and not done yet, oldest first."""
        rows = self.connection.execute(queries()["pending_effects"], (limit,)).fetchall()
        return [effect_from_bytes(body) for (body,) in rows]

    def effect_done(self, key: str, at: int) -> None:
        """Mark an effect as performed."""
        with self._transaction():
            self.connection.execute(queries()["effect_done"], (at, key))

    @property
    def people(self) -> People:
        """People and their sessions, for writing."""
        return People(self.connection, self._transaction)

    def query(self) -> Query:
        """Open a read-only view of its own; close it after use."""
        return Query.open(self.path)

    def care(self, now: int) -> None:
        """Housekeeping in small slices: pack finished days, drop what is beyond its retention."""
        before = (now // DAY - _HOT_DAYS + 1) * DAY
        found = self.connection.execute(queries()["days_to_seal"], (before, _SEALS_A_LOOK)).fetchall()
        for channel, day in found:
            with self._transaction():
                seal_day(self.connection, channel, day)
        with self._transaction():
            self.connection.execute(queries()["drop_hot_before"], (now - self.retention,))
            self.connection.execute(
                queries()["drop_sealed_before"], ((now - self.retention) // DAY,)
            )
            kept = self.connection.execute(queries()["oldest_snapshot_seq"]).fetchone()[0]
            self.connection.execute(
                queries()["drop_journal_before"], (now - self.journal_retention, kept)
            )


def _locked(folder: Path) -> IO[bytes]:
    """Take the folder's lock. Raises StoreError when it cannot be had."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "mulmok.lock").open("ab")
    except OSError as error:
        raise StoreError(
            text(
                "{folder}: cannot write here ({why}); give a folder mulmok may write to",
                folder=str(folder),
                why=error.strerror or str(error),
            )
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise StoreError(
            text(
                "{folder} is in use by another mulmok; stop that one, or give another folder",
                folder=str(folder),
            )
        ) from error
    return lock



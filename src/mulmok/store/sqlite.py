"""The store: one SQLite file in the data folder, one writer, many readers.

WAL with synchronous=FULL: what was committed survives a power cut. One transaction holds a group of
messages with everything that came of them (docs/decisions/0002-one-transaction-per-group.md).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from mulmok.model.bottle import Bottle
from mulmok.model.effect import Effect
from mulmok.model.instrument import Comparison
from mulmok.model.judgement import Judgement
from mulmok.model.message import Message
from mulmok.store import journal, outbox, retention
from mulmok.store.audit import Deed, deeds_of, note
from mulmok.store.bottles import keep_bottle
from mulmok.store.comparisons import keep_comparison
from mulmok.store.connect import connect_beside, connect_writer
from mulmok.store.history import record
from mulmok.store.lock import locked
from mulmok.store.past import record_past
from mulmok.store.people import People
from mulmok.store.query import Query
from mulmok.store.retention import Retention
from mulmok.store.sql import queries
from mulmok.store.statements import keep_statements
from mulmok.store.trouble import store_error

FILE = "mulmok.sqlite"
#: Everything that is made of readings.
_FORGET = (
    "forget_hot",
    "forget_sealed",
    "forget_latest",
    "forget_transition",
    "forget_event",
    "forget_load",
)


class Mark(StrEnum):
    """Work that a stop in the middle of it must not hide."""

    #: The first history is being written: what is there of it may be a part.
    FIRST_HISTORY = "first-history"
    #: History went in beneath a life: the next start judges the stored readings anew.
    JUDGE_ANEW = "judge-anew"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A state as it was kept.

    key            what can read it
    seq            its place in the journal
    configuration  the configuration it was judged under; None: not known
    """

    key: str
    seq: int
    body: bytes
    configuration: str | None


@dataclass
class Store:
    """The writing side. Use from one thread at a time. Every method may raise StoreError."""

    folder: Path
    connection: sqlite3.Connection
    _lock: IO[bytes] | None
    retention: Retention = field(default_factory=Retention)
    #: Key of each channel of the works, by its index.
    keys: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    #: Key of the configuration that holds; None: not told yet.
    configuration: int | None = None

    @classmethod
    def open(cls, folder: Path, retention: Retention | None = None) -> Store:
        """Open or make the store of a folder.

        Raises StoreError when the folder cannot be written, another mulmok has it, or the file is
        damaged, locked, newer than this mulmok or no database of ours.
        """
        lock = locked(folder)
        try:
            connection = connect_writer(folder / FILE)
        except BaseException:
            lock.close()
            raise
        return cls(folder, connection, lock, retention or Retention())

    @classmethod
    def beside(cls, folder: Path) -> Store:
        """Open a store to change its people, though a works may be running on it.

        The works' writer and this one take turns, transaction by transaction. Nothing that is
        judged may be written through it: that is the works' alone. Raises StoreError as `open` does;
        only a store that must be made or brought to this version first may not be in use.
        """
        connection = connect_beside(folder / FILE)
        return cls.open(folder) if connection is None else cls(folder, connection, None)

    @property
    def path(self) -> Path:
        """The database file."""
        return self.folder / FILE

    def close(self) -> None:
        """Close; the write-ahead log is folded into the file."""
        self.connection.close()
        if self._lock is not None:
            self._lock.close()

    def know_channels(self, ids: Sequence[str]) -> None:
        """Take these as the works' channels: `keys` and messages go by their order from now on."""
        keys = self.channel_keys(ids)
        self.keys = np.array([keys[name] for name in ids], np.int64)

    def channel_keys(self, ids: Sequence[str]) -> dict[str, int]:
        """Key of each channel; keys never change, a channel never seen before gets a new one."""
        with self._transaction():
            self.connection.executemany(queries()["add_channel"], [(name,) for name in ids])
            keys = dict(self.connection.execute(queries()["channels"]).fetchall())
        return {name: keys[name] for name in ids}

    def know_configuration(self, fingerprint: str, body: str) -> None:
        """Take this configuration as the one that holds: what is kept from now on tells it."""
        with self._transaction():
            self.connection.execute(queries()["add_configuration"], (fingerprint, body))
            found = self.connection.execute(queries()["configuration"], (fingerprint,)).fetchone()
        self.configuration = int(found[0])

    def write(self, group: Sequence[tuple[Message, Judgement]], *, received_at: int) -> list[int]:
        """Keep messages and what came of them, all or nothing; gives their journal numbers.

        received_at   the machine's clock [ns UTC]: the journal's retention goes by it
        """
        with self._transaction():
            messages = [message for message, _ in group]
            numbers = journal.append(self.connection, self.keys, messages, received_at)
            said = list(zip(numbers, (judgement for _, judgement in group), strict=True))
            record(self.connection, self.keys, said, self.configuration)
            for deed in deeds_of(group, received_at):
                note(self.connection, deed)
            keep_statements(self.connection, group)
        return numbers

    def write_bulk(self, judgement: Judgement) -> None:
        """Keep what came of past readings, without a journal entry; whole days go in sealed."""
        with self._transaction():
            record_past(self.connection, self.keys, judgement, self.configuration)

    def last_seq(self) -> int:
        """Number of the last journal entry; 0 when there is none."""
        with store_error(self.path):
            return journal.last_seq(self.connection)

    def journal(
        self, after: int, ids: Sequence[str] | None = None
    ) -> Iterator[tuple[int, Message]]:
        """Messages after an entry, in order.

        ids   the channels by whose order messages go; None: those of the works as it is now
        """
        keys = self.keys.tolist() if ids is None else list(self.channel_keys(ids).values())
        index = {key: number for number, key in enumerate(keys)}
        with store_error(self.path):
            yield from journal.read(self.connection, after, index)

    def is_empty(self) -> bool:
        """Whether neither readings nor messages were ever kept."""
        with store_error(self.path):
            return bool(self.connection.execute(queries()["is_empty"]).fetchone()[0])

    def save_snapshot(self, key: str, seq: int, body: bytes) -> None:
        """Keep a state at a place in the journal; the last two are kept, and every mark goes."""
        with self._transaction():
            row = (key, seq, body, self.configuration)
            self.connection.execute(queries()["add_snapshot"], row)
            self.connection.execute(queries()["forget_snapshots"])
            self.connection.execute(queries()["drop_marks"])

    def last_snapshot(self) -> Snapshot | None:
        """Give the state that was kept last, whatever its key."""
        with store_error(self.path):
            found = self.connection.execute(queries()["last_snapshot"]).fetchone()
        return None if found is None else Snapshot(*found)

    def mark(self, mark: Mark) -> None:
        """Note that work is under way, or still to be done, until the next snapshot."""
        with self._transaction():
            self.connection.execute(queries()["set_mark"], (mark.value,))

    def marks(self) -> set[Mark]:
        """Give what was under way, or is still to be done."""
        with store_error(self.path):
            found = self.connection.execute(queries()["marks"]).fetchall()
        return {Mark(name) for (name,) in found}

    def drop_history(self) -> None:
        """Forget readings and what was made of them; the journal is not touched."""
        with self._transaction():
            for query in _FORGET:
                self.connection.execute(queries()[query])

    def waiting_effects(self, limit: int) -> list[outbox.Waiting]:
        """Effects asked for and not done yet, the least often tried first."""
        with store_error(self.path):
            return outbox.waiting(self.connection, limit)

    def pending_effects(self, limit: int) -> list[Effect]:
        """Only the effects of `waiting_effects`."""
        return [one.effect for one in self.waiting_effects(limit)]

    def effect_done(self, key: str, at: int) -> None:
        """Mark an effect as performed at `at` [ns UTC]."""
        with self._transaction():
            outbox.mark_done(self.connection, key, at)

    def effect_failed(self, key: str, trouble: str) -> None:
        """Mark an effect as tried in vain; it waits for the next try."""
        with self._transaction():
            outbox.mark_failed(self.connection, key, trouble)

    def audit(self, deed: Deed) -> None:
        """Note who did what and why."""
        with self._transaction():
            note(self.connection, deed)

    def compare(self, one: Comparison) -> None:
        """Keep what a display showed, and note who read it."""
        with self._transaction():
            keep_comparison(self.connection, one)
            note(self.connection, Deed(one.at, one.who, "compare", one.channel, one.why))

    def keep_bottle(self, one: Bottle) -> None:
        """Keep what became of a sample that was asked for."""
        with self._transaction():
            keep_bottle(self.connection, one)

    @property
    def people(self) -> People:
        """People and their sessions, for writing."""
        return People(self.connection, self._transaction)

    def query(self) -> Query:
        """Open a read-only view of its own; close it after use."""
        return Query.open(self.path)

    def care(self, now: int) -> int:
        """Housekeeping in a small slice: seal finished days, drop what is beyond its retention.

        Gives how many rows, days and entries were dealt with; 0: nothing is left to do.
        """
        with self._transaction():
            done = retention.seal_some(self.connection, now)
            done += retention.drop_some(self.connection, now, self.retention)
        with store_error(self.path):
            retention.give_back_space(self.connection)
        return done

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing. Raises StoreError; then nothing has changed, and one may try again."""
        with store_error(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("COMMIT")
            except BaseException:
                # SQLite has rolled back by itself when the disk was full.
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

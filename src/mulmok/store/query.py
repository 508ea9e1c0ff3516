"""Reading the store: a read-only connection of its own, hot and sealed rows as one."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from mulmok.model.alarm import IsaState, Transition
from mulmok.model.event import Event
from mulmok.model.judgement import Load
from mulmok.model.time import DAY, FOREVER, HOUR
from mulmok.store.buckets import Buckets, bucketed
from mulmok.store.codec import event_from_bytes
from mulmok.store.packing import Rows, joined, no_rows, unpack
from mulmok.store.people import Person, Session, find_person, find_session, list_people
from mulmok.store.seal import HOUR_COLUMNS, rows_of
from mulmok.store.sql import queries
from mulmok.store.trouble import store_error


@dataclass(frozen=True, slots=True)
class LatestRow:
    """The newest reading of a channel; NaN where there is no value or no band."""

    channel: str
    at: int
    value: float
    flag: int
    status: int
    reasons: int
    low: float
    high: float


@dataclass
class Query:
    """A read-only view. Not to be shared between threads; use it as a context manager."""

    path: Path
    connection: sqlite3.Connection

    @classmethod
    def open(cls, path: Path) -> Query:
        """Open the database for reading. Raises StoreError."""
        with store_error(path):
            connection = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
            )
            connection.execute("PRAGMA busy_timeout = 5000")
        return cls(path, connection)

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def __enter__(self) -> Query:
        """Use and close."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self.close()

    def _key(self, channel: str) -> int:
        found = dict(self.connection.execute(queries()["channels"]).fetchall())
        return int(found.get(channel, -1))

    def latest(self) -> dict[str, LatestRow]:
        """Newest reading of every channel."""
        found = self.connection.execute(queries()["latest"]).fetchall()
        return {
            row[0]: LatestRow(
                row[0],
                row[1],
                _number(row[2]),
                row[3],
                row[4],
                row[5],
                _number(row[6]),
                _number(row[7]),
            )
            for row in found
        }

    def rows(self, channel: str, start: int, end: int) -> Rows:
        """Readings of a channel from `start` up to before `end` [ns UTC]."""
        key = self._key(channel)
        if key < 0 or end <= start:
            return no_rows()
        days = (key, start // DAY, -(-end // DAY))
        sealed = [unpack(body) for _, body in self.connection.execute(queries()["sealed_rows"], days)]
        parts = [_between(part, start, end) for part in sealed]
        hot = rows_of(self.connection.execute(queries()["hot_rows"], (key, start, end)))
        return joined([part for part in (*parts, hot) if len(part)])

    def buckets(self, channel: str, start: int, end: int, count: int) -> Buckets:
        """Smallest, largest and mean of usable readings in about `count` equal spans."""
        width = max(-(-(end - start) // max(count, 1)), 1)
        if width < 2 * HOUR:
            return bucketed(self.rows(channel, start, end), start, end, width)
        # Whole hours: then the sealed days' hourly figures do, and no day need be unpacked.
        width = -(-width // HOUR) * HOUR
        start = start // HOUR * HOUR
        return self._coarse(channel, start, end, width)

    def _coarse(self, channel: str, start: int, end: int, width: int) -> Buckets:
        key, first = self._key(channel), start // DAY
        days = -(-end // DAY) - first
        hours = np.full((max(days, 0) * 24, HOUR_COLUMNS), np.nan)
        hours[:, 2:5] = 0.0
        for day, body in self.connection.execute(
            queries()["sealed_hours"], (key, first, first + days)
        ):
            place = (day - first) * 24
            hours[place : place + 24] = np.frombuffer(body).reshape(24, HOUR_COLUMNS)
        begin = (start - first * DAY) // HOUR
        sealed = _from_hours(hours[begin : -(-(end - first * DAY) // HOUR)], start, end, width)
        hot = rows_of(self.connection.execute(queries()["hot_rows"], (key, start, end)))
        return sealed.joined(bucketed(hot, start, end, width)) if len(hot) else sealed

    def data_range(self) -> tuple[int, int] | None:
        """First and last instant with readings [ns UTC]; None when there are none."""
        low, high = self.connection.execute(queries()["range"]).fetchone()
        return None if low is None else (int(low), int(high))

    def transitions(self, limit: int = 200) -> list[Transition]:
        """Last changes of alarms, newest first."""
        found = self.connection.execute(queries()["transitions"], (limit,)).fetchall()
        return [_transition(row) for row in found]

    def transitions_between(self, start: int, end: int) -> list[Transition]:
        """Changes of alarms known from `start` up to before `end`, in order."""
        found = self.connection.execute(queries()["transitions_between"], (start, end)).fetchall()
        return [_transition(row) for row in found]

    def events(self, start: int, end: int = FOREVER, limit: int = 200) -> list[Event]:
        """Events that touch a span, newest first."""
        found = self.connection.execute(queries()["events"], (start, end, limit)).fetchall()
        return [event_from_bytes(body) for (body,) in found]

    def loads(self, period: str, start: int, end: int) -> list[Load]:
        """Loads of "hour" or "day" periods that begin in a span."""
        found = self.connection.execute(queries()["loads"], (period, start, end)).fetchall()
        return [Load(*row[:5], _number(row[5]), _number(row[6]), row[7]) for row in found]

    def person(self, name: str) -> Person | None:
        """Give a person by sign-in name."""
        return find_person(self.connection, name)

    def people(self) -> list[Person]:
        """Everyone, without passwords."""
        return list_people(self.connection)

    def session(self, token: str) -> Session | None:
        """Give the session of a token."""
        return find_session(self.connection, token)


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def _between(rows: Rows, start: int, end: int) -> Rows:
    low, high = np.searchsorted(rows.at, [start, end])
    return Rows(*(getattr(rows, name)[low:high] for name in Rows.__slots__))


def _transition(row: tuple[str, int, int, str, str, int, str]) -> Transition:
    alarm, at, known_at, before, after, priority, cause = row
    return Transition(alarm, at, known_at, IsaState(before), IsaState(after), priority, cause)


def _from_hours(hours: NDArray[np.float64], start: int, end: int, width: int) -> Buckets:
    """Buckets of whole hours from hourly figures."""
    step, count = width // HOUR, -(-(end - start) // width)
    padded = np.full((count * step, HOUR_COLUMNS), np.nan)
    padded[:, 2:5] = 0.0
    padded[: len(hours)] = hours[: len(padded)]
    cube = padded.reshape(count, step, HOUR_COLUMNS)

    def least(column: int) -> NDArray[np.float64]:
        filled = np.where(np.isnan(cube[:, :, column]), np.inf, cube[:, :, column]).min(axis=1)
        return np.where(np.isinf(filled), np.nan, filled)

    def most(column: int) -> NDArray[np.float64]:
        filled = np.where(np.isnan(cube[:, :, column]), -np.inf, cube[:, :, column]).max(axis=1)
        return np.where(np.isinf(filled), np.nan, filled)

    number = cube[:, :, 3].sum(axis=1)
    total = cube[:, :, 2].sum(axis=1)
    mean = np.divide(total, number, out=np.full(count, np.nan), where=number > 0)
    return Buckets(
        start + width * np.arange(count),
        width,
        least(0),
        most(1),
        mean,
        number.astype(np.int64),
        cube[:, :, 4].max(axis=1).astype(np.uint8),
        least(5),
        most(6),
    )

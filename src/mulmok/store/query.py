"""Reading the store: a read-only connection of its own, hot and sealed rows as one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from mulmok.model.alarm import Acknowledgement, Condition, IsaState, Suppression, Transition
from mulmok.model.bottle import Bottle
from mulmok.model.event import Event
from mulmok.model.instrument import Comparison
from mulmok.model.judgement import Load
from mulmok.model.time import DAY, FOREVER, HOUR
from mulmok.store import people
from mulmok.store.audit import Deed, deeds
from mulmok.store.bottles import bottles
from mulmok.store.buckets import Buckets, bucketed, buckets_of
from mulmok.store.comparisons import comparisons
from mulmok.store.connect import connect_reader
from mulmok.store.figures import COLUMNS, Figures, figures_of, merged, no_figures
from mulmok.store.judged import event_from_bytes
from mulmok.store.packing import Rows, joined, no_rows, unpack
from mulmok.store.people import Person, Session
from mulmok.store.seal import HOURS, rows_of
from mulmok.store.sql import queries
from mulmok.store.statements import Statement, statements, statements_between
from mulmok.store.trouble import store_error

#: From this width on a bucket is made of sealed hours, and no sealed day is opened.
_COARSE = 2 * HOUR


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
        return cls(path, connect_reader(path))

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def __enter__(self) -> Self:
        """Use and close."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self.close()

    def latest(self) -> dict[str, LatestRow]:
        """Newest reading of every channel."""
        return {
            row[0]: LatestRow(*(_number(figure) for figure in row)) for row in self._all("latest")
        }

    def rows(self, channel: str, start: int, end: int) -> Rows:
        """Readings of a channel from `start` up to before `end` [ns UTC]."""
        days = (start // DAY, -(-end // DAY))
        with self._one_moment():
            key = self._key(channel)
            if key is None or end <= start:
                return no_rows()
            sealed = self._all("sealed_rows", key, *days)
            hot = rows_of(self.connection.execute(queries()["hot_rows"], (key, start, end)))
        return joined([*(unpack(body).between(start, end) for (body,) in sealed), hot])

    def buckets(self, channel: str, start: int, end: int, count: int) -> Buckets:
        """Smallest, largest and mean of usable readings in about `count` equal spans.

        From two hours on spans are whole hours and begin at one: `start` and `width` tell where.
        """
        width = max(-(-(end - start) // max(count, 1)), 1)
        if width < _COARSE:
            return bucketed(self.rows(channel, start, end), start, end, width)
        first, step = start // HOUR, -(-width // HOUR)
        spans = -(-(-(-end // HOUR) - first) // step)
        hours = self._hours(channel, first, spans * step, end)
        figures = merged(hours.reshape(spans, step, COLUMNS), axis=1)
        return buckets_of(figures, first * HOUR, step * HOUR)

    def _hours(self, channel: str, first: int, count: int, end: int) -> Figures:
        """Figures of `count` hours from hour `first` (since 1970) on, up to the instant `end`."""
        day, skipped = divmod(first, HOURS)
        days = max(-(-(skipped + count) // HOURS), 0)
        hours = no_figures(days * HOURS)
        span = (day, min(day + days, -(-end // DAY)))
        with self._one_moment():
            key = self._key(channel)
            if key is None:
                return hours[skipped : skipped + count]
            for that, body in self._all("sealed_hours", key, *span):
                place = (that - day) * HOURS
                hours[place : place + HOURS] = np.frombuffer(body, "<f8").reshape(HOURS, COLUMNS)
            hot = rows_of(self.connection.execute(queries()["hot_rows"], (key, first * HOUR, end)))
        fresh = figures_of(hot, hot.at // HOUR - day * HOURS, len(hours))
        return merged(np.stack([hours, fresh]), axis=0)[skipped : skipped + count]

    def data_range(self) -> tuple[int, int] | None:
        """First and last instant with readings [ns UTC]; None when there are none."""
        ((low, high),) = self._all("range")
        return None if low is None else (int(low), int(high))

    def transitions(self, limit: int = 200) -> list[Transition]:
        """Last changes of alarms, newest first."""
        return [_transition(row) for row in self._all("transitions", limit)]

    def transitions_between(self, start: int, end: int) -> list[Transition]:
        """Changes of alarms known from `start` up to before `end`, in order."""
        return [_transition(row) for row in self._all("transitions_between", start, end)]

    def alarm_states(self) -> dict[str, Transition]:
        """Last change of every alarm that ever changed."""
        return {row[0]: _transition(row) for row in self._all("last_transitions")}

    def events(self, start: int, end: int = FOREVER, limit: int = 200) -> list[Event]:
        """Events that touch a span, newest first."""
        return [event_from_bytes(body) for (body,) in self._all("events", start, end, limit)]

    def event(self, identity: str) -> Event | None:
        """Last word on one event."""
        found = self._all("event", identity)
        return event_from_bytes(found[0][0]) if found else None

    def statements(self, events: Iterable[str]) -> dict[str, tuple[Statement, ...]]:
        """What people said of events, the last word first; only those of which something was said."""
        with store_error(self.path):
            said = {event: statements(self.connection, event) for event in events}
        return {event: words for event, words in said.items() if words}

    def statements_between(self, start: int, end: int) -> tuple[Statement, ...]:
        """What people said in a span, in the order in which they said it."""
        with store_error(self.path):
            return statements_between(self.connection, start, end)

    def loads(self, period: str, start: int, end: int) -> list[Load]:
        """Loads of "hour" or "day" periods that begin in a span."""
        found = self._all("loads", period, start, end)
        return [Load(*row[:4], *(_number(figure) for figure in row[4:])) for row in found]

    def person(self, name: str) -> Person | None:
        """Give a person by sign-in name."""
        with store_error(self.path):
            return people.find_person(self.connection, name)

    def people(self) -> list[Person]:
        """Everyone, without passwords."""
        with store_error(self.path):
            return people.list_people(self.connection)

    def session(self, token: str) -> Session | None:
        """Give the session of a token."""
        with store_error(self.path):
            return people.find_session(self.connection, token)

    def last_configuration(self) -> str | None:
        """Fingerprint of the site file that held last; None: never one."""
        found = self._all("last_configuration")
        return str(found[0][0]) if found else None

    def comparisons(self, limit: int = 100) -> list[Comparison]:
        """What displays showed beside what had come of them, newest first."""
        with store_error(self.path):
            return comparisons(self.connection, limit)

    def bottles(self, limit: int = 100) -> list[Bottle]:
        """Samples that were asked for, newest first."""
        with store_error(self.path):
            return bottles(self.connection, limit)

    def deeds(self, limit: int = 200) -> list[Deed]:
        """Who did what, newest first."""
        with store_error(self.path):
            return deeds(self.connection, limit)

    def _all(self, query: str, *values: object) -> list[Any]:
        with store_error(self.path):
            return self.connection.execute(queries()[query], values).fetchall()

    def _key(self, channel: str) -> int | None:
        found = self._all("channel_key", channel)
        return int(found[0][0]) if found else None

    @contextmanager
    def _one_moment(self) -> Iterator[None]:
        """See the store as of one moment: no day moves from hot to sealed between two looks."""
        with store_error(self.path):
            self.connection.execute("BEGIN")
            try:
                yield
            finally:
                self.connection.execute("ROLLBACK")


def _number(value: Any) -> Any:
    """NULL is NaN."""
    return float("nan") if value is None else value


def _transition(row: tuple[Any, ...]) -> Transition:
    alarm, at, known_at, before, after, priority, cause, condition, acknowledgement = row[:9]
    suppression, who, why, configuration = row[9:]
    return Transition(
        alarm,
        at,
        known_at,
        IsaState(before),
        IsaState(after),
        priority,
        cause,
        Condition(condition),
        Acknowledgement(acknowledgement),
        Suppression(suppression),
        who,
        why,
        configuration,
    )

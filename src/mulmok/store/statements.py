"""Statements: what people said of events, as they said it. Append-only; the last one holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from mulmok.model.judgement import Judgement
from mulmok.model.message import Action, Command, Message
from mulmok.store.sql import queries


@dataclass(frozen=True, slots=True)
class Statement:
    """One person's word on one event.

    at      event time at which it was said [ns UTC]
    cause   what caused it in truth: a cause's code or a discharger's id; "" when rejected
    """

    event: str
    at: int
    who: str
    action: Action
    cause: str
    why: str

    @property
    def real(self) -> bool:
        """Whether the event was said to be what it was taken for: something in the water."""
        return self.action is Action.CONFIRM


def keep_statements(
    connection: sqlite3.Connection, said: Iterable[tuple[Message, Judgement]]
) -> None:
    """Keep what commands say of events, inside the caller's transaction."""
    rows = [
        (one.event, one.at, one.who, one.action.value, one.cause, one.why)
        for one, judgement in said
        if isinstance(one, Command) and one.event and not one.sampler and not judgement.refused
    ]
    connection.executemany(queries()["add_statement"], rows)


def statements(connection: sqlite3.Connection, event: str) -> tuple[Statement, ...]:
    """Give what was said of an event, the last word first."""
    found = connection.execute(queries()["statements"], (event,)).fetchall()
    return tuple(
        Statement(event, at, who, Action(action), cause, why)
        for at, who, action, cause, why in found
    )


def statements_between(
    connection: sqlite3.Connection, start: int, end: int
) -> tuple[Statement, ...]:
    """Give what was said in a span, the first word first."""
    found = connection.execute(queries()["statements_between"], (start, end)).fetchall()
    return tuple(
        Statement(event, at, who, Action(action), cause, why)
        for event, at, who, action, cause, why in found
    )

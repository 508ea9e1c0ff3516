"""The audit trail: who did what, to what, and why. Append-only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mulmok.model.judgement import Judgement
from mulmok.model.message import Command, ConfigChange, Message
from mulmok.store.sql import queries


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing somebody did.

    at      the machine's clock [ns UTC]
    action  `sign-in`, `person.put`, `person.remove`, `configuration`, `compare`, or what a command asked for
            (`acknowledge`; `acknowledge.refused` when it changed nothing)
    about   what it was done to: a person, an alarm, a sampler, an instrument's channel, the fingerprint of a site file; an event, and
            behind a blank what was said to have caused it
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


def deeds_of(said: Iterable[tuple[Message, Judgement]], at: int) -> Iterator[Deed]:
    """Give what somebody did among messages kept at `at` [ns UTC]: the journal is dropped in time."""
    for message, judgement in said:
        if isinstance(message, Command):
            refused = ".refused" if judgement.refused else ""
            action = f"{message.action.value}{refused}"
            event = f"{message.event} {message.cause}".strip()
            about = message.alarm or message.sampler or event
            yield Deed(at, message.who, action, about, message.why)
        elif isinstance(message, ConfigChange):
            yield Deed(at, "", "configuration", message.fingerprint)


def deeds(connection: sqlite3.Connection, limit: int) -> list[Deed]:
    """Give the last deeds, newest first."""
    return [Deed(*row) for row in connection.execute(queries()["deeds"], (limit,)).fetchall()]

"""The outbox: effects asked for in the transaction that brought them about, until they are done."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from mulmok.model.effect import Effect
from mulmok.store.judged import effect_from_bytes, effect_to_bytes
from mulmok.store.sql import queries


@dataclass(frozen=True, slots=True)
class Waiting:
    """An effect not done yet, how often it was tried in vain, and what the last try said."""

    effect: Effect
    attempts: int
    trouble: str


def ask(connection: sqlite3.Connection, effects: Sequence[Effect]) -> None:
    """Ask for effects; one that was asked for before stays as it is."""
    rows = [(effect.key, effect_to_bytes(effect), effect.at) for effect in effects]
    connection.executemany(queries()["ask_effect"], rows)


def waiting(connection: sqlite3.Connection, limit: int) -> list[Waiting]:
    """Give effects not done yet, the least often tried first, then the oldest."""
    found = connection.execute(queries()["waiting_effects"], (limit,)).fetchall()
    return [Waiting(effect_from_bytes(body), tries, said) for body, tries, said in found]


def mark_done(connection: sqlite3.Connection, key: str, at: int) -> None:
    """Note that an effect was performed at `at` [ns UTC]."""
    connection.execute(queries()["effect_done"], (at, key))


def mark_failed(connection: sqlite3.Connection, key: str, trouble: str) -> None:
    """Note that an effect was tried in vain; it stays in the outbox."""
    connection.execute(queries()["effect_failed"], (trouble, key))

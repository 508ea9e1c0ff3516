"""Bottles: the record of samples that were asked for. Append-only."""

from __future__ import annotations

import math
import sqlite3
from typing import Any

from mulmok.model.bottle import Bottle
from mulmok.store.sql import queries


def keep_bottle(connection: sqlite3.Connection, one: Bottle) -> None:
    """Keep what became of a sample, inside the caller's transaction; the first word on it stands."""
    warmth = None if math.isnan(one.temperature) else one.temperature
    row = (
        one.key, one.sampler, one.asked_at, one.who, one.why, one.event, one.taken_at, one.bottle,
        warmth, one.trouble,
    )  # fmt: skip
    connection.execute(queries()["add_bottle"], row)


def bottles(connection: sqlite3.Connection, limit: int) -> list[Bottle]:
    """Give the last samples asked for, newest first."""
    found = connection.execute(queries()["bottles"], (limit,)).fetchall()
    return [_read(row) for row in found]


def _read(row: tuple[Any, ...]) -> Bottle:
    key, sampler, asked_at, who, why, event, taken_at, bottle, warmth, trouble = row
    warm = math.nan if warmth is None else warmth
    return Bottle(key, sampler, asked_at, who, why, event, taken_at, bottle, warm, trouble)

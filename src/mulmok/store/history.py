"""Writes what a judgement says into the tables, inside the caller's transaction.

Of two readings of one channel and instant the first stays: writing again changes nothing. Only one
whose time had not come gives way to the one that comes when it has; and it is never the newest.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from mulmok.model.block import Block
from mulmok.model.flag import Reason
from mulmok.model.judgement import Expectation, Judgement
from mulmok.store.judged import event_to_bytes
from mulmok.store.outbox import ask
from mulmok.store.packing import Rows
from mulmok.store.sql import queries

Row = tuple[object, ...]


def record(
    connection: sqlite3.Connection,
    keys: NDArray[np.int64],
    said: Sequence[tuple[int, Judgement]],
    configuration: int | None = None,
) -> None:
    """Write judgements, each with the number of the journal entry it comes from.

    configuration   key of the configuration they were made under; None: not known
    """
    rows: list[Row] = []
    newest: dict[object, Row] = {}
    for _, judgement in said:
        for run in judgement.runs:
            _take(rows, newest, keys, run.block, run.expectation)
        if judgement.late is not None:
            _take(rows, newest, keys, judgement.late, None)
    _many(connection, "add_row", rows)
    _many(connection, "set_latest", newest.values())
    record_words(connection, said, configuration)


def record_words(
    connection: sqlite3.Connection,
    said: Sequence[tuple[int, Judgement]],
    configuration: int | None,
) -> None:
    """Write all of judgements but the readings: alarms, events, loads, requested effects."""
    _many(
        connection,
        "add_transition",
        (
            (
                seq,
                ordinal,
                t.alarm,
                t.at,
                t.known_at,
                t.before.value,
                t.after.value,
                t.priority,
                t.cause,
                t.condition.value,
                t.acknowledgement.value,
                t.suppression.value,
                t.who,
                t.why,
                configuration,
            )
            for seq, judgement in said
            for ordinal, t in enumerate(judgement.transitions)
        ),
    )
    _many(
        connection,
        "set_event",
        (
            (e.id, e.detected_at, e.ended_at, event_to_bytes(e))
            for _, judgement in said
            for e in judgement.events
        ),
    )
    _many(
        connection,
        "set_load",
        (
            (d.channel, d.period, d.start, d.end, d.mass, d.rate, d.mean, d.coverage)
            for _, judgement in said
            for d in judgement.loads
        ),
    )
    ask(connection, [effect for _, judgement in said for effect in judgement.effects])


def judged_rows(block: Block, expectation: Expectation | None) -> Rows:
    """Rows of a block with the band they were judged by; none was known for those never judged."""
    nothing = np.full(len(block), np.nan)
    return Rows(
        block.at,
        block.value,
        block.flag,
        block.status,
        block.reasons,
        nothing if expectation is None else expectation.low,
        nothing if expectation is None else expectation.high,
    )


def tuples(keys: NDArray[np.int64], rows: Rows) -> list[Row]:
    """Rows, each with its channel's key, as SQLite takes them; it makes NULL of NaN by itself."""
    columns = (getattr(rows, name).tolist() for name in Rows.__slots__)
    return list(zip(keys.tolist(), *columns, strict=True))


def last_rows(block: Block) -> list[int]:
    """Place of the newest row of every channel that has one."""
    ends: list[int] = (block.bounds[1:][np.diff(block.bounds) > 0] - 1).tolist()
    return ends


def _take(
    rows: list[Row],
    newest: dict[object, Row],
    keys: NDArray[np.int64],
    block: Block,
    expectation: Expectation | None,
) -> None:
    if not len(block):
        return
    more = tuples(keys[block.channel_of_rows()], judged_rows(block, expectation))
    rows.extend(more)
    ahead = (block.reasons & Reason.FUTURE).astype(np.bool_).tolist()
    for place in last_rows(block):
        row = more[place]
        if ahead[place]:
            continue
        known = newest.get(row[0])
        if known is None or row[1] > known[1]:  # type: ignore[operator]
            newest[row[0]] = row


def _many(connection: sqlite3.Connection, query: str, rows: Iterable[Row]) -> None:
    connection.executemany(queries()[query], rows)

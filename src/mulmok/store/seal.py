"""Seal: a finished channel-day becomes one packed row, with its figures by the hour.

Days are UTC days. What comes later for a sealed day stands in the hot table until it is sealed again;
readers merge the two.
"""

from __future__ import annotations

import sqlite3

import numpy as np

from mulmok.model.time import DAY, HOUR
from mulmok.store.figures import COUNT, LARGEST, SMALLEST, TOTAL, figures_of, merged
from mulmok.store.packing import Rows, joined, no_rows, pack, unpack
from mulmok.store.sql import queries

HOURS = 24


def rows_of(cursor: sqlite3.Cursor) -> Rows:
    """Rows of a query on the hot table; NULL is NaN."""
    found = cursor.fetchall()
    if not found:
        return no_rows()
    at, value, flag, status, reasons, low, high = zip(*found, strict=True)
    return Rows(
        np.array(at, np.int64),
        np.array(value, np.float64),
        np.array(flag, np.uint8),
        np.array(status, np.uint8),
        np.array(reasons, np.uint32),
        np.array(low, np.float64),
        np.array(high, np.float64),
    )


def seal_day(
    connection: sqlite3.Connection, channel: int, day: int, more: Rows | None = None
) -> int:
    """Pack one UTC day of a channel, given by its key; `more` rows join what is kept of the day.

    Of rows of the same instant the one kept first stays. Gives how many rows were packed anew.
    Works inside the caller's transaction.
    """
    span = (channel, day * DAY, (day + 1) * DAY)
    hot = rows_of(connection.execute(queries()["hot_rows"], span))
    kept = connection.execute(queries()["sealed_rows"], (channel, day, day + 1)).fetchall()
    rows = joined([*(unpack(body) for (body,) in kept), hot, more or no_rows()])
    if not len(rows):
        return 0
    hours = figures_of(rows, (rows.at - day * DAY) // HOUR, HOURS)
    whole = merged(hours, axis=0)
    figures = [None if np.isnan(whole[c]) else float(whole[c]) for c in (SMALLEST, LARGEST, TOTAL)]
    span_kept = (int(rows.at[0]), int(rows.at[-1]))
    count = (len(rows), int(whole[COUNT]))
    connection.execute(
        queries()["seal"],
        (channel, day, *span_kept, *count, *figures, hours.astype("<f8").tobytes(), pack(rows)),
    )
    if len(hot):
        connection.execute(queries()["drop_hot"], span)
    return len(rows)

"""Seal: a finished channel-day becomes one packed row, with its figures by the hour."""

from __future__ import annotations

import sqlite3

import numpy as np
from numpy.typing import NDArray

from mulmok.model.flag import USABLE
from mulmok.model.time import DAY, HOUR
from mulmok.store.packing import Rows, joined, pack, unpack
from mulmok.store.sql import queries

#: Columns of an hour's figures: smallest, largest, sum, count of usable readings; worst flag.
HOUR_COLUMNS = 7


def rows_of(cursor: sqlite3.Cursor) -> Rows:
    """Rows of a query on the hot table."""
    found = cursor.fetchall()
    columns = list(zip(*found, strict=True)) if found else [()] * 7
    return Rows(
        np.array(columns[0], np.int64),
        np.array([np.nan if v is None else v for v in columns[1]], np.float64),
        np.array(columns[2], np.uint8),
        np.array(columns[3], np.uint8),
        np.array(columns[4], np.uint32),
        np.array([np.nan if v is None else v for v in columns[5]], np.float64),
        np.array([np.nan if v is None else v for v in columns[6]], np.float64),
    )


def seal_day(connection: sqlite3.Connection, channel: int, day: int) -> None:
    """Pack one UTC day of a channel; rows that came after it was sealed join what is there."""
    span = (channel, day * DAY, (day + 1) * DAY)
    hot = rows_of(connection.execute(queries()["hot_rows"], span))
    before = connection.execute(queries()["sealed_rows"], (channel, day, day + 1)).fetchall()
    rows = joined([*(unpack(body) for _, body in before), hot])
    if not len(rows):
        return
    usable = is_usable(rows)
    good = rows.value[usable]
    connection.execute(
        queries()["seal"],
        (
            channel,
            day,
            len(rows),
            len(good),
            float(good.min()) if len(good) else None,
            float(good.max()) if len(good) else None,
            float(good.sum()),
            by_hour(rows, day).tobytes(),
            pack(rows),
        ),
    )
    connection.execute(queries()["drop_hot"], span)


def is_usable(rows: Rows) -> NDArray[np.bool_]:
    """Which rows may be computed with."""
    return np.isin(rows.flag, USABLE) & np.isfinite(rows.value)


def by_hour(rows: Rows, day: int) -> NDArray[np.float64]:
    """Figures of each hour of a UTC day, (24, HOUR_COLUMNS): smallest, largest, sum and count of
    usable readings, the worst flag of all, and the band at its widest.
    """  # noqa: D205
    out = np.full((24, HOUR_COLUMNS), np.nan)
    out[:, 2:5] = 0.0
    hours = (rows.at - day * DAY) // HOUR
    usable = is_usable(rows)
    for hour in np.unique(hours).tolist():
        here = hours == hour
        good = rows.value[here & usable]
        out[hour, 2], out[hour, 3] = good.sum(), len(good)
        out[hour, 4] = rows.flag[here].max()
        if len(good):
            out[hour, 0], out[hour, 1] = good.min(), good.max()
        low, high = rows.low[here], rows.high[here]
        if np.isfinite(low).any():
            out[hour, 5], out[hour, 6] = np.nanmin(low), np.nanmax(high)
    return out

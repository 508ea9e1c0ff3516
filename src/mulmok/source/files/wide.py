"""Wide files: one column a channel, one row an instant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mulmok.model.block import Bytes, Instants, Values
from mulmok.model.channel import Channel
from mulmok.source.files.due import missing_cells
from mulmok.source.files.form import Form
from mulmok.source.files.header import STATUS, Header
from mulmok.source.files.rows import Rows
from mulmok.source.files.table import Table
from mulmok.source.files.values import numbers, statuses


@dataclass
class Seen:
    """What is known of the channels from the files read before: when each had its last reading."""

    last: dict[int, int] = field(default_factory=dict)
    end: int = np.iinfo(np.int64).min


def wide_rows(
    table: Table,
    header: Header,
    at: Instants,
    channels: Sequence[Channel],
    seen: Seen,
    form: Form,
) -> tuple[Rows, Counter[str]]:
    """Give the readings of a wide table, by (at, channel) if the table is in time order.

    `seen` is read and brought up to date, so that a file cut in two reads as one.
    """
    order = _time_order(at)
    sorted_at = at if order is None else at[order]
    words: Counter[str] = Counter()
    columns: list[Values] = []
    states: list[Bytes | None] = []
    present: list[NDArray[np.bool_]] = []
    continued = len(at) > 0 and int(sorted_at[0]) > seen.end
    interval = int(np.median(np.diff(sorted_at))) if len(at) > 1 else 0
    for name, index in header.channels:
        cells = numbers(table, name, form.decimal)
        words += cells.words
        status = None
        if name + STATUS in table.columns:
            status = statuses(table, name + STATUS, form.statuses)
        value, empty = cells.value, cells.empty
        if order is not None:
            value, empty = value[order], empty[order]
            status = None if status is None else status[order]
        every = channels[index].every
        last = int(sorted_at[0]) - (interval or every)
        if continued and index in seen.last:
            last = seen.last[index]
        here = ~empty | missing_cells(sorted_at, empty, every, interval, last)
        if here.any():
            seen.last[index] = int(sorted_at[np.flatnonzero(here)[-1]])
        columns.append(value)
        states.append(status)
        present.append(here)
    seen.end = max(seen.end, int(sorted_at[-1]))
    rows = _interleaved(
        sorted_at, [index for _, index in header.channels], columns, states, present
    )
    return rows, words


def _time_order(at: Instants) -> NDArray[np.intp] | None:
    """Give the order that sorts the rows by time, or None if they are sorted."""
    if len(at) < 2 or bool((at[1:] >= at[:-1]).all()):
        return None
    return np.argsort(at, kind="stable")


def _interleaved(
    at: Instants,
    indices: list[int],
    columns: list[Values],
    states: list[Bytes | None],
    present: list[NDArray[np.bool_]],
) -> Rows:
    """Lay the columns out row by row, leaving out the cells that say nothing."""
    n, width = len(at), len(indices)
    value = np.empty((n, width), np.float64)
    status = np.zeros((n, width), np.uint8)
    here = np.empty((n, width), np.bool_)
    for place in range(width):
        value[:, place] = columns[place]
        here[:, place] = present[place]
        state = states[place]
        if state is not None:
            status[:, place] = state
    channel = np.tile(np.array(indices, np.int16), n)
    rows = Rows(channel, np.repeat(at, width), value.ravel(), status.ravel())
    return rows if bool(here.all()) else rows.take(here.ravel())

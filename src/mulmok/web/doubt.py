"""Doubtful readings of a trend: no bucket counts them, so they are drawn one by one.

At an event's front the readings are suspect just because they are what no one has seen before: a line
that only broke there would hide what an operator most wants to see.
"""

from __future__ import annotations

import numpy as np

from mulmok.model.channel import Channel
from mulmok.model.flag import Flag
from mulmok.model.time import HOUR
from mulmok.store.packing import Rows, no_rows
from mulmok.store.query import Query

#: With wider buckets [ns] no single reading is looked up: only the quality lane tells of doubt then.
_WIDEST = 2 * HOUR


def doubtful(query: Query, channel: Channel, start: int, end: int, width: int) -> Rows:
    """Suspect and bad readings that have a value: of each bucket the lowest and highest of each kind."""
    if width >= _WIDEST:
        return no_rows()
    rows = query.rows(channel.id, start, end)
    rows = rows.part(
        np.flatnonzero(np.isin(rows.flag, (Flag.SUSPECT, Flag.FAIL)) & np.isfinite(rows.value))
    )
    if not len(rows):
        return rows
    kind = (rows.at - start) // width * 2 + (rows.flag == Flag.FAIL)
    order = np.lexsort((rows.value, kind))
    first = np.flatnonzero(np.diff(kind[order], prepend=-1))
    last = np.append(first[1:], len(order)) - 1
    return rows.part(np.unique(np.concatenate([order[first], order[last]])))


def doubt_columns(rows: Rows) -> dict[str, object]:
    """Doubtful readings as JSON columns; `t` in seconds UTC, `reasons` as bits of `model.flag.Reason`."""
    return {
        "t": (rows.at / 1e9).round(3).tolist(),
        "value": [float(f"{value:.6g}") for value in rows.value.tolist()],
        "flag": rows.flag.tolist(),
        "status": rows.status.tolist(),
        "reasons": rows.reasons.tolist(),
    }

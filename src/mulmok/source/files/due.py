"""When an empty cell of a wide file is a missing reading, and when it says nothing.

A wide file at 1 min has 29 empty cells between two results of a 30-min analyser: nothing is
missing there. An empty cell is a missing reading only when one was due: an interval of the channel
after its last reading, missing or not, less a tenth of a row because loggers jitter.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mulmok.model.block import Instants

#: Share of the file's own row interval by which a row may come early. Site choice.
JITTER = 0.1


def missing_cells(
    at: Instants, empty: NDArray[np.bool_], every: int, interval: int, last: int
) -> NDArray[np.bool_]:
    """Which cells of one channel are missing readings.

    at     instant of each row [ns], increasing
    empty  rows in which the channel's cell is empty
    every  nominal interval of the channel [ns]
    interval  usual time between rows [ns]
    last   instant of the channel's last reading, missing or not, before the first row [ns]
    """
    span = every - int(JITTER * min(interval, every))
    missing = np.zeros(len(at), np.bool_)
    if not empty.any():
        return missing
    # Nothing can have been due since the row just before, if even that is an interval ago ...
    missing = empty & (at - np.concatenate(([last], at[:-1])) >= span)
    # ... and nothing is due within an interval of a reading. What is left is walked through.
    known = np.where(empty & ~missing, np.iinfo(np.int64).min, at)
    known = np.maximum.accumulate(np.concatenate(([last], known[:-1])))
    rows = np.flatnonzero(empty & ~missing & (at - known >= span))
    place, marked = 0, last
    while place < len(rows):
        row = rows[place]
        since = max(int(known[row]), marked)
        if at[row] - since >= span:
            missing[row] = True
            since = marked = int(at[row])
        place = max(place + 1, int(np.searchsorted(at[rows], since + span)))
    return missing

"""Slots: readings of channels of any pace on one even grid, as deviations from the usual value.

Slot s holds the instants after (s - 1) and up to s times the pace, so that a reading on the minute is
taken in as soon as time has moved on. A slot shows the mean of what came in it; a reading that lags
behind the others counts in the slot that is open when it comes.
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def on_slots(  # type: ignore[no-untyped-def]  # noqa: ANN201
    at, deviation, usual, first, last, rows, pace, stop, total, count, base, value, level,  # noqa: ANN001
):  # fmt: skip
    """Lay rows of some channels into slots `stop` - len(value) + 1 to `stop`, and the open one after.

    at, deviation, usual   rows of a block; a deviation is NaN where nothing may be made of the row
    first, last            rows of each channel: from, and up to before
    rows                   in, out: next row of each channel
    total, count, base     of the open slot: sum and number of deviations; last usual value known
    value, level           out (slots, channels): mean deviation, NaN if none; usual value
    """
    begin = stop - len(value) + 1
    for c in range(len(first)):
        row = rows[c]
        for s in range(len(value)):
            end = (begin + s) * pace
            while row < last[c] and at[row] <= end:
                if not np.isnan(usual[row]):
                    base[c] = usual[row]
                if not np.isnan(deviation[row]):
                    total[c] += deviation[row]
                    count[c] += 1
                row += 1
            value[s, c] = total[c] / count[c] if count[c] > 0 else np.nan
            level[s, c] = base[c]
            total[c] = 0.0
            count[c] = 0
        rows[c] = row


@njit(cache=True, nogil=True)
def left_open(deviation, usual, last, rows, total, count, base):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Take the rows after the last closed slot into the open one."""
    for c in range(len(last)):
        for row in range(rows[c], last[c]):
            if not np.isnan(usual[row]):
                base[c] = usual[row]
            if not np.isnan(deviation[row]):
                total[c] += deviation[row]
                count[c] += 1

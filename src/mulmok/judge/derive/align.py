"""Align: mixed intervals on the works' grid.

A slot [a, a + grid) shows the last reading before its end, held for at most `hold`. Where that reading
is not usable (suspect, failed, missing) the slot shows nothing, and so do those after it until a usable
one comes: what was good before says nothing of the water once the instrument says otherwise. A slot is
closed when time has come to its end; a reading that comes later acts from the open slot on and never
rewrites a closed one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from mulmok.model.channel import Channel


def hold_of(channel: Channel, grid: int) -> int:
    """How long a reading stands for the time after it [ns]: two intervals and a slot. Site choice."""
    return 2 * channel.every + grid


@njit(cache=True, nogil=True)
def held_on_grid(  # type: ignore[no-untyped-def]
    at,  # noqa: ANN001
    value,  # noqa: ANN001
    usable,  # noqa: ANN001
    first,  # noqa: ANN001
    grid,  # noqa: ANN001
    hold,  # noqa: ANN001
    carry_at,  # noqa: ANN001
    carry_value,  # noqa: ANN001
    out,  # noqa: ANN001
) -> Any:
    """Value of each slot from `first` on into `out`; gives the reading carried on.

    at, value, usable       rows of one channel in time order
    first, grid, hold       begin of the first slot [ns UTC], length of a slot, longest hold [ns]
    carry_at, carry_value   the last reading before these rows; NaN: it was not usable

    Rows of the slot that is open after the last one are carried, none is lost.
    """
    row = 0
    for slot in range(len(out)):
        begin = first + slot * grid
        while row < len(at) and at[row] < begin + grid:
            carry_at = at[row]
            carry_value = value[row] if usable[row] and np.isfinite(value[row]) else np.nan
            row += 1
        out[slot] = carry_value if begin - carry_at <= hold else np.nan
    while row < len(at):
        carry_at = at[row]
        carry_value = value[row] if usable[row] and np.isfinite(value[row]) else np.nan
        row += 1
    return carry_at, carry_value

"""Excess: what a foreign water has carried in above the usual load, in kg.

excess [kg] = sum over slots of (C Q - C' Q') * slot / 1000, with concentration C [mg/L] and flow Q
[m3/h] as they were and C', Q' as they were expected. Slots in which any of the four is not known count
as not covered, never as zero.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mulmok.judge.derive.align import held_on_grid, hold_of
from mulmok.model.block import Instants, Values
from mulmok.model.channel import Channel
from mulmok.model.time import HOUR


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One channel over a time: instants, values (NaN: none that is usable), what was expected."""

    channel: Channel
    at: Instants
    value: Values
    usual: Values

    def on_slots(self, first: int, count: int, grid: int) -> tuple[Values, Values]:
        """Values and expectations, each held on the slots; NaN where nothing is known."""
        both = np.empty((2, count))
        for column, out in zip((self.value, self.usual), both, strict=True):
            held_on_grid(
                self.at, column, np.isfinite(column), first, grid, hold_of(self.channel, grid),
                first, np.nan, out,
            )  # fmt: skip
        return both[0], both[1]


def excess(
    concentration: Measured, flow: Measured, start: int, end: int, grid: int
) -> tuple[float, float]:
    """Mass above the usual load from `start` to `end` [kg], and the covered share of that time [0..1]."""
    first = start // grid * grid
    count = max((end - first) // grid, 0)
    if count == 0:
        return 0.0, 0.0
    c, usual_c = concentration.on_slots(first, count, grid)
    q, usual_q = flow.on_slots(first, count, grid)
    more = (c * q - usual_c * usual_q) / 1000.0 * (grid / HOUR)
    known = np.isfinite(more)
    return float(more[known].sum()), float(known.mean())

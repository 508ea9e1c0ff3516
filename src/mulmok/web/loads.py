"""Loads that come in, against what the works was designed for."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mulmok.config.site import Site
from mulmok.model.channel import Channel
from mulmok.web.board import Board

#: Places where sewage comes in, by a part of their name: only there does a load compare with the design
#: load of the influent. `inlet.cod`, `inlet-2.cod` and `north.influent.cod` are such, `effluent.tn` is not.
INLETS = ("inlet", "influent")
#: The bar ends at so many times the design load.
FULL = 1.5


@dataclass(frozen=True, slots=True)
class LoadRow:
    """One substance.

    rate      load now [kg/d]; NaN when flow or concentration is not known
    today     carried since local midnight [kg], over the covered time only; NaN when there is none
    coverage  covered share of the day so far [0..1]
    design    design load [kg/d]; NaN when the site file gives none
    """

    channel: Channel
    rate: float
    today: float
    coverage: float
    design: float

    @property
    def against(self) -> float:
        """Load now as a share of the design load; NaN when either is not known."""
        return self.rate / self.design

    @property
    def filled(self) -> float:
        """How far the bar is filled [0..1]."""
        return min(self.against / FULL, 1.0) if math.isfinite(self.against) else 0.0


def is_inlet(place: str) -> bool:
    """Whether a place is one where sewage comes in."""
    return any(part.startswith(INLETS) for part in place.lower().split("."))


def loads_of(site: Site, board: Board) -> tuple[LoadRow, ...]:
    """Every substance at an inlet that has both a load and a design load."""
    rows = []
    for channel in site.channels:
        current = board.loads.get(channel.id)
        if current is None or not is_inlet(channel.place):
            continue
        rate, coverage, today = current
        design = site.works.design.get(channel.quantity.id, math.nan)
        rows.append(
            LoadRow(
                channel=channel,
                rate=rate * 24,
                today=today if coverage else math.nan,
                coverage=coverage,
                # [m3/h] * 24 * [mg/L] / 1000 = [kg/d]
                design=site.works.capacity * 24 * design / 1000,
            )
        )
    return tuple(row for row in rows if math.isfinite(row.design))

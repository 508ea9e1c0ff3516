"""What truly happened in a scene."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Truth:
    """One thing that was planted, or that is part of the works' life.

    kind      "water", "fault" or "benign"
    cause     water: livestock septage food_waste leachate plating acid alkali oil seawater textile
              food_industry construction oxidant septicity unknown;
              fault: spike stuck drift dropout calibration fouling offset noise;
              benign: storm infiltration side_stream regime holiday wiper cleaning lost
    fraction  greatest share of the flow (water; None for septicity, which is a state)
    channel   channel id (faults, wipers, cleanings and lost connections of one instrument)
    """

    kind: str
    cause: str
    start: int
    end: int
    fraction: float | None = None
    channel: str | None = None

"""Bottle: a sample that an auto-sampler was told to take, and what became of it."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bottle:
    """One sample that was asked for.

    key          of the effect that asked for it
    asked_at     when somebody asked [ns UTC]
    event        the event it belongs to, or ""
    taken_at     when the sampler said that it was [ns UTC]; None: it was not taken
    bottle       place of the bottle, from 1; None: the sampler does not say
    temperature  of the cabinet then [degC]; NaN: not known
    trouble      why it was not taken, in the works' language; "" when it was
    """

    key: str
    sampler: str
    asked_at: int
    who: str
    why: str
    event: str = ""
    taken_at: int | None = None
    bottle: int | None = None
    temperature: float = math.nan
    trouble: str = ""

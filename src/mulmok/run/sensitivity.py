"""What `mulmok calibrate` measures: how much of each foreign water is seen, and how soon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mulmok.model.event import Event
from mulmok.model.foreign import ForeignWater


@dataclass(frozen=True, slots=True)
class Sensed:
    """One water at one share of the flow [1]: how many were planted, found, and named rightly.

    delay   median time from the first drop to the warning [ns]; None when none was found
    """

    water: ForeignWater
    share: float
    planted: int
    found: int
    named: int
    delay: float | None

    @property
    def rate(self) -> float:
        """Share of the planted that were found [0..1]."""
        return self.found / self.planted if self.planted else 0.0


@dataclass(frozen=True, slots=True)
class PlaceResult:
    """One place before the works.

    days       with readings [d]
    carriers   instruments that show what is in the water, the quickest every so often [ns]
    misses     near misses in 30 days, `threshold` the log odds of a warning that follows from them
    spots      quiet moments that could be planted at
    sensed     by water, then share; a water that no instrument here shows has nothing planted
    """

    place: str
    days: float
    carriers: int
    every: int
    misses: float
    threshold: float
    spots: int
    sensed: tuple[Sensed, ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the past of a works says; instants [ns UTC].

    budget       false warnings in 30 days that are put up with
    days         with readings [d], of the place that has most
    judged_from  when the first place had seen enough to judge anything
    warned       events of this past that were warned of, nothing planted
    unready      places with too few days [d] to say anything of
    """

    budget: float
    days: float
    start: int
    judged_from: int
    end: int
    warned: tuple[Event, ...]
    places: tuple[PlaceResult, ...]
    unready: Mapping[str, float]

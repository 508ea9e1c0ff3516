"""What is planted in the simulated water and its instruments: the truth beside the readings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mulmok.model.block import Instants, Values
from mulmok.model.channel import Channel
from mulmok.model.time import HOUR, MINUTE
from mulmok.source.simulator.chance import Chance
from mulmok.source.simulator.foreign import FOREIGN

FaultKind = Literal[
    "stuck", "drift", "spike", "offset", "noise", "fouling", "calibration", "dropout", "silence"
]


@dataclass(frozen=True, slots=True)
class Inflow:
    """A foreign water in the sewer.

    kind      a key of `FOREIGN`
    start     when it reaches the instruments [ns UTC]
    minutes   how long, ramps included
    fraction  its share of the whole flow between the ramps [1]
    ramp      minutes from nothing to the full share, and back
    """

    kind: str
    start: int
    minutes: float
    fraction: float
    ramp: float = 6.0

    @property
    def end(self) -> int:
        """When the last of it has passed [ns UTC]."""
        return self.start + int(self.minutes * MINUTE)

    def share(self, at: Instants) -> Values:
        """Share of the flow that is foreign [1] at each instant."""
        ramp = max(min(self.ramp, self.minutes / 2) * MINUTE, 1.0)
        inside = np.minimum(at - self.start, self.end - at) / ramp
        return self.fraction * np.clip(inside, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of one instrument.

    size  stuck, dropout, silence: no meaning; drift, fouling: share of the value lost or gained at
          the end; offset, calibration, spike: share of the value; noise: standard deviation as a
          share of the value
    A `dropout` shows the lower end of the measuring range, as a broken 4-20 mA loop does; in a
    `silence` no reading comes at all; a `spike` hits one reading in seven.
    """

    kind: FaultKind
    channel: str
    start: int
    minutes: float
    size: float = 0.3

    @property
    def end(self) -> int:
        """When the instrument is right again [ns UTC]."""
        return self.start + int(self.minutes * MINUTE)


PlantedEvent = Inflow | Fault

_LATER = (
    "septage", "leachate", "acid", "food_waste", "seawater", "livestock", "alkali", "oil",
    "plating", "construction", "food_industry", "oxidant", "textile",
)  # fmt: skip
_FAULTS: tuple[tuple[FaultKind, float, float], ...] = (
    ("stuck", 300, 0.0), ("spike", 60, 2.5), ("drift", 480, 0.6), ("dropout", 45, 0.0),
    ("offset", 240, 0.5), ("noise", 120, 0.3),
)  # fmt: skip


def schedule(
    seed: int, start: int, end: int, channels: Sequence[Channel]
) -> tuple[PlantedEvent, ...]:
    """Plan a lively works from `start` on: a slurry tanker first, then something every few hours.

    The tanker comes 75 min after `start`, for 100 min at 2.5 % of the flow. After it a foreign
    water comes every 8 h give or take 2, and an instrument fails every 11 h give or take 3.
    """
    chance = Chance(seed)
    planned: list[PlantedEvent] = [Inflow("livestock", start + 75 * MINUTE, 100, 0.025)]
    at, count = start + 8 * HOUR, 0
    while at < end:
        kind = _LATER[(count + seed) % len(_LATER)]
        fraction, minutes = FOREIGN[kind].usual
        strength = 0.7 + 0.6 * float(chance.uniform("strength", np.array([count]))[0])
        planned.append(Inflow(kind, at, minutes, fraction * strength))
        at += 6 * HOUR + chance.pick("pause", count, 240) * MINUTE
        count += 1
    inlet = [channel for channel in channels if not channel.place.startswith("effluent")]
    at, count = start + 5 * HOUR, 0
    while at < end and inlet:
        fault, minutes, size = _FAULTS[(count + seed) % len(_FAULTS)]
        channel = inlet[chance.pick("broken", count, len(inlet))]
        planned.append(Fault(fault, channel.id, at, minutes, size))
        at += 8 * HOUR + chance.pick("respite", count, 360) * MINUTE
        count += 1
    return tuple(planned)

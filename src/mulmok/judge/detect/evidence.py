"""Evidence: one onset of the bank, explained; what it weighs for foreign water and against it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mulmok.judge.detect.explain import explain
from mulmok.judge.detect.place import Place, PlaceState
from mulmok.model.block import Values


@dataclass(frozen=True, eq=False)
class Evidence:
    """What one onset says; log odds are against "nothing".

    age                how long ago the onset was [min]
    water, hydraulic   log odds of foreign water, of more water; fault per channel (channels,)
    weight, share      as in `explain`
    step, z            estimated step of each channel in its scale, and its standard score
    """

    entry: int
    onset: int
    age: float
    water: float
    hydraulic: float
    weight: Values
    share: NDArray[np.int64]
    step: Values
    z: Values

    @property
    def fault(self) -> Values:
        """Log odds of each channel's own fault (channels,)."""
        return self.weight[len(self.weight) - len(self.z) :]

    @property
    def any(self) -> float:
        """Log odds that something happens at all."""
        return summed(self.water, self.hydraulic, *self.fault.tolist())

    @property
    def odds(self) -> float:
        """Log odds of foreign water against everything else, nothing included."""
        return self.water - summed(0.0, self.hydraulic, *self.fault.tolist())

    @property
    def hydraulic_odds(self) -> float:
        """Log odds of more water against everything else."""
        return self.hydraulic - summed(0.0, self.water, *self.fault.tolist())

    def fault_odds(self, channel: int) -> float:
        """Log odds of one instrument's step against everything else."""
        others = self.fault.tolist()
        fault = others.pop(channel)
        return float(fault) - summed(0.0, self.water, self.hydraulic, *others)

    def rivals(self, place: Place) -> list[tuple[str, float]]:
        """Explanations by name and their log odds: causes in the water, and "fault"."""
        names = [*(water.cause for water in place.mixer.waters), "unknown"]
        named = zip(names, self.weight.tolist(), strict=False)
        return [*named, ("fault", summed(*self.fault.tolist()))]

    def fraction(self, place: Place, cause: str) -> float | None:
        """Most likely share of the flow if it is that cause [1]; None where no composition is known."""
        waters = place.mixer.waters
        of = [n for n, water in enumerate(waters) if water.cause == cause and water.mixes]
        if not of:
            return None
        best = max(of, key=lambda n: float(self.weight[n]))
        return float(place.mixer.share[best, int(self.share[best])])


def summed(*logs: float) -> float:
    """Logarithm of the sum of what is given as logarithms."""
    top = max(logs)
    if top == -math.inf:
        return top
    return top + math.log(sum(math.exp(one - top) for one in logs))


def weighed(place: Place, state: PlaceState, slot: int, entry: int, level: Values) -> Evidence:
    """Explain the steps since one onset of the bank."""
    onset = int(state.onset[entry])
    age = slot - onset
    group = 0 if age < 8 else 1 if age < 32 else 2 if age < 96 else 3
    mixer, n = place.mixer, len(place.index)
    mean, deviation = mixer.moves(level, state.mean, place.log)
    weight, share = np.empty(len(mixer.waters) + 1 + n), np.zeros(len(mixer.waters), np.int64)
    step, z = np.empty(n), np.empty(n)
    water, hydraulic = explain(
        state.info[entry], state.score[entry], state.count[entry], state.jump[entry],
        place.interval, place.minutes(age), state.rest[group], state.common[group],
        mean, deviation, mixer.sort, mixer.kind, place.carrier, place.fault_size,
        step, z, weight, share,
    )  # fmt: skip
    return Evidence(entry, onset, place.minutes(age), water, hydraulic, weight, share, step, z)

"""An inlet as the library of waters sees it."""

from __future__ import annotations

import numpy as np
from unit.derive.material import channel

from mulmok.config.build_waters import library
from mulmok.judge.detect.explain import explain
from mulmok.judge.detect.mixing import Mixer
from mulmok.model.foreign import ForeignWater
from mulmok.model.time import MINUTE

#: Usual value of each channel [canonical unit], and how well its step is known in its scale.
USUAL = {
    "flow": (900.0, 0.03), "ph": (7.2, 0.04), "temperature": (18.0, 0.1), "ec": (900.0, 0.02),
    "orp": (-100.0, 8.0), "tss": (200.0, 0.06), "cod": (400.0, 0.05), "nh4_n": (30.0, 0.05),
    "tn": (45.0, 0.06), "chloride": (90.0, 0.05),
}  # fmt: skip
NAMES = tuple(USUAL)
CHANNELS = tuple(channel(f"inlet.{name}", MINUTE) for name in NAMES)
LOG = np.array([one.quantity.log for one in CHANNELS])
LEVEL = np.array([np.log(v) if log else v for (v, _), log in zip(USUAL.values(), LOG, strict=True)])
DOUBT = np.array([doubt for _, doubt in USUAL.values()])
COLUMN = {name: number for number, name in enumerate(NAMES)}
FAULT_SIZE = np.array([{"ph": 1.5, "temperature": 3.0, "orp": 120.0}.get(n, 0.6) for n in NAMES])
CARRIER = np.array([name not in ("flow", "temperature") for name in NAMES])


def mixer(waters: tuple[ForeignWater, ...] | None = None) -> Mixer:
    return Mixer.for_channels(CHANNELS, library() if waters is None else waters)


def moves(mixed: Mixer):
    return mixed.moves(LEVEL, np.zeros((len(NAMES), 3)), LOG)


class Explained:
    """What some steps, by channel, are most likely to be."""

    def __init__(self, steps, *, waters=None, age=60.0, count=60, jump=0.0, seen=NAMES):
        mixed = mixer(waters)
        mean, deviation = moves(mixed)
        n = len(NAMES)
        step = np.array([steps.get(name, 0.0) for name in NAMES])
        info = np.where([name in seen for name in NAMES], DOUBT**-2.0, 0.0)
        self.step, self.z, self.weight = (
            np.empty(n),
            np.empty(n),
            np.empty(len(mixed.waters) + 1 + n),
        )
        self.share = np.zeros(len(mixed.waters), np.int64)
        self.water, self.hydraulic = explain(
            info, info * step, np.full(n, count), jump * step, np.ones(n), age, np.ones(n),
            np.zeros((n, 2)), mean, deviation, mixed.sort, mixed.kind, CARRIER, FAULT_SIZE,
            self.step, self.z, self.weight, self.share,
        )  # fmt: skip
        self.names = [
            *(water.id for water in mixed.waters),
            "unknown",
            *(f"fault {n}" for n in NAMES),
        ]
        self.mixer = mixed

    @property
    def first(self):
        return self.names[int(np.argmax(self.weight))]

    @property
    def fraction(self):
        best = int(np.argmax(self.weight))
        return self.mixer.share[best, self.share[best]]

    def of(self, name):
        return self.weight[self.names.index(name)]

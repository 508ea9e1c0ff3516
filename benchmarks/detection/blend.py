"""Mixing two waters by mass."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from benchmarks.detection.acidity import solve
from benchmarks.detection.noise import Array

#: What is carried by the water; pH follows from it, conductivity is without H+ and OH-.
CARRIED = ("cod", "tss", "turbidity", "nh4", "norg", "tp", "ec", "temperature", "sid", "ct", "vfa")
#: Nothing can be taken out that is not there: oxidants take ammonium, down to this share of it.
_LEFT = 0.1

Water = dict[str, Array]
Composition = Mapping[str, float]


def blended(water: Water, share: Array, comes: Composition) -> Water:
    """Mix in a share of the whole flow [1]: C = (1 - f) C_sewage + f C_comes, Q / (1 - f).

    The potential goes from the sewage's towards the coming water's as it is poised: the more
    `poise`, the smaller the share that decides.
    """
    out = dict(water)
    for name in CARRIED:
        out[name] = (1.0 - share) * water[name] + share * comes[name]
    out["nh4"] = np.maximum(out["nh4"], _LEFT * water["nh4"])
    out["flow"] = water["flow"] / (1.0 - share)
    out["orp"] = water["orp"] + (comes["eh"] - water["orp"]) * (1 - np.exp(-share * comes["poise"]))
    return out


def part(water: Water, rows: slice) -> Water:
    """Give some of the minutes."""
    return {name: column[rows] for name, column in water.items()}


def acidity(water: Water) -> Array:
    """Give the pH."""
    return solve(water["sid"], water["ct"], water["nh4"], water["tp"], water["vfa"])


def seen(water: Water) -> Water:
    """Give what perfect, prompt instruments would show, by quantity id.

    Hydrogen and hydroxide ions conduct as such once the buffer is used up (350 and 199 uS/cm in
    a meq/L); all other ions are in `ec`.
    """
    ph = acidity(water)
    free = 350.0 * 10.0 ** (3.0 - ph) + 199.0 * 10.0 ** (ph - 10.95)
    return {
        "flow": water["flow"],
        "ph": ph,
        "ec": water["ec"] + free,
        "temperature": water["temperature"],
        "turbidity": water["turbidity"],
        "orp": water["orp"],
        "tss": water["tss"],
        "cod": water["cod"],
        "nh4_n": water["nh4"],
        "tn": water["nh4"] + water["norg"],
        "tp": water["tp"],
    }

"""The water that leaves the works: the inlet's, delayed, damped and treated.

Three hours in pipes and grit, then a day in the tanks: the effluent follows the mean of the inlet
over that day. What is left of each substance is site choice, well under Korean limits in normal
operation; the plant model proper is another room's.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mulmok.model.block import Instants, Values
from mulmok.model.time import DAY, HOUR, Zone
from mulmok.source.simulator.chance import Chance
from mulmok.source.simulator.influent import STEP
from mulmok.source.simulator.planted import Inflow
from mulmok.source.simulator.sewage import Water, Works, inlet_water

DELAY, TANKS = 3 * HOUR, 24 * HOUR

#: Left of the day's mean at the inlet: constant part and share.
_LEFT: dict[str, tuple[float, float]] = {
    "toc": (2.5, 0.035),
    "cod": (5.0, 0.035),
    "cod_mn": (2.5, 0.03),
    "bod": (1.0, 0.012),
    "tss": (2.0, 0.012),
    "nh4_n": (0.1, 0.025),
    "tn": (2.0, 0.2),
    "no3_n": (7.0, 0.1),
    "tp": (0.03, 0.02),
    "po4_p": (0.01, 0.015),
    "uv254": (4.0, 0.07),
    "ec": (0.0, 0.85),
    "chloride": (0.0, 1.0),
    "temperature": (0.5, 1.0),
    "ph": (5.4, 0.2),
    "orp": (150.0, 0.1),
    "do": (4.5, 0.0),
    "rain": (0.0, 1.0),
    "h2s": (0.0, 0.0),
    "lel": (0.0, 0.0),
}
_LEFT_ELSE = (0.0, 0.3)


def effluent_water(
    day: int, works: Works, zone: Zone, chance: Chance, inflows: Sequence[Inflow]
) -> tuple[Instants, Water]:
    """Give the effluent of the UTC day that begins at `day` [ns UTC], every 15 min, its end too."""
    window, lag = TANKS // STEP, DELAY // STEP
    count = DAY // STEP + 1
    at = day - DELAY - TANKS + STEP * np.arange(count + lag + window, dtype=np.int64)
    inlet = inlet_water(at, works, zone, chance, inflows)
    weight = np.full(window, 1.0 / window)
    grid = day + STEP * np.arange(count, dtype=np.int64)

    def day_mean(values: Values) -> Values:
        return np.convolve(values, weight, mode="valid")[:count]

    water: Water = {}
    for name, values in inlet.items():
        if name == "flow":
            hour = np.full(5, 0.2)
            water[name] = np.convolve(values, hour, mode="valid")[-count:]
            continue
        constant, share = _LEFT.get(name, _LEFT_ELSE)
        slow = 1.0 + 0.03 * chance.smooth(f"effluent/{name}", grid, 5 * HOUR)
        water[name] = constant * (slow if constant > 0 else 1.0) + share * day_mean(values)
    # Biology loses its grip when the flow washes through it.
    wash = np.clip(day_mean(inlet["flow"]) / works.flow - 1.3, 0.0, None)
    water["tss"] = water["tss"] * (1.0 + 1.5 * wash)
    return grid, water


def at_instants(grid: Instants, water: Water, at: Instants) -> Water:
    """Water between the points of its grid, straight."""
    return {name: np.interp(at, grid, values) for name, values in water.items()}

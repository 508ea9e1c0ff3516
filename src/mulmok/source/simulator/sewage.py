"""The water at the inlet: the influent scaled, what follows from it, what is planted in it.

Derived, not measured (site choice, orders of magnitude of DOMAIN 4.1): T-P from COD and ammonia;
conductivity and chloride from ammonia and dilution by rain; alkalinity from dilution; pH from the
day's rhythm of ammonia; ORP from strength; TOC, BOD, UV254 and permanganate COD from COD.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mulmok.model.acidity import carbon, ph
from mulmok.model.block import Instants, Values
from mulmok.model.calendar import WEEKENDS, Calendar
from mulmok.model.time import HOUR, MINUTE, Zone
from mulmok.source.simulator.chance import Chance
from mulmok.source.simulator.foreign import FOREIGN
from mulmok.source.simulator.influent import influent, local_hour, series
from mulmok.source.simulator.planted import Inflow

#: Mean flow as a share of the capacity, mean strength as a share of the design. Site choice.
USE, STRENGTH = 0.8, 0.85
#: Typical Korean design influent [mg/L] (DOMAIN 4.1), where the site file has none.
DESIGN = {"cod": 400.0, "tss": 190.0, "tn": 42.0, "tp": 5.0}
#: Share of ammonium in total nitrogen (DOMAIN 4.1: 0.6 to 0.75).
AMMONIUM = 0.65
#: Flow from which rain dilutes the sewage, as a multiple of the mean. Site choice.
RAIN = 2.0
_METALS = {
    "cd": 0.0005, "pb": 0.005, "cu": 0.03, "zn": 0.12, "cr": 0.01, "ni": 0.01, "fe": 0.8,
    "phenol": 0.02, "toxicity": 0.5,
}  # fmt: skip

Water = dict[str, Values]


@dataclass(frozen=True, slots=True)
class Works:
    """Size of the works: mean flow [m3/h] and mean concentrations [mg/L] of its sewage; its days off."""

    flow: float
    cod: float
    tss: float
    tn: float
    tp: float
    calendar: Calendar = WEEKENDS


def works_of(
    capacity: float, design: Mapping[str, float] | None = None, calendar: Calendar = WEEKENDS
) -> Works:
    """Size a works by its capacity [m3/h] and its design influent [mg/L]."""
    want = {**DESIGN, **(design or {})}
    strength = {name: STRENGTH * want[name] for name in DESIGN}
    return Works(USE * capacity, **strength, calendar=calendar)


def pure_sewage(at: Instants, works: Works, zone: Zone, chance: Chance) -> Water:
    """Sewage of the works without anything foreign, at instants [ns UTC].

    Gives `flow` [m3/h] and the components of `foreign.py`, with `orp` [mV] and `rain` [mm/h].
    """
    raw, mean = influent(at, zone, works.calendar), series().mean

    def texture(name: str, size: float) -> Values:
        quick = chance.smooth(f"{name}/quick", at, 12 * MINUTE)
        slow = chance.smooth(f"{name}/slow", at, 3 * HOUR)
        return 1.0 + size * (0.6 * quick + slow)

    load = raw["Q"] / mean["Q"]
    dilution = np.minimum(1.0, RAIN / load)
    cod = raw["COD"] / mean["COD"] * texture("cod", 0.03)
    tss = raw["TSS"] / mean["TSS"] * texture("tss", 0.04)
    nh4 = raw["NH4N"] / mean["NH4N"] * texture("nh4_n", 0.02)
    organic = (raw["TN"] - raw["NH4N"]) / (mean["TN"] - mean["NH4N"]) * texture("organic_n", 0.03)
    tp = (0.6 * cod + 0.4 * nh4) * texture("tp", 0.02)
    alkalinity = 3.4 * np.sqrt(dilution)
    acidity = (
        7.2
        + 0.18 * np.tanh(nh4 - 1.0)
        - 0.25 * (1.0 - dilution)
        + 0.03 * chance.smooth("ph", at, 2 * HOUR)
    )
    warm = 0.3 * np.sin((local_hour(at, zone) - 9.0) * (np.pi / 12.0))
    hours = chance.smooth("orp", at, 4 * HOUR)
    water = {
        "flow": works.flow * load * texture("flow", 0.015),
        "cod": works.cod * cod,
        "toc": works.cod * cod / 3.1,
        "bod": works.cod * cod * 0.48,
        "cod_mn": works.cod * cod * 0.3,
        "uv254": 25.0 * dilution + 0.16 * works.cod * cod,
        "tss": works.tss * tss,
        "nh4_n": works.tn * AMMONIUM * nh4,
        "tn": works.tn * (AMMONIUM * nh4 + (1.0 - AMMONIUM) * organic),
        "no3_n": 0.5 + 0.8 * (1.0 - dilution),
        "tp": works.tp * tp,
        "po4_p": works.tp * tp * 0.6,
        "ec": (330.0 * dilution + 390.0 * nh4) * texture("ec", 0.01),
        "chloride": 70.0 * dilution * texture("chloride", 0.03),
        "temperature": 18.0 + 1.6 * (raw["T"] - 15.0) + warm - 1.0 * (1.0 - dilution),
        "alkalinity": alkalinity,
        "carbon": carbon(acidity, alkalinity),
        "ph": acidity,
        "orp": -80.0 - 50.0 * (cod - 1.0) + 60.0 * (1.0 - dilution) + 20.0 * hours,
        "do": np.clip(0.4 + 2.0 * (1.0 - dilution), 0.0, None),
        "rain": np.clip(4.0 * (load - RAIN), 0.0, None),
        "lel": np.zeros(len(at)),
        "h2s": 0.4 * np.ones(len(at)),
    }
    return water | {name: usual * texture(name, 0.05) for name, usual in _METALS.items()}


#: What does not mix like a dissolved substance.
_UNMIXED = {"flow", "ph", "orp", "rain", "do", "h2s"}


def mixed(base: Water, at: Instants, inflows: Sequence[Inflow]) -> Water:
    """Mix foreign waters into the sewage by mass balance.

    With shares f_i of the whole flow: C = (1 - sum f_i) C_sewage + sum f_i C_i and
    Q = Q_sewage / (1 - sum f_i). The pH follows from mixed alkalinity and carbon. ORP is pushed
    towards each water's own; more than 1 % of it makes most of the difference (site choice). A state of
    the sewage mixes nothing in: it moves ORP, pH and hydrogen sulphide as far as it has come.
    """
    shares = [(FOREIGN[inflow.kind], inflow.share(at)) for inflow in inflows]
    shares = [(foreign, share) for foreign, share in shares if share.any()]
    if not shares:
        return base
    water = dict(base)
    waters = [(foreign, share) for foreign, share in shares if foreign.mixes]
    total = np.minimum(sum((share for _, share in waters), np.zeros(len(at))), 0.95)
    for name in base:
        if name not in _UNMIXED:
            added = sum(
                (share * foreign.strength(name) for foreign, share in waters), np.zeros(len(at))
            )
            water[name] = (1.0 - total) * base[name] + added
    water["flow"] = base["flow"] / (1.0 - total)
    touched = total > 0.0
    if touched.any():
        water["ph"] = base["ph"].copy()
        water["ph"][touched] = ph(water["alkalinity"][touched], water["carbon"][touched])
    for foreign, share in shares:
        if foreign.mixes:
            water["orp"] = water["orp"] + foreign.orp * (share / (share + 0.01))
        else:
            water["orp"] = water["orp"] + foreign.orp * share
            water["ph"] = water["ph"] + foreign.acidity * share
            water["h2s"] = water["h2s"] + 120.0 * share
    return water


def inlet_water(
    at: Instants, works: Works, zone: Zone, chance: Chance, inflows: Sequence[Inflow]
) -> Water:
    """Sewage with what is planted in it."""
    return mixed(pure_sewage(at, works, zone, chance), at, inflows)

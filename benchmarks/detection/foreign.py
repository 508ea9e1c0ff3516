"""Foreign waters of the benchmark: field figures of DOMAIN 4.3, signatures of 4.4, varied.

cod tss nh4 norg tp [mg/L]   ec [uS/cm, without free H+ and OH-]   turbidity [NTU]
ph, ct, vfa [mmol/L]: from these and ammonium the strong ions follow
eh [mV], poise: see `blend.blended`        temperature: 0 means that of the season
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from benchmarks.detection.acidity import strong_ions
from benchmarks.detection.works import Works

_COLUMNS = (
    "cod", "tss", "turbidity", "nh4", "norg", "tp", "ec", "temperature", "ph", "ct", "vfa", "eh", "poise",
)  # fmt: skip
# fmt: off
_TABLE: dict[str, tuple[float, ...]] = {
    #               cod     tss   turb    nh4  norg   tp     ec    T    pH   ct   vfa    eh  poise
    "livestock":  (20600,  6933,  6500,  1950,  870, 700, 15500,   0,  7.9, 115,  40, -340,  40),
    "septage":    (17000, 19500, 14000,   300,  650, 330,  3300,   0,  7.6,  22,  12, -310,  35),
    "food_waste":(112000, 16000, 12000,   550, 2500, 520, 19000,  25,  4.0,   2, 280, -210,  30),
    "leachate":   ( 5044,   160,   260,  1400,  220,  11, 14500,   0,  8.1, 112,   4,  -70,   8),
    "plating":    (  350,   550,   900,    25,   15,  12, 23000,  22,  1.05,  1,   0,  440,  22),
    "cyanide":    (  500,   450,   700,    40,   60,   8, 21000,  22, 12.9,  15,   0, -280,  22),
    "acid":       (  120,    60,    90,     5,    3,   2, 17000,  20,  0.35,  1,   0,  420,  14),
    "alkali":     (  250,    90,   150,     5,    3,   4, 37000,  24, 13.60,  5,   0,  -90,  10),
    "oil":        (98000,  4500, 15000,    10,   60,  12,   400,   0,  7.0,   2,   2, -130,  18),
    "seawater":   (    3,    15,    10,   0.1,  0.2, 0.1, 49000,   0,  8.05, 2.1,  0,  170, 1.5),
    "textile":    ( 1700,   170,   330,    12,   28,   7,  8300,  43, 10.6,   7,   0, -190,   6),
    "food_industry": (5200, 1350, 1500,    32,  130,  38,  2600,  35,  5.2,   3,  16, -170,   8),
    "cip":        ( 4400,  1200,  1300,    30,  110,  45,  4200,  41, 11.6,  10,   6, -120,   6),
    "construction": (130, 21500, 25000,     2,    4,   3,  5200,   0, 12.35,  1,   0,   60, 1.5),
    "oxidant":    (   60,    20,    20,  -260,    0,   1, 29000,   0, 11.2,   4,   0,  680, 110),
}
# fmt: on
#: The share of the flow in which each comes: weak but real, to strong.
SHARES: dict[str, tuple[float, float]] = {
    "livestock": (0.005, 0.04),
    "septage": (0.005, 0.02),
    "food_waste": (0.002, 0.015),
    "leachate": (0.01, 0.05),
    "plating": (0.007, 0.03),
    "acid": (0.004, 0.02),
    "alkali": (0.004, 0.02),
    "oil": (0.0015, 0.008),
    "seawater": (0.02, 0.10),
    "textile": (0.04, 0.15),
    "food_industry": (0.03, 0.12),
    "construction": (0.008, 0.04),
    "oxidant": (0.003, 0.015),
    "unknown": (0.01, 0.08),
}  # fmt: skip
CAUSES = (*SHARES, "septicity")
#: Of unknown waters: what a component may be raised to, evenly in the logarithm.
_RAISED = {
    "cod": (2_000, 30_000), "tss": (1_500, 15_000), "nh4": (200, 2_000), "norg": (150, 1_500),
    "tp": (60, 800), "ec": (5_000, 40_000),
}  # fmt: skip
#: An unknown water whose effect points so nearly along a listed one's would be named by chance.
_ALIKE = 0.9


def composition(cause: str, rng: Generator, works: Works, *, harsh: bool) -> dict[str, float]:
    """Draw one event's water: each component varied on its own."""
    if cause == "unknown":
        return _unknown(rng, works)
    if cause == "plating" and rng.random() < 0.3:
        cause = "cyanide"
    if cause == "food_industry" and rng.random() < 0.4:
        cause = "cip"
    usual = dict(zip(_COLUMNS, _TABLE[cause], strict=True))
    spread = 0.5 if harsh else 0.35
    # Solids carry organic matter, nitrogen and phosphorus; what is weak is weak in all of them.
    common = 0.5 * spread * rng.standard_normal()
    out = dict(usual)
    for name in ("cod", "tss", "nh4", "norg", "tp", "ec", "ct", "vfa", "poise"):
        out[name] = usual[name] * np.exp(0.866 * spread * rng.standard_normal() + common)
    out["turbidity"] = (
        usual["turbidity"] * (out["tss"] / usual["tss"]) * np.exp(0.2 * rng.standard_normal())
    )
    # Strong acids and bases: 0.434 of a pH is the same spread of the strength.
    out["ph"] = usual["ph"] + rng.standard_normal() * (
        0.434 * spread if not 3 < usual["ph"] < 10 else 0.25
    )
    out["eh"] = usual["eh"] + 40 * rng.standard_normal()
    out["temperature"] = _warmth(usual["temperature"], rng, works)
    return _with_ions(out)


def _warmth(usual: float, rng: Generator, works: Works) -> float:
    if usual:
        return usual + 3 * rng.standard_normal()
    return works.temperature + 2 * rng.standard_normal()


def _with_ions(water: dict[str, float]) -> dict[str, float]:
    numbers = (np.array([water[name]]) for name in ("ph", "ct", "nh4", "tp", "vfa"))
    return {**water, "sid": float(strong_ions(*numbers)[0])}


def _unknown(rng: Generator, works: Works) -> dict[str, float]:
    """Draw a water that is not like any listed one."""
    while True:
        out = dict.fromkeys(_COLUMNS, 0.0)
        out |= {"cod": works.cod, "tss": works.tss, "turbidity": works.turbidity * works.tss}
        out |= {"nh4": works.nh4, "norg": works.norg, "tp": works.tp, "ec": works.ec}
        names = rng.permutation(list(_RAISED))[: rng.integers(2, 5)]
        for name in names:
            low, high = np.log(_RAISED[name])
            out[name] = float(np.exp(rng.uniform(low, high)))
        if "tss" in names:
            out["turbidity"] = out["tss"] * rng.uniform(0.5, 2.0)
        out["temperature"] = _warmth(float(rng.choice([0.0, 0.0, 32.0])), rng, works)
        out["ph"] = float(rng.choice([7.5, 7.5, 3.0, 11.5])) + 0.3 * rng.standard_normal()
        out["ct"], out["vfa"] = rng.uniform(1, 20), rng.uniform(0, 10)
        out["eh"], out["poise"] = rng.uniform(-350, 350), float(np.exp(rng.uniform(0, 3.4)))
        if (
            max(
                _cosine(out, dict(zip(_COLUMNS, row, strict=True)), works)
                for row in _TABLE.values()
            )
            < _ALIKE
        ):
            return _with_ions(out)


def _cosine(one: dict[str, float], other: dict[str, float], works: Works) -> float:
    """How nearly two waters act in the same direction on this works' instruments."""
    a, b = _effect(one, works), _effect(other, works)
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b) + 1e-9))


def _effect(water: dict[str, float], works: Works) -> np.ndarray:
    base = {
        "cod": works.cod,
        "tss": works.tss,
        "nh4": works.nh4,
        "norg": works.norg,
        "tp": works.tp,
        "ec": works.ec,
    }
    ratios = np.array([(water[name] - level) / level for name, level in base.items()])
    acid = 10.0 ** (3 - water["ph"]) if water["ph"] < 5 else 0.0
    base_ = 10.0 ** (water["ph"] - 11) if water["ph"] > 9 else 0.0
    own = np.array([(base_ - acid) * 5.0, water["poise"] * np.sign(water["eh"] - works.orp) * 0.3])
    effect: np.ndarray = np.concatenate([ratios, own])
    return effect

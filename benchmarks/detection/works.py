"""The works of a seed: how large, how strong, how lively, and what its sewer is like."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.detection.noise import log_uniform, stream


@dataclass(frozen=True, slots=True)
class Works:
    """Mean levels and manners. Ranges: Korean influents (DOMAIN 4.1, 4.2), site choice elsewhere.

    swing         exponents on the relative BSM2 series: flow, concentrations
    solids, salts sizes of the common textures of particles and of dissolved matter (log)
    ripple        height of the pump cycles as a share of flow, and their period [min]
    """

    flow: float
    cod: float
    tss: float
    nh4: float
    norg: float
    tp: float
    ec: float
    ec_by_ammonia: float
    ph: float
    alkalinity: float
    vfa: float
    temperature: float
    turbidity: float
    orp: float
    swing: tuple[float, float]
    solids: float
    salts: float
    ripple: tuple[float, float]
    wet: bool
    side_stream: bool
    wipers: bool
    df: float


def works(seed: int, *, harsh: bool) -> Works:
    """Draw the works of a seed; harsh ones are livelier."""
    rng = stream(seed, "works")
    cod = rng.uniform(250, 600)
    tn = min(max(cod * rng.uniform(0.075, 0.13), 25.0), 60.0)
    ammonium = rng.uniform(0.6, 0.75)
    more = 2.0 if harsh else 1.0
    return Works(
        flow=log_uniform(rng, 150, 1100),
        cod=cod,
        tss=min(max(cod * rng.uniform(0.4, 0.65), 120.0), 300.0),
        nh4=tn * ammonium,
        norg=tn * (1 - ammonium),
        tp=min(max(cod * rng.uniform(0.010, 0.018), 3.0), 8.0),
        ec=log_uniform(rng, 450, 1500),
        ec_by_ammonia=rng.uniform(0.2, 0.5),
        ph=rng.uniform(6.8, 7.5),
        alkalinity=rng.uniform(2.5, 5.0),
        vfa=rng.uniform(0.3, 1.2),
        temperature=rng.uniform(10, 26),
        turbidity=rng.uniform(0.5, 1.4),
        orp=rng.uniform(-220, 30),
        swing=(rng.uniform(0.7, 1.25), rng.uniform(0.6, 1.3)),
        solids=more * rng.uniform(0.04, 0.085),
        salts=more * rng.uniform(0.012, 0.03),
        ripple=(rng.uniform(0.005, 0.06), rng.uniform(6, 30)),
        wet=bool(rng.random() < 0.6),
        side_stream=bool(rng.random() < 0.5),
        wipers=bool(rng.random() < 0.5),
        df=3.0 + rng.uniform(0.1, 0.6) if harsh else rng.uniform(3.5, 7.0),
    )

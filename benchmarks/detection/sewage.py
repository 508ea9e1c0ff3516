"""The sewage of a seed at one minute, nothing foreign in it: levels, days, textures, weather."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.acidity import carbon_of, strong_ions
from benchmarks.detection.blend import Water
from benchmarks.detection.calendar_rows import local_minute, minutes, raw_rows, relative, runs
from benchmarks.detection.hydraulics import Span, infiltration, side_stream, storms
from benchmarks.detection.noise import Array, stream, texture
from benchmarks.detection.works import Works

_QUICK = ((2.0, 0.5), (12.0, 0.8), (60.0, 1.0), (300.0, 1.0))
_SLOW = ((15.0, 0.4), (90.0, 0.8), (600.0, 1.0), (2500.0, 0.8))
#: How each component follows the common texture of particles and of dissolved matter, and what it
#: has of its own, as a share of the first.
_FOLLOWS = {
    "tss": (1.0, 0.0, 0.35), "turbidity": (0.95, 0.0, 0.30), "cod": (0.6, 0.5, 0.30),
    "norg": (0.5, 0.4, 0.30), "tp": (0.4, 0.8, 0.25), "nh4": (0.0, 1.2, 0.20), "ec": (0.0, 0.7, 0.10),
}  # fmt: skip


def sewage(
    seed: int, works: Works, start: int, offset: int, first_weekday: int, days: int, *, harsh: bool
) -> tuple[Water, list[Span]]:
    """Give the components of `blend.CARRIED`, `flow` [m3/h] and `orp` [mV], and the benign spans."""
    n = days * 1440
    rng = stream(seed, "calendar")
    holidays = _holidays(seed, days, harsh=harsh)
    rows = raw_rows(rng, first_weekday, days, holidays)
    raw, excess = relative(rng, rows, first_weekday, wet=works.wet)
    raw = {name: minutes(column, n) for name, column in raw.items()}
    over = minutes(excess, n)
    spans = [Span("holiday", day * 1440, (day + 1) * 1440) for day in holidays]
    if works.wet:
        spans += [Span("storm", *run) for run in runs(over > 1.45, 240)]
    water = _plain(seed, works, raw, over, local_minute(start, offset, n))
    if harsh:
        water, more = _regimes(seed, water, n)
        spans += more
    water = _textured(seed, water, works, n)
    water = _acid(seed, water, works, raw["NH4N"], n)
    water, rain = storms(seed, water, works, n)
    water, ground = infiltration(seed, water, n)
    water, more = side_stream(seed, water, works, n, first_weekday)
    return water, spans + rain + ground + more


def _holidays(seed: int, days: int, *, harsh: bool) -> list[int]:
    rng = stream(seed, "holidays")
    if days < 10 or rng.random() < (0.0 if harsh else 0.5):
        return []
    first, long = int(rng.integers(3, days - 3)), int(rng.integers(1, 4 if harsh else 2))
    return list(range(first, min(first + long, days)))


def _plain(seed: int, works: Works, raw: dict[str, Array], over: Array, clock: np.ndarray) -> Water:
    """Scale the series to the works; what it has not follows from flow, ammonia, season, clock."""
    rng = stream(seed, "plain")
    swing, swing_c = works.swing
    organic = np.maximum(raw["TN"] * 1.5 - raw["NH4N"] * 0.5, 0.1)
    soft = 1.0 / (1.0 + 0.8 * np.clip(over - 1.15, 0.0, None))
    ammonia = raw["NH4N"] ** swing_c
    share = works.ec_by_ammonia
    night = np.cos((clock - rng.uniform(150, 330)) / 1440 * 2 * np.pi)
    flow = works.flow * raw["Q"] ** swing
    tss = works.tss * raw["TSS"] ** swing_c
    wave = 0.1 + rng.uniform(0, 0.4)
    return {
        "flow": flow,
        "cod": works.cod * raw["COD"] ** swing_c,
        "tss": tss,
        "turbidity": works.turbidity * works.tss * (tss / works.tss) ** rng.uniform(0.85, 1.1),
        "nh4": works.nh4 * ammonia,
        "norg": works.norg * organic**swing_c,
        "tp": works.tp * (0.45 * ammonia + 0.55 * raw["COD"] ** swing_c),
        "ec": works.ec * ((1 - share) * soft * (1 - 0.04 * night) + share * ammonia),
        "temperature": works.temperature + 0.9 * (raw["T"] - raw["T"].mean()) - wave * night,
        "soft": soft,
        "orp": works.orp
        - 18.0 * night
        - 45.0 * (ammonia - 1.0) * rng.uniform(0.2, 1)
        + 70 * (1 - soft),
    }


def _regimes(seed: int, water: Water, n: int) -> tuple[Water, list[Span]]:
    """Shift the level of some components over a day, for good: a new estate, a closed factory."""
    rng = stream(seed, "regimes")
    out, spans = dict(water), []
    for _ in range(int(rng.integers(1, 3))):
        begin = int(rng.integers(n // 10, max(n - 2880, n // 10 + 1)))
        ease = np.clip((np.arange(n) - begin) / 1440.0, 0.0, 1.0)
        names = rng.permutation(["flow", "cod", "tss", "nh4", "tp", "ec"])[: rng.integers(1, 4)]
        for name in names:
            step = float(rng.choice([-1, 1])) * rng.uniform(0.10, 0.25)
            also = ("turbidity",) if name == "tss" else ("norg",) if name == "nh4" else ()
            for one in (str(name), *also):
                out[one] = out[one] * (1.0 + step * ease)
        spans.append(Span("regime", begin, min(begin + 1440, n)))
    return out, spans


def _textured(seed: int, water: Water, works: Works, n: int) -> Water:
    """Lay minutes to days of unrest over it, partly common, with the pumps' cycle in the flow."""
    solids = texture(stream(seed, "solids"), n, _QUICK, works.df)
    salts = texture(stream(seed, "salts"), n, _SLOW, works.df)
    out = dict(water)
    for name, (by_solids, by_salts, own) in _FOLLOWS.items():
        alone = texture(stream(seed, f"own {name}"), n, _QUICK, works.df)
        size = own * (works.solids if by_solids else works.salts * 1.5)
        swing = works.solids * by_solids * solids + works.salts * by_salts * salts
        out[name] = water[name] * np.exp(np.clip(swing + size * alone, -1.0, 1.0))
    rng = stream(seed, "pumps")
    height, period = works.ripple
    rate = np.exp(0.25 * texture(rng, n, ((120.0, 1.0),), 8.0)) / period
    cycle = np.cumsum(rate) % 1.0
    pumps = np.where(cycle < 0.4, 0.6, -0.4) * 2.0 * (water["flow"] / works.flow) ** -0.5
    quiet = texture(rng, n, ((3.0, 0.6), (30.0, 1.0), (240.0, 1.0)), works.df)
    out["flow"] = water["flow"] * np.exp(np.clip(0.012 * quiet + height * pumps, -0.6, 0.6))
    for name in ("tss", "turbidity"):
        out[name] = out[name] * np.exp(0.4 * height * pumps)
    warm = texture(stream(seed, "warm"), n, ((20.0, 0.3), (240.0, 1.0)), 8.0)
    out["temperature"] = water["temperature"] + 0.08 * warm
    unrest = texture(stream(seed, "orp"), n, ((8.0, 0.5), (60.0, 1.0), (700.0, 1.5)), works.df)
    out["orp"] = water["orp"] + (9.0 + 90.0 * works.salts) * 1.5 * unrest
    return out


def _acid(seed: int, water: Water, works: Works, ammonia: Array, n: int) -> Water:
    """Give the water the ions of the pH it has: higher with the morning's ammonia, unsteady."""
    rng = stream(seed, "acid")
    out = dict(water)
    soft = out.pop("soft")
    unrest = texture(rng, n, ((5.0, 0.4), (45.0, 0.8), (500.0, 1.0)), works.df)
    ph = (
        works.ph
        + rng.uniform(0.05, 0.22) * np.tanh(ammonia - 1.0)
        + rng.uniform(0.02, 0.05) * unrest
    )
    slow = texture(rng, n, _SLOW, 8.0)
    alkalinity = works.alkalinity * soft * np.exp(1.5 * works.salts * slow)
    out["vfa"] = works.vfa * (out["cod"] / works.cod)
    out["ct"] = carbon_of(ph, alkalinity)
    out["sid"] = strong_ions(ph, out["ct"], out["nh4"], out["tp"], out["vfa"])
    return out

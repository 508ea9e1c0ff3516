"""What water does on its own account: rain, groundwater, sludge liquor. Benign, and planted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from benchmarks.detection.blend import Water, blended
from benchmarks.detection.noise import Array, log_uniform, stream
from benchmarks.detection.works import Works


@dataclass(frozen=True, slots=True)
class Span:
    """A benign thing, in minutes of the scene."""

    cause: str
    begin: int
    end: int
    channel: str | None = None


def _pulse(n: int, begin: int, rise: float, hold: float, fall: float) -> Array:
    """Rise evenly, hold, fall away exponentially; cut off at 3 per cent."""
    x = np.arange(n) - float(begin)
    out = np.clip(x / rise, 0.0, 1.0)
    late = x > rise + hold
    out[late] = np.exp(-(x[late] - rise - hold) / fall)
    out[out < 0.03] = 0.0
    return out


def storms(seed: int, water: Water, works: Works, n: int) -> tuple[Water, list[Span]]:
    """Rain of several storms: solids flushed off first, then dilution by cold, soft water."""
    rng = stream(seed, "storms")
    spans: list[Span] = []
    if not works.wet:
        return water, spans
    for _ in range(rng.poisson(rng.uniform(3, 7) * n / 43_200)):
        begin = int(rng.integers(0, n))
        rise, hold, fall = rng.uniform(10, 70), log_uniform(rng, 20, 400), rng.uniform(40, 220)
        peak = rng.uniform(1.5, 4.0)
        shape = _pulse(n, begin, rise, hold, fall)
        share = 1.0 - 1.0 / (1.0 + (peak - 1.0) * shape)
        flush = _pulse(n, begin + int(rng.integers(0, 15)), 8.0, rng.uniform(8, 45), 12.0)
        strong = rng.uniform(0.3, 1.3) * (0.5 + 0.2 * peak)
        water = _flushed(water, flush * strong, rng)
        water = blended(water, share, _rain(rng, works))
        spans.append(Span("storm", begin, min(int(begin + rise + hold + 3 * fall), n)))
    return water, spans


def _flushed(water: Water, log_height: Array, rng: Generator) -> Water:
    out = dict(water)
    for name, part in (("tss", 1.0), ("turbidity", 1.05), ("cod", 0.6), ("norg", 0.5), ("tp", 0.4)):
        out[name] = water[name] * np.exp(log_height * part * rng.uniform(0.8, 1.2))
    out["ec"] = water["ec"] * np.exp(log_height * rng.uniform(-0.02, 0.08))
    return out


def _rain(rng: Generator, works: Works) -> dict[str, float]:
    tss = rng.uniform(40, 220)
    return {
        "cod": rng.uniform(25, 110),
        "tss": tss,
        "turbidity": works.turbidity * tss,
        "nh4": rng.uniform(0.3, 2.5),
        "norg": rng.uniform(1, 4),
        "tp": rng.uniform(0.2, 1.0),
        "ec": rng.uniform(60, 220),
        "temperature": works.temperature - rng.uniform(0.5, 5),
        "sid": (alkalinity := rng.uniform(0.4, 1.2)),
        "ct": alkalinity * rng.uniform(1.0, 1.12),
        "vfa": 0.0,
        "eh": rng.uniform(150, 300),
        "poise": rng.uniform(0.4, 1.5),
    }


def infiltration(seed: int, water: Water, n: int) -> tuple[Water, list[Span]]:
    """Groundwater that comes over half a day and stays for days."""
    rng = stream(seed, "infiltration")
    spans: list[Span] = []
    for _ in range(int(rng.integers(0, 3))):
        begin, hold = int(rng.integers(0, n)), rng.uniform(2, 7) * 1440
        rise, fall = rng.uniform(360, 1800), rng.uniform(600, 2400)
        share = rng.uniform(0.06, 0.22) * _pulse(n, begin, rise, hold, fall)
        alkalinity = rng.uniform(1.5, 3)
        ground = {
            "cod": 8.0, "tss": 12.0, "turbidity": 10.0, "nh4": 0.3, "norg": 2.0, "tp": 0.08,
            "ec": rng.uniform(180, 420), "temperature": 15.0, "sid": alkalinity,
            "ct": alkalinity * 1.15, "vfa": 0.0, "eh": 180.0, "poise": 0.8,
        }  # fmt: skip
        water = blended(water, share, ground)
        spans.append(Span("infiltration", begin, min(int(begin + rise + hold + 2 * fall), n)))
    return water, spans


def side_stream(
    seed: int, water: Water, works: Works, n: int, first_weekday: int
) -> tuple[Water, list[Span]]:
    """Sludge liquor of the works itself: each weekday about the same time, some days left out."""
    rng = stream(seed, "side stream")
    spans: list[Span] = []
    if not works.side_stream:
        return water, spans
    clock, share = rng.uniform(7.5, 15) * 60, rng.uniform(0.008, 0.025)
    more = {
        "nh4": rng.uniform(0.10, 0.35),
        "ec": rng.uniform(0.03, 0.08),
        "tp": rng.uniform(0.05, 0.25),
    }
    liquor = {
        "cod": works.cod * rng.uniform(0.8, 3), "tss": works.tss * rng.uniform(0.5, 4),
        "nh4": works.nh4 * (1 + more["nh4"] / share), "norg": works.norg * 3,
        "tp": works.tp * (1 + more["tp"] / share), "ec": works.ec * (1 + more["ec"] / share),
        "temperature": works.temperature + 6.0, "sid": works.alkalinity, "vfa": 2.0,
        "eh": works.orp - 60.0, "poise": 4.0,
    }  # fmt: skip
    liquor["turbidity"] = liquor["tss"] * works.turbidity
    liquor["ct"] = works.alkalinity * 1.1 + liquor["nh4"] / 14.0
    total = np.zeros(n)
    for day in range(n // 1440):
        late, long, strong, skipped = (
            rng.normal(0, 7.5),
            rng.uniform(120, 180),
            rng.uniform(0.75, 1.25),
            rng.random(),
        )
        if (first_weekday + day) % 7 > 4 or skipped < 0.06:
            continue
        begin = int(day * 1440 + clock + float(np.clip(late, -15, 15)))
        x = np.arange(n) - begin
        total += share * strong * np.clip(np.minimum(x, long - x) / 8.0, 0.0, 1.0)
        spans.append(Span("side_stream", begin, int(begin + long)))
    return blended(water, total, liquor), spans

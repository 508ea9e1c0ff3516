"""One live scan of 40 channels through all stages of the pipeline, in this process: no HTTP, no disk.

The channels are those of the example works, taken again under other names until there are 40; each
scan brings a reading of every channel, a minute after the last. The pipeline has seen three days before,
so that expectation and watch are past their warm-up and do all they ever do.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from mulmok.config.load import load_site
from mulmok.config.site import Site
from mulmok.model.channel import Channel
from mulmok.model.message import Readings
from mulmok.model.time import DAY, MINUTE, parse_instant
from mulmok.run.build import build_pipeline

CHANNELS, _DAYS, _SCANS = 40, 3, 1000
_START = parse_instant("2024-03-04T00:00:00+09:00")


def _many(site: Site) -> tuple[Channel, ...]:
    own = site.channels
    return tuple(
        replace(own[n % len(own)], id=f"line{n // len(own)}.{own[n % len(own)].id}", every=MINUTE)
        for n in range(CHANNELS)
    )


def _values(channels: tuple[Channel, ...], scans: int) -> np.ndarray:
    """Calm readings well within the range of each channel, no two alike."""
    rng = np.random.default_rng(1)
    middle = np.array([_usual(channel) for channel in channels])
    return middle * (1 + 0.02 * rng.standard_normal((scans, len(channels))))


def _usual(channel: Channel) -> float:
    low, high = channel.low, channel.high
    return (
        float(np.sqrt(max(low, 1e-3 * high) * high)) if channel.quantity.log else (low + high) / 2
    )


def measure() -> list[tuple[str, str]]:
    site = load_site(Path(__file__).parents[1] / "examples/miryang.toml")
    channels = _many(site)
    pipeline = build_pipeline(replace(site, channels=channels, alarms=(), sources=()))
    before = _DAYS * DAY // MINUTE
    values = _values(channels, before + _SCANS)
    at = _START + np.arange(before + _SCANS) * MINUTE
    number = np.arange(CHANNELS, dtype=np.int16)

    def message(first: int, last: int) -> Readings:
        count = last - first
        return Readings(
            0,
            np.tile(number, count),
            np.repeat(at[first:last], CHANNELS),
            values[first:last].ravel().copy(),
            np.zeros(count * CHANNELS, np.uint8),
        )

    state, _ = pipeline.step(pipeline.start(), message(0, before))
    took = []
    for scan in range(before, before + _SCANS):
        one = message(scan, scan + 1)
        begun = time.perf_counter()
        state, _ = pipeline.step(state, one)
        took.append((time.perf_counter() - begun) * 1000)
    return [
        (
            f"one scan of {CHANNELS} channels through all stages, median of {_SCANS}",
            f"{np.median(took):.2f} ms (p95 {np.quantile(took, 0.95):.2f} ms)",
        )
    ]

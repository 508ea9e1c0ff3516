"""Random processes at one minute: heavy tails, memory from minutes to days, changing liveliness."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.signal import lfilter

Array = NDArray[np.float64]


def stream(seed: int, name: str) -> Generator:
    """Give a generator of its own for each purpose: one more draw here moves nothing there."""
    return np.random.default_rng([seed, crc32(name.encode())])


def heavy(rng: Generator, n: int, df: float) -> Array:
    """Student-t deviates of unit variance; cut at 10, beyond which lie faults, not noise."""
    return np.clip(rng.standard_t(df, n) / np.sqrt(df / (df - 2.0)), -10.0, 10.0)


def ar(rng: Generator, n: int, minutes: float, df: float) -> Array:
    """First-order process of unit variance that forgets in `minutes`."""
    keep = np.exp(-1.0 / minutes)
    first = keep * rng.standard_normal()
    drive = heavy(rng, n, df)
    out, _ = lfilter([np.sqrt(1.0 - keep * keep)], [1.0, -keep], drive, zi=[first])
    return np.asarray(out, np.float64)


def texture(
    rng: Generator, n: int, parts: Sequence[tuple[float, float]], df: float, lively: float = 0.35
) -> Array:
    """Sum of (minutes, weight) processes of unit variance, with hours of more and of less of it."""
    total = sum(weight * weight for _, weight in parts) ** 0.5
    out = np.zeros(n)
    for minutes, weight in parts:
        out += weight / total * ar(rng, n, minutes, df)
    calm = np.exp(lively * ar(rng, n, 360.0, 8.0) - lively * lively)
    return out * calm


def lagged(x: Array, minutes: float, first: float) -> Array:
    """First-order response of an instrument that showed `first` before."""
    keep = np.exp(-1.0 / minutes)
    out, _ = lfilter([1.0 - keep], [1.0, -keep], x, zi=[keep * first])
    return np.asarray(out, np.float64)


def log_uniform(rng: Generator, low: float, high: float) -> float:
    """Draw evenly in the logarithm."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))

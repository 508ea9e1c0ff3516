"""A year of ten channels at one minute as a works' instruments write it: seeded, with faults in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.quality.ground import channel_of
from mulmok.model.block import Block, Instants, Values, raw_block
from mulmok.model.channel import Channel
from mulmok.model.time import DAY, MINUTE

#: Quantity, what it is about, and the share of that by which a day moves it. Each has all checks on.
_WATERS = (
    ("ph", 7.2, 0.03),
    ("ec", 900.0, 0.15),
    ("temperature", 18.0, 0.05),
    ("turbidity", 180.0, 0.3),
    ("tss", 200.0, 0.3),
    ("cod", 420.0, 0.3),
    ("toc", 120.0, 0.3),
    ("nh4_n", 28.0, 0.3),
    ("tn", 40.0, 0.25),
    ("tp", 5.0, 0.25),
)
_START = 20_000 * DAY
#: Once in so many minutes, on average, and for so long [min].
_SPIKE_EVERY, _GAP_EVERY, _STUCK_EVERY = 3_000, 5_000, 40_000
_GAP, _STUCK = 30, 480


@dataclass(frozen=True)
class Year:
    """The channels, the instants they share, and one row of values for each."""

    channels: tuple[Channel, ...]
    at: Instants
    values: Values

    def block(self) -> Block:
        """Everything at once."""
        count, rows = self.values.shape
        bounds = np.arange(count + 1, dtype=np.int64) * rows
        status = np.zeros(count * rows, np.uint8)
        return raw_block(np.tile(self.at, count), self.values.ravel(), status, bounds)

    def days(self, days: int) -> Year:
        """Only the first days."""
        rows = days * DAY // MINUTE
        return Year(self.channels, self.at[:rows], self.values[:, :rows])


def make_year(days: int, seed: int) -> Year:
    """Daily course, slow wandering and noise, shown in the instrument's steps; spikes, gaps, stuck."""
    rng = np.random.default_rng(seed)
    rows = days * DAY // MINUTE
    minute = np.arange(rows)
    day = 2 * np.pi * minute / 1440
    channels = tuple(channel_of(name, MINUTE) for name, _, _ in _WATERS)
    values = np.empty((len(_WATERS), rows))
    for row, (channel, (_, usual, share)) in enumerate(zip(channels, _WATERS, strict=True)):
        course = np.sin(day - 2.2) + 0.4 * np.sin(2 * day + rng.uniform(0, 6))
        # A random walk tied to each day's two ends wanders without leaving.
        walk = np.cumsum(rng.normal(0, 0.02, rows))
        walk -= np.interp(minute, minute[::1440], walk[::1440])
        noise = rng.normal(0, 0.01 * share, rows)
        value = usual * (1 + share * (0.5 * course + 0.3 * walk) + noise)
        spikes = rng.random(rows) < 1 / _SPIKE_EVERY
        value[spikes] *= rng.choice((0.0, 3.0), np.count_nonzero(spikes))
        value = np.round(value / channel.resolution) * channel.resolution
        for start in np.flatnonzero(rng.random(rows) < 1 / _STUCK_EVERY):
            value[start : start + _STUCK] = value[start]
        for start in np.flatnonzero(rng.random(rows) < 1 / _GAP_EVERY):
            value[start : start + _GAP] = np.nan
        values[row] = value
    return Year(channels, _START + minute * MINUTE, values)

"""Compile every kernel before the first live reading has to wait for it."""

from __future__ import annotations

import numpy as np

from mulmok.config.load import load_site
from mulmok.model.message import Readings, Tick
from mulmok.model.time import MINUTE, SECOND
from mulmok.run.build import build_pipeline
from mulmok.run.clock import stopwatch
from mulmok.run.example import example_site


def warm() -> float:
    """Judge a few made-up readings of the example works; gives the time it took [s]."""
    begun = stopwatch()
    site = load_site(example_site())
    pipeline, channels = build_pipeline(site), len(site.channels)
    state = pipeline.start()
    for minute in range(3):
        state, _ = pipeline.step(
            state,
            Readings(
                received_at=0,
                channel=np.arange(channels, dtype=np.int16),
                at=np.full(channels, minute * MINUTE),
                value=np.full(channels, 7.0 + minute / 10),
                status=np.zeros(channels, np.uint8),
            ),
        )
    pipeline.step(state, Tick(5 * MINUTE))
    return (stopwatch() - begun) / SECOND

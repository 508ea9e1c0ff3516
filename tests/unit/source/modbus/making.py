"""Setups as the loader would make them, without a site file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from unit.source.channels import make_channel

from mulmok.model.calendar import WEEKENDS
from mulmok.model.clock import Clock
from mulmok.model.time import MINUTE, NEVER, Zone
from mulmok.source.modbus.plan import Point, points_of
from mulmok.source.port import Setup
from mulmok.source.settings import Given
from mulmok_testing.clock import SettableClock

SEOUL = Zone("Asia/Seoul", np.array([NEVER]), np.array([9 * 60 * MINUTE]))

Own = Mapping[str, Given]


def make_setup(
    each: Mapping[str, Own],
    settings: Own | None = None,
    *,
    clock: Clock | None = None,
    every: int | Mapping[str, int] = MINUTE,
    trial: bool = False,
) -> Setup:
    """A source that feeds the channels of `each`; ids end in the name of a quantity."""
    spans = every if isinstance(every, Mapping) else dict.fromkeys(each, every)
    channels = tuple(make_channel(name, spans[name]) for name in each)
    return Setup(
        name="gateway",
        settings=settings or {"host": "127.0.0.1"},
        each=each,
        channels=channels,
        members=tuple(range(len(channels))),
        clock=clock or SettableClock(MINUTE),
        zone=SEOUL,
        folder=Path(),
        beside=Path(),
        capacity=float("nan"),
        design={},
        calendar=WEEKENDS,
        report=lambda _: None,
        trial=trial,
    )


def make_points(each: Mapping[str, Own]) -> tuple[Point, ...]:
    return points_of(make_setup(each))

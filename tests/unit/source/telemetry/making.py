"""Setups of sources that speak the Korean frames, without a site file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from unit.source.channels import make_channel

from mulmok.config.zone import load_zone
from mulmok.model.calendar import WEEKENDS
from mulmok.model.time import MINUTE, parse_instant
from mulmok.source.port import Setup
from mulmok_testing.clock import SettableClock

Own = Mapping[str, object]
START = parse_instant("2026-01-05T09:00:00+09:00")


def make_setup(
    each: Mapping[str, Own],
    settings: Own,
    *,
    clock=None,
    every: int | Mapping[str, int] = MINUTE,
    folder: Path = Path("/nonexistent"),
    zone: str = "Asia/Seoul",
    trial: bool = False,
    report=lambda _: None,
) -> Setup:
    channels = tuple(
        make_channel(one, every if isinstance(every, int) else every[one]) for one in each
    )
    return Setup(
        name="field",
        settings=dict(settings),
        each={name: dict(own) for name, own in each.items()},
        channels=channels,
        members=tuple(range(len(channels))),
        clock=clock or SettableClock(START),
        zone=load_zone(zone),
        folder=folder,
        beside=folder,
        capacity=1250.0,
        design={},
        calendar=WEEKENDS,
        report=report,
        trial=trial,
    )

"""What a driver of a broker is made from, as a site file of a few channels would give it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from unit.source.channels import make_channel

from mulmok.config.zone import load_zone
from mulmok.model.calendar import Calendar
from mulmok.model.text import Text
from mulmok.source.port import Setup
from mulmok_testing.clock import SettableClock

#: 2026-01-05T00:00:00Z [ns UTC]
START = 1_767_571_200_000_000_000


def make_setup(
    each: Mapping[str, Mapping[str, Any]],
    folder: Path,
    *,
    trial: bool = False,
    report: Callable[[Text], None] = print,
    **settings: Any,
) -> Setup:
    """`each`: id of a channel -> its own settings."""
    channels = tuple(make_channel(name) for name in each)
    return Setup(
        name="broker",
        settings={"host": "127.0.0.1", **settings},
        each=each,
        channels=channels,
        members=tuple(range(len(channels))),
        clock=SettableClock(START),
        zone=load_zone("Asia/Seoul"),
        folder=folder,
        beside=folder,
        capacity=1250.0,
        design={},
        calendar=Calendar.of(),
        report=report,
        trial=trial,
    )

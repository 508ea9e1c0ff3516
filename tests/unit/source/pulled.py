"""Setups of drivers that ask a service, without a site file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from unit.source.channels import make_channel

from mulmok.config.zone import load_zone
from mulmok.model.calendar import Calendar
from mulmok.model.clock import Clock
from mulmok.model.text import Text
from mulmok.model.time import MINUTE
from mulmok.source.port import Setup
from mulmok_testing.clock import SettableClock


def setup_of(
    folder: Path,
    settings: dict[str, object],
    clock: Clock | None = None,
    said: list[Text] | None = None,
    **each: dict[str, object],
) -> Setup:
    """A source `s`; `each`: id of a channel with _ for its dot -> its own settings."""
    own = {name.replace("_", ".", 1): dict(given) for name, given in each.items()}
    channels = tuple(
        make_channel(name, int(str(given.pop("every", MINUTE)))) for name, given in own.items()
    )
    return Setup(
        name="s",
        settings=settings,  # type: ignore[arg-type]
        each=own,  # type: ignore[arg-type]
        channels=channels,
        members=tuple(range(len(channels))),
        clock=clock or SettableClock(),
        zone=load_zone("Asia/Seoul"),
        folder=folder,
        beside=folder,
        capacity=float("nan"),
        design={},
        calendar=Calendar(np.zeros(7, np.bool_), np.zeros(0, np.int64)),
        report=(said if said is not None else []).append,
    )

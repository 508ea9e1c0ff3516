"""Works whose channels, pace or readings are odd, on simulated water, through the real pipeline."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from mulmok.config.load import load_site
from mulmok.config.site import Site
from mulmok.model.event import Event
from mulmok.model.message import Readings
from mulmok.model.time import DAY, parse_instant
from mulmok.run.build import build_pipeline
from mulmok.run.replay import Outcome, replay
from mulmok.run.simulation import simulator_of
from mulmok.source.files.rows import Rows

#: A Monday, 00:00 at the works.
START = parse_instant("2025-03-03T00:00:00+09:00")

WORKS = """
[works]
id = "odd"
name = "odd"
zone = "Asia/Seoul"
capacity = "30000 m3/d"
"""
#: Channels of an inlet, with the interval of each [min].
USUAL = {"flow": 1, "ph": 1, "ec": 1, "orp": 1, "tss": 5, "cod": 5, "nh4_n": 5}


def words_of(channels: dict[str, int], more: str = "") -> str:
    """Write a site file with these channels of the inlet."""
    tables = (
        f'[[channel]]\nid = "inlet.{name}"\nquantity = "{name}"\nevery = "{every} min"\n'
        for name, every in channels.items()
    )
    return "\n".join([WORKS, *tables, more])


def site_of(folder: Path, channels: dict[str, int], more: str = "") -> Site:
    """Read the site file of a works with these channels."""
    path = folder / "site.toml"
    path.write_text(words_of(channels, more), encoding="utf-8")
    return load_site(path)


def rows_of(site: Site, begin: float, end: float, planted=(), seed: int = 1) -> Rows:
    """Give what the instruments show from one day to another, counted from START."""
    simulator = simulator_of(site, seed, tuple(planted))
    return simulator.rows(START + int(begin * DAY), START + int(end * DAY))


def message(rows: Rows) -> Readings:
    return Readings(0, rows.channel, rows.at, rows.value, rows.status)


def daily(rows: Rows) -> Iterable[Readings]:
    """A day's readings in a message."""
    for day in np.unique(rows.at // DAY).tolist():
        begin, end = np.searchsorted(rows.at, [day * DAY, (day + 1) * DAY]).tolist()
        yield message(rows.take(slice(begin, end)))


def judged(site: Site, rows: Rows) -> Outcome:
    """Judge readings from a fresh start."""
    return replay(build_pipeline(site), daily(rows), len(site.channels))


def within(events: Iterable[Event], begin: float, end: float, verdict: str = "") -> list[Event]:
    """Events that were noticed within days counted from START."""
    return [
        event
        for event in events
        if START + begin * DAY <= event.detected_at < START + end * DAY
        and (not verdict or event.verdict.value == verdict)
    ]

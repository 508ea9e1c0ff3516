"""Planted: a story on simulated water, told by what is planted in it.

    planted.toml    seed, start, quiet (days of history before the start), hours (how long it lasts), and
                    [[inflow]] kind after minutes fraction (ramp)
                    [[fault]]  kind channel after minutes size
                    [[shift]]  channel after ratio: a new regime that stays

`after` is in minutes since the start. The quiet history is the same for all stories of one site file,
seed and start, so it is judged once and kept (`quiet_state`). It is a matter of the in-memory ways.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from mulmok.config.load import load_site
from mulmok.config.site import Site
from mulmok.judge.pipeline import Pipeline
from mulmok.judge.stages import PipelineState
from mulmok.model.message import Readings
from mulmok.model.time import DAY, HOUR, MINUTE, parse_instant
from mulmok.run.build import build_pipeline, dump_state, load_state
from mulmok.run.simulation import simulator_of
from mulmok.source.simulator.planted import Fault, Inflow, PlantedEvent

FILE = "planted.toml"


@dataclass(frozen=True)
class Planted:
    """What a folder plants, and when."""

    site_file: Path
    seed: int
    start: int
    quiet: int
    hours: float
    events: tuple[PlantedEvent, ...]
    shifts: tuple[dict[str, Any], ...]

    @classmethod
    def read(cls, folder: Path, site_file: Path) -> Planted:
        """Read a folder's `planted.toml`."""
        written = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
        start = parse_instant(written["start"])
        inflows = [Inflow(**_at(one, start)) for one in written.get("inflow", ())]
        faults = [Fault(**_at(one, start)) for one in written.get("fault", ())]
        return cls(
            site_file,
            written["seed"],
            start,
            written["quiet"] * DAY,
            written["hours"],
            (*inflows, *faults),
            tuple(written.get("shift", ())),
        )

    def readings(self, site: Site) -> Readings:
        """What the instruments show from the start on."""
        simulator = simulator_of(site, self.seed, self.events)
        rows = simulator.rows(self.start, self.start + int(self.hours * HOUR))
        value = rows.value.copy()
        for shift in self.shifts:
            channel = [one.id for one in site.channels].index(shift["channel"])
            here = (rows.channel == channel) & (rows.at >= self.start + shift["after"] * MINUTE)
            value[here] *= shift["ratio"]
        return Readings(0, rows.channel, rows.at, value, rows.status)

    def before(self, pipeline: Pipeline) -> PipelineState:
        """State after the quiet history."""
        return load_state(pipeline, quiet_state(self.site_file, self.seed, self.start, self.quiet))


@cache
def quiet_state(site_file: Path, seed: int, start: int, quiet: int) -> bytes:
    """Judge the quiet history of a site, once for all stories that begin with it."""
    site = load_site(site_file)
    pipeline, simulator = build_pipeline(site), simulator_of(site, seed)
    state = pipeline.start()
    for day in range(start - quiet, start, DAY):
        rows = simulator.rows(day, min(day + DAY, start))
        arrived = Readings(0, rows.channel, rows.at, rows.value, rows.status)
        state, _ = pipeline.step(state, arrived)
    return dump_state(pipeline, state)


def _at(one: dict[str, Any], start: int) -> dict[str, Any]:
    return {
        **{name: value for name, value in one.items() if name != "after"},
        "start": start + int(one["after"] * MINUTE),
    }

"""Simulated devices on a desk: the peers of a driver, fed by the simulated works of a site file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from mulmok import plugins
from mulmok.config.site import Site
from mulmok.model.errors import InputError
from mulmok.model.status import Status
from mulmok.model.text import text
from mulmok.model.time import DAY
from mulmok.run.clock import Clock
from mulmok.run.simulation import simulator_of
from mulmok.run.sources import setup_of
from mulmok.source.files.rows import Rows
from mulmok.source.peer import Peer
from mulmok.source.simulator.simulate import Simulator


@dataclass
class SimulatedInstruments:
    """The simulated works as instruments that somebody reads now."""

    simulator: Simulator
    _day: int = -1
    _rows: dict[int, Rows] = field(default_factory=dict)

    def show(self, index: int, at: int) -> tuple[float, Status]:
        """Give the latest reading of a channel up to `at` [ns UTC]; NaN where it sent none of late."""
        day = at // DAY
        if day != self._day:
            rows = self.simulator.rows(day * DAY, (day + 1) * DAY)
            self._rows = {
                number: rows.take(rows.channel == number)
                for number in range(len(self.simulator.channels))
            }
            self._day = day
        rows = self._rows[index]
        place = int(np.searchsorted(rows.at, at, side="right")) - 1
        if place < 0 or at - int(rows.at[place]) > self.simulator.channels[index].silence:
            return float("nan"), Status.NORMAL
        return float(rows.value[place]), Status(int(rows.status[place]))


def build_peers(
    site: Site, driver: str, host: str, seed: int, clock: Clock, folder: Path
) -> list[Peer]:
    """Make a peer for each source of the driver in the site file. Raises InputError, PluginError."""
    specs = [spec for spec in site.sources if spec.driver == driver]
    if not specs:
        raise InputError(
            text(
                '{path} has no source of the driver "{driver}": there is nothing to simulate',
                path=site.path.name,
                driver=driver,
            )
        )
    peer = plugins.load(plugins.PEERS, driver)
    instruments = SimulatedInstruments(simulator_of(site, seed))
    return [peer.build(setup_of(site, spec, folder, clock), instruments, host) for spec in specs]


async def serve_peers(peers: list[Peer], ready: Callable[[list[str]], None]) -> None:
    """Serve until cancelled, or until one of them cannot. Raises SourceError."""
    tasks = [asyncio.create_task(peer.serve(), name=peer.place) for peer in peers]
    ready([peer.place for peer in peers])
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

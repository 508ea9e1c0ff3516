"""The simulated instruments as a source that lives in time, at whatever speed its clock has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import ClassVar

from mulmok.model.clock import Clock
from mulmok.model.text import text
from mulmok.model.time import DAY, MINUTE
from mulmok.source.files.write import Piece, Shape, write_readings
from mulmok.source.port import Arrival, Deliver, Setup
from mulmok.source.settings import SettingKey
from mulmok.source.simulator.sewage import works_of
from mulmok.source.simulator.simulate import Simulator


@dataclass(frozen=True)
class SimulatorDriver:
    """Delivers what the simulated instruments show, scan by scan, when the clock has come there.

    since  the first instant delivered [ns UTC]; without it, the clock's next scan
    scan   time between deliveries [ns]; a driver that fell behind delivers the scans it missed
           in one go, a day of them at most
    """

    settings: ClassVar[tuple[SettingKey, ...]] = (
        SettingKey("seed", "whole", text("the same seed gives the same water and instruments"), "2022", usual="1"),
    )  # fmt: skip

    simulator: Simulator
    clock: Clock
    since: int | None = None
    scan: int = MINUTE

    @classmethod
    def build(cls, setup: Setup) -> SimulatorDriver:
        """Simulate all channels of the works; `seed` gives the same works again."""
        simulator = Simulator(
            channels=setup.channels,
            works=works_of(setup.capacity, setup.design, setup.calendar),
            seed=int(str(setup.settings.get("seed", 1))),
            zone=setup.zone,
        )
        # Somebody who only looks sees what every instrument showed last.
        looked = max(channel.every for channel in setup.channels)
        since = setup.clock.now() - looked if setup.trial else None
        return cls(simulator, setup.clock, since)

    async def run(self, deliver: Deliver) -> None:
        """Deliver until cancelled."""
        done = self.clock.now() if self.since is None else self.since
        while True:
            due = -(-max(done, 1) // self.scan) * self.scan
            await self.clock.sleep_until(due)
            now = self.clock.now() // self.scan * self.scan
            end = max(due, min(now, due + DAY)) + 1
            rows = self.simulator.rows(done, end)
            if len(rows):
                await deliver(Arrival(rows.channel, rows.at, rows.value, rows.status))
            done = end


def write_simulation(
    path: Path,
    simulator: Simulator,
    start: int,
    end: int,
    *,
    shape: Shape = "wide",
    progress: Callable[[float], None] | None = None,
) -> int:
    """Write readings from `start` up to before `end` [ns UTC] to a file; give their number.

    Raises InputError or MulmokError as `write_readings` does.
    """
    edges = [start, *range((start // DAY + 1) * DAY, end, DAY), end]
    spans = list(pairwise(edges))

    def pieces() -> Iterator[Piece]:
        for done, (begin, stop) in enumerate(spans, start=1):
            yield Piece(simulator.rows(begin, stop))
            if progress is not None:
                progress(done / len(spans))

    ids = [channel.id for channel in simulator.channels]
    return write_readings(path, pieces(), ids, shape=shape)

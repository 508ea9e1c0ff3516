"""The demo works: simulated instruments on real influent, a month judged, events to come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mulmok.config.site import Site
from mulmok.model.alarm import Acknowledgement
from mulmok.model.message import Action, Command, Readings
from mulmok.model.time import DAY, HOUR, MINUTE, SECOND
from mulmok.run.build import build_pipeline
from mulmok.run.calm import calm_end, going_on
from mulmok.run.clock import ScaledClock, SystemClock
from mulmok.run.engine import Engine
from mulmok.run.history import is_unlived, keep_history
from mulmok.run.people import NewPerson, make_person
from mulmok.run.simulation import simulator_of
from mulmok.run.supervise import Supervised
from mulmok.source.files.read import chunks
from mulmok.source.simulator.driver import SimulatorDriver
from mulmok.source.simulator.planted import schedule
from mulmok.store.sqlite import Store

#: At least so much history; it may end up to a day before the present, in a calm.
HISTORY = 30 * DAY
#: Id of the source in the demo's site file.
SOURCE = "simulator"
#: Seed of the demo's water and instruments.
SEED = 2022
#: How far ahead events are planned [ns].
_PLANNED = 60 * DAY
#: The schedule's tanker comes 75 min after its start; an onlooker at 60 times real time waits a
#: minute, as does one at any other speed.
_TANKER_AFTER = 75 * MINUTE
_TANKER_LASTS = 100 * MINUTE
_WAIT_S = 60
#: At great speeds the minute is days long, and nobody can promise that they are calm.
_LONGEST_CALM = 2 * HOUR


@dataclass(frozen=True)
class Demo:
    """A demo works ready to run."""

    engine: Engine
    instruments: Supervised
    person: NewPerson


def open_demo(site: Site, folder: Path, speed: float, progress: Callable[[float], None]) -> Demo:
    """Make or reopen the demo's data; a new one gets a month of judged history."""
    store = Store.open(folder)
    try:
        store.know_channels([channel.id for channel in site.channels])
        with store.query() as query:
            span = None if is_unlived(store) else query.data_range()
        wait = int(_WAIT_S * speed) * SECOND
        if span is None:
            now = keep_month(site, store, SystemClock().now() // MINUTE * MINUTE, wait, progress)
        else:
            now = span[1] // MINUTE * MINUTE
        planted = schedule(SEED, now + wait - _TANKER_AFTER, now + _PLANNED, site.channels)
        simulator = simulator_of(site, SEED, planted)
        person = make_person(store, "operator", "operator")
    finally:
        store.close()
    clock = ScaledClock(now, speed)
    engine = Engine.open(site, folder, clock)
    _tidy(engine, now)
    driver = SimulatorDriver(simulator, clock, since=now + 1)
    every = min(channel.every for channel in site.channels)
    # In place of the site file's own source of that name: with the events planted.
    return Demo(engine, Supervised(SOURCE, driver, max(every, HOUR)), person)


def _tidy(engine: Engine, now: int) -> None:
    """Acknowledge what the month left: the onlooker begins with a clean list."""
    for view in engine.alarm_views():
        if view.acknowledgement is Acknowledgement.UNACKED:
            why = "데모 이전 한 달의 경보 / left from the month before the demo"
            command = Command(now, "demo", Action.ACKNOWLEDGE, view.rule.id, why)
            engine.writer.submit(command).result()


def keep_month(
    site: Site, store: Store, present: int, wait: int, progress: Callable[[float], None]
) -> int:
    """Write a month of history; gives the instant at which it ends, in a calm if there is one."""
    simulator, begin = simulator_of(site, SEED), present - HISTORY - DAY
    quiet = min(wait, _LONGEST_CALM)
    until = present + quiet + _TANKER_LASTS
    days = [simulator.rows(day, min(day + DAY, until)) for day in range(begin, until, DAY)]
    spans = going_on(site, days, _TANKER_LASTS, lambda share: progress(share / 2))
    end = calm_end(spans, present, quiet)

    def messages() -> Iterator[Readings]:
        for done, rows in enumerate(days, start=1):
            kept = rows.take(slice(0, int(np.searchsorted(rows.at, end + 1))))
            yield from chunks(kept, DAY, "simulator")
            progress((1 + done / len(days)) / 2)

    keep_history(site, build_pipeline(site), store, messages(), end)
    return end

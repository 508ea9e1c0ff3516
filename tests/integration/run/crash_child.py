"""A works that takes steps from a list and says which are on disk; killed by the test, at any moment."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from mulmok.config.load import load_site
from mulmok.model.message import Action, Command, SourceState, SourceStatus
from mulmok.model.status import Status
from mulmok.model.time import MINUTE
from mulmok.run.engine import Engine
from mulmok.source.port import Arrival
from mulmok_testing.clock import SettableClock

START = 29_000_000 * MINUTE
FLOW, PH = 0, 1
#: More than rows wait (`reorder`), less than makes a silence.
BEHIND = 3 * MINUTE
#: Journal entries between snapshots: a kill falls before, at and after one.
SNAPSHOT_AFTER = 20


def scan(number: int) -> Arrival:
    """pH falls for ten minutes out of every forty, one reading in 97 is missing, the flow drops out."""
    ph = 4.0 if number % 40 >= 30 else 7.0 + 0.01 * (number % 7)
    if number % 97 == 50 or 60 <= number % 150 < 68:
        ph = float("nan")
    flow = 900.0 + 13 * (number % 11)
    lost = Status.COMM_FAIL if 20 <= number % 70 < 42 else Status.NORMAL
    return Arrival(
        np.array([FLOW, PH], np.int16),
        np.full(2, START + number * MINUTE),
        np.array([flow, ph]),
        np.array([lost, Status.NORMAL], np.uint8),
    )


def single(number: int, value: float) -> Arrival:
    """One pH of minute `number`."""
    at = np.array([START + number * MINUTE])
    return Arrival(np.array([PH], np.int16), at, np.array([value]), np.zeros(1, np.uint8))


def step(number: int) -> Iterator[Arrival | Command | SourceStatus]:
    """What comes in minute `number`: a scan, and now and then something else."""
    yield scan(number)
    if number % 10 == 4:
        yield single(max(number - 7, 0), 3.0)  # long overtaken: kept, never judged
    if number % 10 == 7:
        yield single(number - 1, 2.0)  # there already, and with another value
    at = START + number * MINUTE
    if number % 40 == 36:
        yield Command(at, "kim", Action.ACKNOWLEDGE, "ph-low")
    if number % 50 == 26:
        yield Command(at, "kim", Action.ACKNOWLEDGE, "fault", "seen")
    if number % 120 == 70:
        yield Command(at, "lee", Action.SHELVE, "ph-low", "buffers", at + 15 * MINUTE)
    if number % 120 == 80:
        yield Command(at, "lee", Action.SHELVE, "ph-low", "longer", at + 10 * MINUTE)
    if number % 160 == 100:
        yield Command(at, "kim", Action.OUT_OF_SERVICE, "ph-missing", "pump work")
    if number % 160 == 150:
        yield Command(at, "kim", Action.IN_SERVICE, "ph-missing")
    if number % 90 == 10:
        yield SourceStatus(at, "plc", SourceState.SILENT, "180 s")
    if number % 90 == 14:
        yield SourceStatus(at, "plc", SourceState.OK)


async def take(engine: Engine, message: Arrival | Command | SourceStatus) -> None:
    if isinstance(message, Command):
        await engine.command(message)
    elif isinstance(message, SourceStatus):
        await engine.report(message)
    else:
        await engine.submit(message)


async def ingest(engine: Engine, clock: SettableClock, first: int, end: int) -> None:
    for number in range(first, end):
        # Ticks come when the machine finds the time; behind all that waits they change nothing.
        clock.at = START + number * MINUTE - BEHIND
        for message in step(number):
            await take(engine, message)
        print(number, flush=True)


def main() -> None:
    site, data, first, end = sys.argv[1:]
    clock = SettableClock(START - BEHIND)
    engine = Engine.open(load_site(Path(site)), Path(data), clock, snapshot_after=SNAPSHOT_AFTER)
    asyncio.run(ingest(engine, clock, int(first), int(end)))
    views = "\n".join(map(repr, engine.alarm_views()))
    (Path(data) / "views.txt").write_text(views, encoding="utf-8")
    engine.close()


if __name__ == "__main__":
    main()

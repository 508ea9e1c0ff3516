"""A works that takes scans from a list and says which are on disk; killed by the test, at any moment."""

import asyncio
import sys
from pathlib import Path

import numpy as np

from mulmok.config.load import load_site
from mulmok.model.time import MINUTE
from mulmok.run.engine import Engine
from mulmok.source.port import Arrival
from mulmok_testing.clock import SettableClock

START = 29_000_000 * MINUTE


def scan(number: int) -> Arrival:
    """pH falls for ten minutes out of every forty; one reading in 97 is missing."""
    ph = 4.0 if number % 40 >= 30 else 7.0 + 0.01 * (number % 7)
    if number % 97 == 50:
        ph = float("nan")
    flow = 900.0 + 13 * (number % 11)
    return Arrival(
        np.array([0, 1], np.int16),
        np.full(2, START + number * MINUTE),
        np.array([flow, ph]),
        np.zeros(2, np.uint8),
    )


async def ingest(engine: Engine, clock: SettableClock, first: int, end: int) -> None:
    for number in range(first, end):
        clock.at = START + number * MINUTE
        await engine.submit(scan(number))
        print(number, flush=True)


def main() -> None:
    site, data, first, end = sys.argv[1:]
    clock = SettableClock(START + int(first) * MINUTE)
    engine = Engine.open(load_site(Path(site)), Path(data), clock)
    asyncio.run(ingest(engine, clock, int(first), int(end)))
    engine.close()


if __name__ == "__main__":
    main()

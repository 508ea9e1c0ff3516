"""Pushed readings are their source's, and a source that stops pushing is silent."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

from mulmok.config.load import load_site
from mulmok.model.message import Readings
from mulmok.model.time import HOUR, MINUTE, SECOND
from mulmok.run.engine import Engine
from mulmok.run.live import live
from mulmok.source.port import Arrival
from mulmok_testing.clock import SettableClock

START = 29_000_000 * MINUTE
SITE = """
[works]
id = "x"
name = "x"
zone = "UTC"

[[source]]
id = "logger"
driver = "http"
channels = ["effluent.tss"]

[[channel]]
id = "effluent.tss"
quantity = "tss"
every = "1 min"

[[channel]]
id = "effluent.ph"
quantity = "ph"
every = "1 min"
"""


@pytest.fixture
def engine(tmp_path: Path):
    path = tmp_path / "site.toml"
    path.write_text(SITE, encoding="utf-8")
    running = Engine.open(load_site(path), tmp_path / "data", SettableClock(START))
    yield running
    running.close()


def pushed(engine, *channels: int) -> Arrival:
    count = len(channels)
    return Arrival(
        np.array(channels, np.int16), np.full(count, engine.now()), np.full(count, 7.0),
        np.zeros(count, np.uint8),
    )  # fmt: skip


def state(engine, alarm: str) -> str:
    return next(v.state.value for v in engine.alarm_views() if v.rule.id == alarm)


async def until(engine, alarm: str, wanted: str) -> None:
    """Let time go on, second by second, until the alarm is in the wanted state."""
    for _ in range(5_000):
        if state(engine, alarm) == wanted:
            return
        engine.clock.advance(SECOND // 10)
        await asyncio.sleep(0.002)
    raise AssertionError(state(engine, alarm))


def test_a_logger_that_stops_pushing_is_an_alarm_and_returns_when_it_pushes(engine):
    async def days():
        await engine.push(pushed(engine, 0))
        engine.clock.advance(HOUR)
        await until(engine, "source-logger", "UNACK")
        # Readings of channels that are not its own do not speak for it.
        await engine.push(pushed(engine, 1))
        assert engine.status().silent == ("logger",)
        await engine.push(pushed(engine, 0))
        await until(engine, "source-logger", "RTNUN")

    asyncio.run(live(engine, days))


def test_a_batch_is_kept_under_the_name_of_its_source(engine):
    async def push():
        for channels in ((0,), (1,), (0, 1)):
            engine.clock.advance(MINUTE)
            await engine.push(pushed(engine, *channels))

    asyncio.run(push())
    kept = asyncio.run(engine.perform(lambda store: list(store.journal(0))))
    assert [m.source for _, m in kept if isinstance(m, Readings)] == ["logger", "http", "logger"]

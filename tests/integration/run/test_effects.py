"""What is asked of the world is done, or tried again; one that cannot be done holds nobody up."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from mulmok.config.load import load_site
from mulmok.model.effect import Notify
from mulmok.model.judgement import Judgement
from mulmok.model.message import Tick
from mulmok.model.time import MINUTE
from mulmok.run import effects
from mulmok.run.engine import Engine
from mulmok_testing.clock import SettableClock

SITE = Path(__file__).parents[3] / "examples/smallest.toml"
START = 29_000_000 * MINUTE


@pytest.fixture
def engine(tmp_path: Path):
    running = Engine.open(load_site(SITE), tmp_path / "data", SettableClock(START))
    yield running
    running.close()


def test_one_effect_that_cannot_be_performed_holds_up_no_other(engine, monkeypatch):
    asked = [Notify(key, START, "ph-low", 1, "UNACK", "reading") for key in ("bad", "good")]
    performed = []

    def announce(effect: Notify) -> None:
        if effect.key == "bad":
            raise OSError("the modem is gone")
        performed.append(effect.key)

    monkeypatch.setattr(effects, "_announce", announce)
    monkeypatch.setattr(effects, "_EVERY_S", 0.0)

    async def perform() -> list:
        said = Judgement(effects=tuple(asked))
        await engine.perform(lambda store: store.write([(Tick(START), said)], received_at=START))
        task = asyncio.create_task(effects.perform_effects(engine))
        waiting = []
        for _ in range(2_000):
            waiting = await engine.perform(lambda store: store.waiting_effects(limit=10))
            if [one.effect.key for one in waiting] == ["bad"] and waiting[0].attempts > 1:
                break
        assert not task.done()
        task.cancel()
        return waiting

    (left,) = asyncio.run(perform())
    assert performed == ["good"]
    assert left.trouble == "OSError: the modem is gone"
    assert left.attempts > 1

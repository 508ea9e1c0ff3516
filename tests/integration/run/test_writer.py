"""The writer thread: nobody waits for ever, and no sender who gives up takes it down."""

import threading
from pathlib import Path

import pytest
from crash_child import START, scan

from mulmok.config.load import load_site
from mulmok.model.errors import StoreError
from mulmok.model.message import Readings
from mulmok.model.time import MINUTE
from mulmok.run.engine import Engine
from mulmok.run.writer import Committed
from mulmok_testing.clock import SettableClock

SITE = Path(__file__).parents[3] / "examples/smallest.toml"


@pytest.fixture
def engine(tmp_path: Path):
    running = Engine.open(load_site(SITE), tmp_path / "data", SettableClock(START + MINUTE))
    yield running
    running.close()


def readings(number: int) -> Readings:
    rows = scan(number)
    return Readings(START, rows.channel, rows.at, rows.value, rows.status)


def test_after_the_writer_has_fallen_all_who_wait_are_told(engine):
    def fall(_):
        raise RuntimeError("not foreseen")

    engine.writer.published = fall
    engine.writer.submit(readings(0)).result(10)  # it is on disk: only telling others failed
    with pytest.raises(StoreError, match="not foreseen"):
        engine.writer.submit(readings(1)).result(10)
    with pytest.raises(StoreError, match="start it again"):
        engine.writer.perform(lambda _: None).result(10)
    status = engine.status()
    assert not status.alive
    assert "not foreseen" in str(status.store)


def test_a_sender_who_gives_up_before_its_turn_does_not_stop_the_others(engine):
    gate = threading.Event()
    busy = engine.writer.perform(lambda _: gate.wait(10))
    given_up = engine.writer.submit(readings(0))
    waiting = engine.writer.submit(readings(1))
    assert given_up.cancel()
    gate.set()
    assert busy.result(10)
    assert isinstance(waiting.result(10), Committed)
    assert engine.status().alive

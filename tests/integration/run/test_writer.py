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


def test_trouble_is_over_with_the_next_thing_written_whatever_it_is(engine):
    engine.writer.submit(readings(0)).result(10)
    trouble = threading.Event()
    trouble.set()
    save, write = engine.store.save_snapshot, engine.store.write

    def failing(act):
        def tried(*args, **kwargs):
            if trouble.is_set():
                raise StoreError("the disk is full")
            return act(*args, **kwargs)

        return tried

    engine.store.save_snapshot, engine.store.write = failing(save), failing(write)
    with pytest.raises(StoreError, match="the disk is full"):
        engine.writer.submit(readings(1)).result(10)
    assert str(engine.status().store) == "the disk is full"
    over = threading.Event()

    def saved(*args):
        save(*args)
        over.set()

    engine.store.save_snapshot = saved
    # Nothing more comes in: housekeeping finds out by itself.
    assert over.wait(30)
    engine.writer.perform(lambda _: None).result(10)
    assert engine.status().store is None


def test_a_snapshot_is_due_after_so_many_entries_of_the_journal(tmp_path: Path):
    clock = SettableClock(START)
    running = Engine.open(load_site(SITE), tmp_path / "data", clock, snapshot_after=5)
    for number in range(12):
        running.writer.submit(readings(number)).result(10)
    running.writer.perform(lambda _: None).result(10)
    kept = running.store.last_snapshot()
    assert kept is not None
    assert running.store.last_seq() - kept.seq < 5
    running.close()

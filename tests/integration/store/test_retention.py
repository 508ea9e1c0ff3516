"""What is beyond its retention goes, in slices; what a crash would need stays."""

from __future__ import annotations

from pathlib import Path

from integration.store.making import IDS, START, effect, judgement, minutes, readings

from mulmok.model.judgement import Judgement
from mulmok.model.message import Tick
from mulmok.model.time import DAY
from mulmok.store.retention import Retention
from mulmok.store.sqlite import Store


def filled(folder: Path, keep: Retention | None = None) -> Store:
    """Ten days of two channels, one message a day received on that day."""
    store = Store.open(folder, keep)
    store.know_channels(IDS)
    for day in range(10):
        rows = {channel: minutes(START + day * DAY, 30) for channel in (0, 1)}
        store.write([(readings(rows), judgement(rows))], received_at=START + day * DAY)
    return store


def tidy(store: Store, now: int) -> None:
    while store.care(now):
        pass


def test_readings_stay_for_ever_unless_the_site_says_otherwise(tmp_path: Path):
    store = filled(tmp_path)
    tidy(store, START + 4000 * DAY)
    with store.query() as query:
        assert query.data_range() == (START, minutes(START + 9 * DAY, 30)[-1][0])
    store.close()


def test_readings_beyond_their_retention_go_by_whole_days(tmp_path: Path):
    store = filled(tmp_path, Retention(readings=4 * DAY))
    late = {1: minutes(START, 3)}
    tidy(store, START + 9 * DAY)
    store.write([(readings(late), judgement(late))], received_at=1)
    tidy(store, START + 9 * DAY)
    with store.query() as query:
        assert query.data_range() == (START + 5 * DAY, minutes(START + 9 * DAY, 30)[-1][0])
        assert len(query.rows("inlet.ph", START, START + 5 * DAY)) == 0
    store.close()


def test_the_journal_goes_by_its_own_age_but_stays_from_the_oldest_snapshot_on(tmp_path: Path):
    store = filled(tmp_path, Retention(journal=DAY))
    now = START + 100 * DAY
    tidy(store, now)
    assert len(list(store.journal(0))) == 10, "without a snapshot everything is needed"
    store.save_snapshot("site", 4, b"")
    store.save_snapshot("site", 7, b"")
    tidy(store, now)
    assert [seq for seq, _ in store.journal(0)] == [4, 5, 6, 7, 8, 9, 10]
    store.save_snapshot("site", 10, b"")
    store.save_snapshot("site", 10, b"")
    tidy(store, now)
    assert store.last_seq() == 10, "numbers never begin anew"
    assert store.write([(Tick(1), Judgement())], received_at=now) == [11]
    store.close()


def test_a_young_journal_stays_behind_the_snapshot(tmp_path: Path):
    store = filled(tmp_path, Retention(journal=5 * DAY))
    for _ in range(2):
        store.save_snapshot("site", 10, b"")
    tidy(store, START + 9 * DAY)
    assert [seq for seq, _ in store.journal(0)] == [5, 6, 7, 8, 9, 10]
    store.close()


def test_effects_done_long_ago_go_and_those_not_done_stay(tmp_path: Path):
    store = filled(tmp_path, Retention(effects=DAY))
    store.write([(Tick(1), Judgement(effects=(effect(1, "a"), effect(1, "b"))))], received_at=1)
    store.effect_done("a", START)
    tidy(store, START + 3 * DAY)
    kept = store.connection.execute("SELECT key FROM outbox").fetchall()
    assert kept == [("b",)]
    store.close()


def test_space_of_what_was_dropped_is_given_back(tmp_path: Path):
    store = filled(tmp_path)
    for seq in range(2):
        store.save_snapshot("big", seq, bytes(30_000_000))
    for seq in range(2):
        store.save_snapshot("small", seq, b"")
    pages = [store.connection.execute("PRAGMA page_count").fetchone()[0]]
    for _ in range(40):
        store.care(START)
    pages.append(store.connection.execute("PRAGMA page_count").fetchone()[0])
    assert pages[1] < pages[0] / 2
    store.close()

"""Sealing changes where readings lie, never what is read."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
from hypothesis import given, settings
from integration.store.making import START, block, judgement, minutes, readings

from mulmok.model.flag import Flag
from mulmok.model.judgement import Judgement
from mulmok.model.message import Tick
from mulmok.model.time import DAY, HOUR, MINUTE
from mulmok.store.packing import Rows
from mulmok.store.sqlite import Store


def write(store: Store, rows) -> None:
    store.write([(readings(rows), judgement(rows))], received_at=1)


def tidy(store: Store, now: int) -> None:
    while store.care(now):
        pass


def counts(store: Store) -> tuple[int, int]:
    (hot,) = store.connection.execute("SELECT count(*) FROM hot").fetchone()
    (sealed,) = store.connection.execute("SELECT count(*) FROM sealed").fetchone()
    return hot, sealed


def read(store: Store, start: int = START - DAY, end: int = START + 9 * DAY) -> Rows:
    with store.query() as query:
        return query.rows("inlet.ph", start, end)


def same(one: Rows, two: Rows) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(two, name), equal_nan=True)
        for name in Rows.__slots__
    )


def test_a_day_is_sealed_when_it_is_two_days_old_and_reads_the_same(store: Store):
    write(store, {1: minutes(START, 2 * 1440)})
    before = read(store)
    store.care(START + 2 * DAY - 1)
    assert counts(store) == (2 * 1440, 0)
    tidy(store, START + 2 * DAY)
    assert counts(store) == (1440, 1)
    assert same(read(store), before)
    assert len(read(store, START + HOUR, START + 25 * HOUR)) == 1440


def test_a_late_reading_joins_a_sealed_day_before_and_after_it_is_sealed_again(store: Store):
    write(store, {1: [*minutes(START, 10), *minutes(START + 20 * MINUTE, 10)]})
    tidy(store, START + 5 * DAY)
    late = block({1: [(START + 15 * MINUTE, 5.0), (START, 99.0)][::-1]}, Flag.SUSPECT)
    store.write([(Tick(1), Judgement(late=late))], received_at=1)
    assert counts(store) == (2, 1)
    before = read(store)
    assert len(before) == 21
    assert before.value[10] == 5.0
    assert before.value[0] == 7.0, "the first reading of an instant stays"
    tidy(store, START + 5 * DAY)
    assert counts(store) == (0, 1)
    assert same(read(store), before)


def test_buckets_are_the_same_from_hot_rows_and_from_sealed_hours(store: Store):
    write(store, {1: [*minutes(START, 3 * 1440), (START + 4 * DAY + 7 * HOUR, 99.0)]})
    with store.query() as query:
        span = (START + 90 * MINUTE, START + 5 * DAY, 24)
        hot = query.buckets("inlet.ph", *span)
        tidy(store, START + 9 * DAY)
        assert counts(store) == (0, 4)
        sealed = query.buckets("inlet.ph", *span)
    assert hot.width == 5 * HOUR
    assert hot.start[0] == START + HOUR
    assert np.nanmax(hot.largest) == 99.0, "one spike in five days is drawn"
    for name in ("start", "smallest", "largest", "count", "flag", "low", "high"):
        np.testing.assert_array_equal(getattr(hot, name), getattr(sealed, name))
    np.testing.assert_allclose(hot.mean, sealed.mean, rtol=1e-14)
    assert sealed.count.sum() == 3 * 1440 - 60 + 1


def test_buckets_shorter_than_two_hours_see_single_rows_of_sealed_days(store: Store):
    write(store, {1: minutes(START, 1440)})
    tidy(store, START + 9 * DAY)
    with store.query() as query:
        got = query.buckets("inlet.ph", START + 5 * MINUTE, START + 65 * MINUTE, 6)
        assert got.width == 10 * MINUTE
        assert got.count.tolist() == [10] * 6
        assert got.smallest[0] == 7.05
        empty = query.buckets("inlet.none", START, START + DAY, 4)
        assert empty.count.tolist() == [0, 0, 0, 0]
        assert len(query.buckets("inlet.ph", START, START, 4).start) == 0


def test_days_before_1970_are_sealed_too(store: Store):
    write(store, {1: minutes(-DAY, 30)})
    tidy(store, START)
    assert counts(store) == (0, 1)
    assert len(read(store, -DAY, 0)) == 30


def test_the_span_of_all_readings_is_exact_to_the_nanosecond(store: Store):
    with store.query() as query:
        assert query.data_range() is None
    write(store, {1: [(START + 3, 7.0)], 0: [(START + DAY + 5, 7.0)]})
    tidy(store, START + 9 * DAY)
    with store.query() as query:
        assert query.data_range() == (START + 3, START + DAY + 5)
    write(store, {1: [(START + 9 * DAY, 7.0)]})
    with store.query() as query:
        assert query.data_range() == (START + 3, START + 9 * DAY)


def test_imported_days_go_in_sealed_at_once(store: Store):
    store.write_bulk(judgement({1: minutes(START, 2 * 1440 + 60)}))
    assert counts(store) == (60, 2)
    assert len(read(store)) == 2 * 1440 + 60
    with store.query() as query:
        assert query.latest()["inlet.ph"].at == START + 2 * DAY + 59 * MINUTE


@settings(max_examples=25)
@given(
    cuts=st.lists(st.integers(0, 3000), max_size=4),
    bulk=st.lists(st.booleans(), min_size=5, max_size=5),
    tidied=st.lists(st.booleans(), min_size=5, max_size=5),
)
def test_however_it_came_in_the_same_is_read(tmp_path_factory, cuts, bulk, tidied):
    rows = minutes(START, 3000)
    edges = [0, *sorted(cuts), 3000]
    one = Store.open(tmp_path_factory.mktemp("one"))
    try:
        one.know_channels(("inlet.flow", "inlet.ph"))
        for begin, end, past, tidy_now in zip(edges[:-1], edges[1:], bulk, tidied, strict=False):
            # Every piece also repeats a little of the one before.
            said = judgement({1: rows[max(begin - 30, 0) : end]})
            if past:
                one.write_bulk(said)
            else:
                one.write([(Tick(1), said)], received_at=1)
            if tidy_now:
                tidy(one, START + 3 * DAY)
        got = read(one)
        assert got.at.tolist() == [at for at, _ in rows]
        assert got.value.tolist() == [value for _, value in rows]
        with one.query() as query:
            got = query.buckets("inlet.ph", START, START + 3 * DAY, 10)
        assert np.nanmax(got.largest) == rows[-1][1]
    finally:
        one.close()

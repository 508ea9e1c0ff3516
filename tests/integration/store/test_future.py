"""A reading whose time has not come is kept, but stands in nobody's way."""

import numpy as np
from integration.store.making import START, block, judgement, readings

from mulmok.model.block import Block
from mulmok.model.flag import Flag, Reason
from mulmok.model.judgement import Judgement
from mulmok.model.message import Tick
from mulmok.model.time import DAY, FOREVER, MINUTE
from mulmok.store.sqlite import Store

FAR = START + 30_000 * DAY


def ahead(at: int, value: float) -> Block:
    rows = block({1: [(at, value)]}, Flag.SUSPECT)
    return rows.flagged(rows.flag, np.full(len(rows), Reason.FUTURE, np.uint32))


def keep(store: Store, rows) -> None:
    store.write([(readings(rows), judgement(rows))], received_at=START)


def test_it_is_kept_with_its_flag_and_is_never_the_latest(store: Store):
    keep(store, {1: [(START, 7.0)]})
    store.write([(Tick(START), Judgement(late=ahead(FAR, 9.0)))], received_at=START)
    with store.query() as query:
        assert query.latest()["inlet.ph"].at == START
        kept = query.rows("inlet.ph", 0, FOREVER)
    assert kept.value.tolist() == [7.0, 9.0]
    assert kept.reasons.tolist() == [0, Reason.FUTURE]


def test_what_is_kept_does_not_reach_as_far_as_it(store: Store):
    keep(store, {1: [(START, 7.0), (START + MINUTE, 7.1)]})
    store.write([(Tick(START), Judgement(late=ahead(FAR, 9.0)))], received_at=START)
    with store.query() as query:
        assert query.data_range() == (START, START + MINUTE)


def test_it_gives_way_to_the_reading_that_comes_when_its_time_has(store: Store):
    """The clock of the logger was set right: its minutes come a second time, and are true now."""
    later = START + 40 * MINUTE
    store.write([(Tick(START), Judgement(late=ahead(later, 4.0)))], received_at=START)
    keep(store, {1: [(later, 7.0)]})
    store.write([(Tick(START), Judgement(late=ahead(later, 4.0)))], received_at=START)
    with store.query() as query:
        kept = query.rows("inlet.ph", 0, FOREVER)
        assert query.latest()["inlet.ph"].value == 7.0
    assert (kept.value.tolist(), kept.reasons.tolist()) == ([7.0], [0])

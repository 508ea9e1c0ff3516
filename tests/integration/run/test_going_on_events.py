"""A works goes on where it was left: what happened, what was asked, and what nobody finds again."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
from integration.run.leaving import SITE, START, Works

from mulmok.model.message import Action
from mulmok.model.time import HOUR, MINUTE
from mulmok.source.port import Arrival
from mulmok.store.sqlite import Mark, Store


@pytest.fixture
def works(tmp_path: Path):
    made = Works(tmp_path)
    yield made
    made.engine.close()


def test_an_event_nobody_finds_again_is_ended(works: Works):
    works.take(0, 0, 7.0, 7.1)
    lost = Arrival(
        np.zeros(25, np.int16),
        START + MINUTE * np.arange(2, 27),
        np.full(25, 7.0),
        np.full(25, 5, np.uint8),
    )
    works.clock.at = START + 27 * MINUTE
    asyncio.run(works.engine.submit(lost))
    with works.engine.query() as query:
        (event,) = query.events(0)
    assert event.ended_at is None
    works.engine.close()
    works.again(
        SITE.replace('id = "inlet.ph"', 'id = "outlet.ph"').replace('"inlet.ph"', '"outlet.ph"')
    )
    with works.engine.query() as query:
        (ended,) = query.events(0)
    assert ended.id == event.id
    assert ended.ended_at is not None
    assert "another way" in str(ended.reasons[-1])


def test_commands_while_time_is_ahead_of_the_clock_are_all_told(works: Works):
    works.take(0, 60, 7.0)
    works.clock.at = START
    for action in (Action.SHELVE, Action.UNSHELVE, Action.SHELVE):
        works.order(action, "ph-low", "x", START + 2 * HOUR)
    assert works.told("ph-low") == [("NORM", "SHLVD"), ("SHLVD", "NORM"), ("NORM", "SHLVD")]
    with works.engine.query() as query:
        last = query.alarm_states()["ph-low"]
        assert (last.after.value, last.who, last.why) == ("SHLVD", "kim", "x")
        assert [(deed.who, deed.action) for deed in query.deeds(3)] == [
            ("kim", "shelve"),
            ("kim", "unshelve"),
            ("kim", "shelve"),
        ]


def test_history_begun_and_broken_off_is_judged_anew_at_the_next_start(works: Works):
    works.take(0, 0, 4.0)
    works.order(Action.ACKNOWLEDGE, "ph-low")
    works.engine.close()
    store = Store.open(works.folder / "data")
    store.mark(Mark.JUDGE_ANEW)
    store.close()
    works.again()
    assert works.state("ph-low") == "ACKED"
    assert works.engine.store.marks() == set()
    assert works.told("ph-low") == [("NORM", "UNACK"), ("UNACK", "ACKED")]


def test_a_second_start_says_nothing_new(works: Works):
    works.take(0, 0, 4.0)
    works.engine.close()
    before = works.engine.writer._seq
    works.again()
    assert works.engine.store.last_seq() == before
    with works.engine.query() as query:
        assert [deed.action for deed in query.deeds()] == ["configuration"]

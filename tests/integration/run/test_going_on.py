"""A works goes on where it was left: after a crash, under another site file, over other versions."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from integration.run.leaving import SITE, Works

from mulmok.config.load import load_site
from mulmok.judge.alarm.stage import Alarms
from mulmok.judge.diagnose.events import Events
from mulmok.model.message import Action, ConfigChange, SourceState, SourceStatus
from mulmok.model.time import HOUR, MINUTE
from mulmok.store.sqlite import Store


@pytest.fixture
def works(tmp_path: Path):
    made = Works(tmp_path)
    yield made
    made.engine.close()


def twice_low(works: Works) -> None:
    """An alarm that was acknowledged and returned, and rings again."""
    works.take(0, 0, 7.0, 4.0, 4.0)
    works.order(Action.ACKNOWLEDGE, "ph-low")
    works.take(0, 3, 7.0, 7.0, 4.0)
    assert works.state("ph-low") == "UNACK"


TOLD_TWICE = [("NORM", "UNACK"), ("UNACK", "ACKED"), ("ACKED", "NORM"), ("NORM", "UNACK")]
OTHER_LIMIT = SITE.replace('above = "2500 uS/cm"', 'above = "2600 uS/cm"')


def test_a_snapshot_stands_before_the_first_message_is_taken(works: Works):
    kept = works.engine.store.last_snapshot()
    assert kept is not None
    assert kept.seq == 1
    ((_, first),) = works.engine.store.journal(0)
    assert first == ConfigChange(works.clock.at - 5_000_000_000, load_site(works.site).fingerprint)


def test_without_any_snapshot_the_journal_is_replayed_in_its_own_order(works: Works):
    twice_low(works)
    before = works.engine.alarm_views()
    works.crash()
    store = Store.open(works.folder / "data")
    store.connection.execute("DELETE FROM snapshot")
    store.close()
    works.again()
    assert works.engine.alarm_views() == before
    assert works.told("ph-low") == TOLD_TWICE


CHANGES: dict[str, Callable[[Works], object]] = {
    "left in order": lambda works: works.engine.close(),
    "killed": lambda works: works.crash(),
}


@pytest.mark.parametrize("left", CHANGES)
def test_another_limit_elsewhere_leaves_an_alarm_as_it_was(works: Works, left: str):
    twice_low(works)
    before, asked = works.view("ph-low"), works.asked()
    CHANGES[left](works)
    works.again(OTHER_LIMIT)
    assert works.view("ph-low") == before
    assert works.told("ph-low") == TOLD_TWICE
    assert works.asked() == asked


@pytest.mark.parametrize("left", CHANGES)
def test_what_is_acknowledged_and_what_is_hidden_stays_so_under_another_site_file(
    works: Works, left: str
):
    works.take(0, 0, 4.0)
    works.take(1, 0, 900.0)
    works.order(Action.ACKNOWLEDGE, "ph-low")
    works.order(Action.OUT_OF_SERVICE, "ec-high", "pump work")
    asyncio.run(works.engine.report(SourceStatus(works.clock.at, "plc", SourceState.SILENT)))
    works.order(Action.SHELVE, "source-plc", "works on the line", works.clock.at + HOUR)
    before = {view.rule.id: view for view in works.engine.alarm_views()}
    CHANGES[left](works)
    works.again(SITE.replace('zone = "UTC"', 'zone = "UTC"\nreorder = "1 s"'))
    assert {view.rule.id: view for view in works.engine.alarm_views()} == before
    works.take(0, 61, 4.0)
    assert works.told("source-plc")[-1] == ("SHLVD", "UNACK")
    assert works.told("ec-high") == [("NORM", "OOSRV")]


def test_what_is_out_of_service_is_so_after_months_and_another_site_file(works: Works):
    works.take(1, 0, 900.0)
    works.order(Action.OUT_OF_SERVICE, "ec-high", "pump work")
    works.take(1, 60 * 24 * 90, 900.0)
    for _ in range(3):
        works.engine.store.care(works.clock.at)
    works.engine.close()
    works.again(SITE.replace('below = "5.0"', 'below = "5.5"'))
    view = works.view("ec-high")
    assert (view.state.value, view.suppressed_why) == ("OOSRV", "pump work")


def test_an_alarm_with_another_limit_is_a_new_one_and_its_story_says_so(works: Works):
    works.take(1, 0, 2550.0)
    works.order(Action.SHELVE, "ec-high", "cleaning", works.clock.at + HOUR)
    works.engine.close()
    works.again(OTHER_LIMIT)
    assert works.told("ec-high") == [("NORM", "UNACK"), ("UNACK", "SHLVD"), ("SHLVD", "NORM")]
    works.take(1, 5, 2550.0)
    works.engine.close()
    works.clock.advance(10 * MINUTE)
    works.again(SITE.replace("2500", "2400"))
    assert works.told("ec-high")[-1] == ("NORM", "UNACK")
    assert len([key for key in works.asked() if key.startswith("ec-high/")]) == 2
    with works.engine.query() as query:
        last = query.transitions(1)[0]
        assert (last.cause, last.configuration) == (
            "configuration",
            load_site(works.site).fingerprint,
        )
        assert len({t.configuration for t in query.transitions()}) == 3


def test_an_alarm_that_is_gone_does_not_stand_for_ever(works: Works):
    works.take(1, 0, 2600.0)
    works.engine.close()
    works.again(SITE[: SITE.index('[[alarm]]\nid = "ec-high"')])
    assert works.told("ec-high") == [("NORM", "UNACK"), ("UNACK", "NORM")]


def test_going_back_to_the_old_site_file_goes_on_from_what_happened_since(works: Works):
    works.take(0, 0, 7.0)
    works.crash()
    works.again(OTHER_LIMIT)
    works.take(0, 1, 4.0)
    works.order(Action.ACKNOWLEDGE, "ph-low")
    works.crash()
    works.again(SITE)
    assert works.state("ph-low") == "ACKED"
    assert works.told("ph-low") == [("NORM", "UNACK"), ("UNACK", "ACKED")]


def test_a_new_version_of_another_stage_leaves_the_alarms_as_they_were(
    works: Works, monkeypatch: pytest.MonkeyPatch
):
    works.take(0, 0, 4.0)
    works.order(Action.ACKNOWLEDGE, "ph-low")
    works.engine.writer.perform(lambda _: works.engine.writer._write_snapshot(anyway=True)).result(
        10
    )
    works.order(Action.OUT_OF_SERVICE, "ec-high", "pump work")
    works.crash()
    monkeypatch.setattr(Events, "version", Events.version + 1)
    works.again()
    assert works.state("ph-low") == "ACKED"
    assert works.state("ec-high") == "OOSRV"
    assert works.told("ec-high") == [("NORM", "OOSRV")]


def test_a_new_version_of_the_alarms_themselves_goes_by_their_last_words(
    works: Works, monkeypatch: pytest.MonkeyPatch
):
    works.take(0, 0, 4.0)
    works.order(Action.ACKNOWLEDGE, "ph-low")
    works.order(Action.OUT_OF_SERVICE, "ec-high", "pump work")
    works.engine.close()
    monkeypatch.setattr(Alarms, "version", Alarms.version + 1)
    works.again()
    assert works.state("ph-low") == "ACKED"
    view = works.view("ec-high")
    assert (view.state.value, view.suppressed_by, view.suppressed_why) == (
        "OOSRV",
        "kim",
        "pump work",
    )
    assert works.told("ph-low") == [("NORM", "UNACK"), ("UNACK", "ACKED")]

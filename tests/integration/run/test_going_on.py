"""A works goes on where it was left: after a crash, under another site file, over other versions."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mulmok.config.fingerprint import content_of, recalled
from mulmok.config.load import load_site
from mulmok.judge.alarm.stage import Alarms
from mulmok.judge.diagnose.events import Events
from mulmok.model.alarm import AlarmView
from mulmok.model.message import Action, Command, ConfigChange, SourceState, SourceStatus
from mulmok.model.time import HOUR, MINUTE, parse_instant
from mulmok.run.engine import Engine
from mulmok.source.port import Arrival
from mulmok.store.sqlite import Mark, Store
from mulmok_testing.clock import SettableClock

START = parse_instant("2026-01-05T00:00:00Z")
EXAMPLES = Path(__file__).parents[3] / "examples"

SITE = """
[works]
id = "x"
name = "x"
zone = "UTC"

[[channel]]
id = "inlet.ph"
quantity = "ph"
every = "1 min"

[[channel]]
id = "inlet.ec"
quantity = "ec"
every = "1 min"

[[source]]
id = "plc"
driver = "http"
channels = ["inlet.ph"]

[[alarm]]
id = "ph-low"
channel = "inlet.ph"
below = "5.0"
priority = 1

[[alarm]]
id = "ec-high"
channel = "inlet.ec"
above = "2500 uS/cm"
"""


class Works:
    """An engine that is opened, left and killed in one process; minutes are counted from `START`."""

    def __init__(self, folder: Path):
        self.folder, self.clock = folder, SettableClock(START)
        self.site = folder / "site.toml"
        self.write(SITE)
        self.engine = self.open()

    def write(self, words: str) -> None:
        self.site.write_text(words, encoding="utf-8")

    def open(self) -> Engine:
        return Engine.open(load_site(self.site), self.folder / "data", self.clock)

    def crash(self) -> None:
        """The process dies: no last snapshot, nothing said."""
        self.engine.writer._write_snapshot = lambda **_: False
        self.engine.close()

    def again(self, words: str | None = None) -> None:
        if words is not None:
            self.write(words)
        self.engine = self.open()

    def take(self, channel: int, at: float, *values: float) -> None:
        for number, value in enumerate(values):
            self.clock.at = START + round((at + number) * MINUTE)
            rows = Arrival(
                np.array([channel], np.int16),
                np.array([self.clock.at]),
                np.array([value]),
                np.zeros(1, np.uint8),
            )
            asyncio.run(self.engine.submit(rows))

    def order(self, action: Action, alarm: str, why: str = "", until: int | None = None) -> None:
        command = Command(self.clock.at, "kim", action, alarm, why, until)
        assert asyncio.run(self.engine.command(command)) is None

    def view(self, alarm: str) -> AlarmView:
        return next(view for view in self.engine.alarm_views() if view.rule.id == alarm)

    def state(self, alarm: str) -> str:
        return self.view(alarm).state.value

    def told(self, alarm: str) -> list[tuple[str, str]]:
        with self.engine.query() as query:
            found = reversed(query.transitions(1000))
            return [(t.before.value, t.after.value) for t in found if t.alarm == alarm]

    def asked(self) -> list[str]:
        return [effect.key for effect in self.engine.store.pending_effects(limit=100)]


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


def test_an_event_nobody_finds_again_is_ended(works: Works):
    works.take(0, 0, 7.0, 7.1)
    lost = Arrival(
        np.zeros(5, np.int16),
        START + MINUTE * np.arange(2, 7),
        np.full(5, 7.0),
        np.full(5, 5, np.uint8),
    )
    asyncio.run(works.engine.submit(lost))
    works.clock.at = START + 7 * MINUTE
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


@pytest.mark.parametrize("name", ["miryang", "smallest"])
def test_what_judging_sees_of_a_site_file_is_read_back_exactly(name: str):
    site = load_site(EXAMPLES / f"{name}.toml")
    same = recalled(site.content)
    assert same is not None
    assert content_of(same.works, same.channels, same.alarms) == site.content
    assert same.fingerprint == site.fingerprint
    assert same.channels == tuple(replace(channel, name=None) for channel in site.channels)
    assert same.alarms == tuple(replace(rule, name=None) for rule in site.alarms)


@pytest.mark.parametrize("words", ["", "{}", '{"works": []}', '{"works": 1, "channels": []}'])
def test_words_of_a_site_file_that_cannot_be_read_are_no_site(words: str):
    assert recalled(words) is None


def test_a_second_start_says_nothing_new(works: Works):
    works.take(0, 0, 4.0)
    works.engine.close()
    before = works.engine.writer._seq
    works.again()
    assert works.engine.store.last_seq() == before
    with works.engine.query() as query:
        assert [deed.action for deed in query.deeds()] == ["configuration"]

"""A channel comes or goes between two starts on the same store: what the works still knows."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from integration.run.odd import START, rows_of, site_of

from mulmok.model.message import Action, Command
from mulmok.model.time import DAY, HOUR, MINUTE, SECOND
from mulmok.run.engine import Engine
from mulmok.source.port import Arrival
from mulmok.source.simulator.planted import Fault, Inflow
from mulmok_testing.clock import SettableClock

BEFORE = {"flow": 1, "ph": 1, "ec": 1, "orp": 1, "tss": 5, "nh4_n": 5}
MORE = {**BEFORE, "cod": 5}
#: A new one in the middle: all after it have other numbers.
BETWEEN = {"flow": 1, "ph": 1, "cod": 5, "ec": 1, "orp": 1, "tss": 5, "nh4_n": 5}
FEWER = {name: every for name, every in BEFORE.items() if name != "tss"}
ALARMS = """
[[alarm]]
id = "ph-low"
channel = "inlet.ph"
below = "5.0"

[[alarm]]
id = "ec-high"
channel = "inlet.ec"
above = "100 uS/cm"

[[alarm]]
id = "instrument"
event = "instrument"
"""
#: Both are under way when the works is stopped.
STUCK = Fault("stuck", "inlet.tss", START + 15 * DAY, 3 * 24 * 60)
ACID = Inflow("acid", START + 16 * DAY - 30 * MINUTE, 120, 0.02)
LATER = Inflow("livestock", START + 17 * DAY + 15 * HOUR, 120, 0.03)


class Works:
    def __init__(self, folder, channels):
        self.folder, self.clock = folder, SettableClock(START)
        self.again(channels)

    def again(self, channels) -> None:
        self.site = site_of(self.folder, channels, ALARMS)
        self.engine = Engine.open(self.site, self.folder / "data", self.clock)

    def live(self, begin: float, end: float) -> None:
        rows = rows_of(self.site, begin, end, [STUCK, ACID, LATER])
        for day in np.unique(rows.at // DAY).tolist():
            part = rows.take(rows.at // DAY == day)
            self.clock.at = int(part.at[-1]) + SECOND
            arrival = Arrival(part.channel, part.at, part.value, part.status)
            asyncio.run(self.engine.submit(arrival))

    def expected(self, name: str) -> list[np.ndarray]:
        """All that the expectation knows of a channel."""
        number = [channel.id for channel in self.site.channels].index(f"inlet.{name}")
        state = self.engine.writer.state.expected
        return [getattr(state, part)[number] for part in state.__dataclass_fields__]

    def events(self) -> dict[str, object]:
        with self.engine.query() as query:
            return {event.id: event for event in query.events(0, limit=1000)}

    def faults(self) -> set[str]:
        return {event.id for event in self.events().values() if event.verdict.value == "instrument"}

    def open_ones(self) -> list[str]:
        return sorted(
            event.causes[0].cause for event in self.events().values() if event.ended_at is None
        )

    def state(self, alarm: str) -> str:
        return next(v.state.value for v in self.engine.alarm_views() if v.rule.id == alarm)


@pytest.fixture
def works(tmp_path):
    made = Works(tmp_path, BEFORE)
    made.live(0, 16)
    command = Command(made.clock.at, "kim", Action.ACKNOWLEDGE, "ec-high")
    assert asyncio.run(made.engine.command(command)) is None
    assert made.open_ones() == ["acid", "stuck"]
    yield made
    made.engine.close()


@pytest.fixture(scope="module")
def alone(tmp_path_factory) -> set[str]:
    """Faults of a works that nobody has changed."""
    made = Works(tmp_path_factory.mktemp("alone"), BEFORE)
    made.live(0, 26)
    faults = made.faults()
    made.engine.close()
    return faults


def known(works: Works, names) -> dict[str, list[np.ndarray]]:
    return {name: works.expected(name) for name in names}


def same(left, right) -> bool:
    return all(
        np.array_equal(a, b, equal_nan=True)
        for name in left
        for a, b in zip(left[name], right[name], strict=True)
    )


@pytest.mark.parametrize("channels", [MORE, BETWEEN], ids=["at the end", "in the middle"])
def test_with_a_channel_more_all_others_are_known_as_before_and_what_goes_on_goes_on(
    works, channels, alone
):
    before, events = known(works, BEFORE), works.events()
    works.engine.close()
    works.again(channels)
    assert same(before, known(works, BEFORE))
    assert works.events().keys() == events.keys()
    assert works.open_ones() == ["acid", "stuck"]
    assert [works.state(alarm) for alarm in ("ph-low", "ec-high", "instrument")] == [
        "UNACK", "ACKED", "UNACK",
    ]  # fmt: skip
    # Of the new one nothing is expected yet; it does not stand in the way of the others.
    assert not works.expected("cod")[1].any()
    works.live(16, 26)
    assert works.expected("cod")[1].any()
    (found,) = [
        e
        for e in works.events().values()
        if e.detected_at >= LATER.start - HOUR and e.verdict.value == "water"
    ]
    assert found.causes[0].cause == "livestock"
    assert found.warned_at is not None
    assert found.warned_at < LATER.start + HOUR // 2
    assert works.open_ones() == []
    # Nor does it make the others look at fault: they do so where they would have without it.
    assert works.faults() == alone


def test_with_a_channel_less_its_events_end_and_all_others_are_known_as_before(works):
    before = known(works, FEWER)
    works.engine.close()
    works.again(FEWER)
    assert same(before, known(works, FEWER))
    assert works.open_ones() == ["acid"]
    (stuck,) = [e for e in works.events().values() if e.causes[0].cause == "stuck"]
    assert stuck.ended_at is not None
    assert str(stuck.reasons[-1]) == "what is measured is judged in another way since then"
    # The alarm of that event has returned, and the others stand as they stood.
    assert [works.state(alarm) for alarm in ("ph-low", "ec-high", "instrument")] == [
        "UNACK", "ACKED", "RTNUN",
    ]  # fmt: skip
    works.live(16, 16.5)
    assert works.open_ones() == []


def test_a_channel_that_comes_back_is_known_by_what_is_stored_of_it(works):
    before = known(works, BEFORE)
    works.engine.close()
    works.again(FEWER)
    works.engine.close()
    works.again(BEFORE)
    assert same(before, known(works, BEFORE))
    assert works.open_ones() == ["acid", "stuck"]


def test_what_people_said_of_an_event_is_known_when_the_site_file_has_changed(works):
    (acid,) = [e for e in works.events().values() if e.verdict.value == "water"]
    said = Command(works.clock.at, "kim", Action.REJECT, "", "a test of ours", event=acid.id)
    assert asyncio.run(works.engine.command(said)) is None
    works.engine.close()
    works.again(MORE)
    patterns = works.engine.writer.state.watch.places[0].patterns
    assert [(one.event, one.real) for one in patterns if one.real is not None] == [(acid.id, False)]

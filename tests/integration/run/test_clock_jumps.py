"""Clocks that jump: of one instrument, of all of them, and our own; by minutes and by hours.

The day after a learnt fortnight, scan by scan with the ticks of a live works. From 08:00 on a clock is
wrong; at 15:00 acid comes for two hours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from integration.run.odd import START, USUAL, daily, rows_of, site_of, within

from mulmok.model.flag import Reason
from mulmok.model.message import Readings, Tick
from mulmok.model.time import DAY, HOUR, MINUTE, SECOND
from mulmok.run.build import build_pipeline
from mulmok.run.guarded import judge
from mulmok.run.replay import Outcome
from mulmok.source.simulator.planted import Inflow

ALARMS = """
[[alarm]]
id = "ph-low"
channel = "inlet.ph"
below = "5.0"
on_delay = "2 min"

[[alarm]]
id = "ph-silent"
channel = "inlet.ph"
no_data = "10 min"
"""
TODAY = START + 15 * DAY
WRONG = TODAY + 8 * HOUR
ACID = Inflow("acid", TODAY + 15 * HOUR, 120, 0.02)
PH = list(USUAL).index("ph")


@pytest.fixture(scope="module")
def learnt(tmp_path_factory):
    site = site_of(tmp_path_factory.mktemp("clocks"), USUAL, ALARMS)
    pipeline = build_pipeline(site)
    state = pipeline.start()
    for part in daily(rows_of(site, 0, 15)):
        state, _ = pipeline.step(state, part)
    return site, pipeline, state, rows_of(site, 15, 16, [ACID])


class Day:
    """What came of the day."""

    def __init__(self, learnt, instruments: Callable, ours: Callable = lambda at: at):
        site, pipeline, state, rows = learnt
        self.outcome, self.unjudged, self.heard = Outcome(), Counter(), {}
        for at in np.unique(rows.at).tolist():
            scan = rows.take(rows.at == at)
            now = ours(at) + SECOND
            shown = instruments(scan.at, scan.channel)
            readings = Readings(now, scan.channel, shown, scan.value, scan.status)
            for given in (Tick(now - 5 * SECOND), readings):
                state, said = judge(pipeline, state, given, channels=len(site.channels))
                self.outcome.take(said)
                self.heard.update(
                    (t.alarm, at) for t in said.transitions if t.after.value == "UNACK"
                )
                if said.late is not None:
                    self.unjudged.update(said.late.reasons.tolist())

    def rang(self, alarm: str) -> int:
        return sum(t.alarm == alarm and t.after.value == "UNACK" for t in self.outcome.transitions)

    @property
    def warned(self) -> list[int]:
        """Minutes after the acid's beginning at which foreign water was warned of."""
        found = within(self.outcome.events, 15, 16, "water")
        return [(e.warned_at - ACID.start) // MINUTE for e in found if e.warned_at is not None]


def shifted(by: int, channel: int | None = None, until: int = TODAY + DAY) -> Callable:
    def shown(at, channels):
        wrong = (at >= WRONG) & (at < until)
        if channel is not None:
            wrong = wrong & (channels == channel)
        return np.where(wrong, at + by, at)

    return shown


def right(at, channels):
    return at


def test_with_right_clocks_the_acid_is_warned_of_at_once(learnt):
    day = Day(learnt, right)
    assert day.warned == [pytest.approx(1, abs=2)]
    assert (day.rang("ph-low"), day.rang("ph-silent")) == (1, 0)
    assert not day.unjudged


@pytest.mark.parametrize("channel", [PH, None], ids=["the pH's", "all"])
def test_three_minutes_ahead_readings_wait_for_their_time(learnt, channel):
    day = Day(learnt, shifted(3 * MINUTE, channel))
    assert day.warned == [pytest.approx(4, abs=3)]
    assert (day.rang("ph-low"), day.rang("ph-silent")) == (1, 0)
    assert not day.unjudged


@pytest.mark.parametrize("channel", [PH, None], ids=["the pH's", "all"])
def test_three_minutes_behind_the_first_three_are_late_and_all_others_judged(learnt, channel):
    day = Day(learnt, shifted(-3 * MINUTE, channel))
    assert day.warned == [pytest.approx(1, abs=3)]
    assert (day.rang("ph-low"), day.rang("ph-silent")) == (1, 0)
    assert set(day.unjudged) == {int(Reason.LATE)}
    assert day.unjudged.total() <= 3 * len(USUAL)


def test_one_clock_hours_ahead_silences_its_channel_and_not_the_watch(learnt):
    day = Day(learnt, shifted(2 * HOUR, PH))
    assert day.warned == [pytest.approx(1, abs=3)]
    # Kept and never judged; that the channel is silent is told, once.
    assert day.unjudged == {int(Reason.FUTURE): 16 * 60}
    assert (day.rang("ph-low"), day.rang("ph-silent")) == (0, 1)


def test_all_clocks_hours_ahead_leave_the_works_unwatched_and_say_so(learnt):
    day = Day(learnt, shifted(2 * HOUR))
    assert day.warned == []
    assert set(day.unjudged) == {int(Reason.FUTURE)}
    assert (day.rang("ph-low"), day.rang("ph-silent")) == (0, 1)


@pytest.mark.parametrize("channel", [PH, None], ids=["the pH's", "all"])
def test_hours_behind_what_comes_twice_is_late_then_all_is_judged_as_it_comes(learnt, channel):
    day = Day(learnt, shifted(-2 * HOUR, channel))
    (warned,) = day.warned
    assert warned < 10
    assert set(day.unjudged) == {int(Reason.LATE)}
    assert day.unjudged.total() <= 2 * 60 * len(USUAL)
    # The alarm of a limit is heard the moment its reading comes, whatever time that has on it.
    assert day.rang("ph-low") == 1
    assert day.heard["ph-low"] < ACID.start + 10 * MINUTE
    # A reading ends the silence, however old it is: the alarm comes and goes with them.
    assert day.rang("ph-silent") >= 1


def test_a_clock_put_right_after_hours_ahead_goes_on_as_if_nothing_had_been(learnt):
    day = Day(learnt, shifted(2 * HOUR, until=WRONG + HOUR))
    assert day.warned == [pytest.approx(1, abs=3)]
    assert (day.rang("ph-low"), day.rang("ph-silent")) == (1, 1)


def ours(by: int) -> Callable:
    """Our own clock, wrong for ten minutes."""
    return lambda at: at + by if WRONG <= at < WRONG + 10 * MINUTE else at


def test_our_own_clock_a_day_back_for_ten_minutes_leaves_those_unjudged(learnt):
    day = Day(learnt, right, ours(-DAY))
    assert day.warned == [pytest.approx(1, abs=3)]
    assert set(day.unjudged) == {int(Reason.FUTURE)}
    assert day.rang("ph-low") == 1


def test_our_own_clock_hours_ahead_for_ten_minutes_watches_again_once_time_has_caught_up(learnt):
    """Time does not go back: from 08:00 to 10:00 nothing can be told, and then all is as it was."""
    day = Day(learnt, right, ours(2 * HOUR))
    assert day.warned == [pytest.approx(1, abs=3)]
    assert day.rang("ph-low") == 1
    assert day.heard["ph-low"] < ACID.start + 10 * MINUTE
    # A reading ends the silence, however old it is: the alarm comes and goes with them.
    assert day.rang("ph-silent") >= 1
    assert not day.unjudged

"""Histories nobody would choose to learn from: an event each day, and a year of gaps."""

from __future__ import annotations

import numpy as np
import pytest
from integration.run.odd import START, USUAL, daily, judged, message, rows_of, site_of, within

from mulmok.model.message import Tick
from mulmok.model.time import DAY, HOUR, MINUTE
from mulmok.run.build import build_pipeline
from mulmok.run.clock import stopwatch
from mulmok.source.files.rows import joined
from mulmok.source.simulator.planted import Fault, Inflow

WATERS = ("livestock", "acid", "septage", "alkali")
FAULTS = ("stuck", "spike", "offset", "noise", "drift")
SILENT = '[[alarm]]\nid = "ph-silent"\nchannel = "inlet.ph"\nno_data = "30 min"\n'


def afterwards(day: int) -> list[Inflow]:
    return [
        Inflow("acid", START + day * DAY + 15 * HOUR, 120, 0.02),
        Inflow("livestock", START + (day + 2) * DAY + 15 * HOUR, 120, 0.03),
    ]


def are_found(events, planted) -> None:
    """Each is warned of within half an hour, as what it is or what is nearly it: plating is acid, too."""
    for one in planted:
        begin = (one.start - START) / DAY
        (found,) = within(events, begin - 0.02, begin + 0.2, "water")
        assert one.kind in [cause.cause for cause in found.causes[:2]]
        assert found.warned_at is not None
        assert found.warned_at < one.start + HOUR // 2


RESTLESS = {
    "slurry at the same hour": [
        Inflow("livestock", START + day * DAY + 10 * HOUR, 120, 0.03) for day in range(14)
    ],
    "waters of all kinds at any hour": [
        Inflow(WATERS[day % 4], START + day * DAY + 7 * day % 24 * HOUR, 120, 0.03)
        for day in range(14)
    ],
    "a broken instrument": [
        Fault(FAULTS[day % 5], f"inlet.{name}", START + day * DAY + 7 * day % 24 * HOUR, 300)
        for day, name in enumerate(("ph", "cod", "ec") * 4)
    ],
}


@pytest.mark.parametrize("what", RESTLESS)
def test_after_a_fortnight_with_something_each_day_the_works_is_watched_all_the_same(
    tmp_path, what
):
    planted = afterwards(20)
    site = site_of(tmp_path, USUAL)
    outcome = judged(site, rows_of(site, 0, 28, [*RESTLESS[what], *planted]))
    are_found(outcome.events, planted)
    # What was usual in the fortnight has not become what is missed afterwards.
    assert len(within(outcome.events, 14, 28, "water")) == len(planted)
    # Nothing is warned of while the works is not known yet.
    assert all(event.warned_at is None for event in within(outcome.events, 0, 7))


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """A works, its first three weeks, a year, and the fortnight after it."""
    site = site_of(tmp_path_factory.mktemp("year"), USUAL, SILENT)
    return (
        site,
        rows_of(site, 0, 21),
        rows_of(site, 21, 386),
        rows_of(site, 386, 400, afterwards(387)),
    )


def test_after_a_year_of_silence_the_works_is_watched_from_the_first_days_on(year):
    site, before, _, after = year
    events = judged(site, joined([before, after])).events
    are_found(events, afterwards(387))
    assert len(within(events, 21, 400, "water")) == 2
    assert len(within(events, 21, 400, "instrument")) <= 4


def test_the_first_message_after_a_year_is_judged_in_seconds(year):
    site, before, _, after = year
    pipeline = build_pipeline(site)
    learnt = pipeline.start()
    for part in daily(before):
        learnt, _ = pipeline.step(learnt, part)
    first = message(after.take(slice(0, len(site.channels))))
    for given in (first, Tick(START + 386 * DAY)):
        begun = stopwatch()
        _, said = pipeline.step(learnt, given)
        # A slot a minute is half a million: about a second; the bound only tells it from minutes.
        assert stopwatch() - begun < 30 * 10**9
        assert [event for event in said.events if event.ended_at is None] == []
        rung = said.transitions[0]
        assert (rung.after.value, rung.at) == ("UNACK", START + 21 * DAY + 29 * MINUTE)
        assert len(said.transitions) <= 2


def test_a_channel_silent_for_a_year_rings_once_and_the_others_are_watched(year):
    site, before, between, after = year
    ph = [channel.id for channel in site.channels].index("inlet.ph")
    rows = joined([before, between.take(between.channel != ph), after])
    outcome = judged(site, rows)
    are_found(outcome.events, afterwards(387))
    assert [(round((t.at - START) / DAY), t.after.value) for t in outcome.transitions] == [
        (21, "UNACK"), (386, "RTNUN"),
    ]  # fmt: skip
    quiet = within(outcome.events, 21, 386)
    assert all("inlet.ph" not in event.channels for event in quiet)
    assert sum(event.warned_at is not None for event in quiet) <= 12


def test_a_year_in_which_half_of_all_hours_are_missing_is_judged_like_any_other(year):
    site, before, between, after = year
    chance = np.random.default_rng(5)
    there = chance.random((366, 24, len(site.channels))) < 0.5
    hour = (between.at - START) // HOUR
    kept = between.take(there[hour // 24 - 21, hour % 24, between.channel])
    outcome = judged(site, joined([before, kept, after]))
    are_found(outcome.events, afterwards(387))
    quiet = within(outcome.events, 21, 386)
    # A warning a month is what the site file puts up with.
    assert sum(event.warned_at is not None for event in quiet) <= 12

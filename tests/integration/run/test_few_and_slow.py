"""A works with one channel, and one whose channels all speak every half hour."""

from __future__ import annotations

import pytest
from integration.run.odd import START, USUAL, judged, rows_of, site_of, within

from mulmok.model.time import DAY, HOUR
from mulmok.source.simulator.planted import Fault, Inflow


def one(tmp_path, name: str, planted, days: int = 25):
    site = site_of(tmp_path, {name: 1})
    return judged(site, rows_of(site, 0, days, planted)).events


@pytest.mark.parametrize("kind", ["acid", "alkali"])
def test_acid_and_alkali_are_warned_of_by_a_ph_alone(tmp_path, kind):
    slug = Inflow(kind, START + 20 * DAY + 15 * HOUR, 120, 0.02)
    events = one(tmp_path, "ph", [slug])
    (found,) = within(events, 7, 25, "water")
    assert found.causes[0].cause == kind
    assert found.warned_at is not None
    assert slug.start <= found.warned_at < slug.start + HOUR // 2
    assert found.ended_at is not None
    assert found.ended_at < slug.end + 2 * HOUR


def test_a_ph_alone_that_is_quiet_says_nothing_but_when_somebody_was_there(tmp_path):
    assert {event.verdict.value for event in one(tmp_path, "ph", [], 42)} == {"maintenance"}


@pytest.mark.parametrize("name", ["ph", "cod", "flow"])
def test_faults_of_the_only_channel_are_told_when_they_are_its_own_for_sure(tmp_path, name):
    stuck = Fault("stuck", f"inlet.{name}", START + 20 * DAY, 900)
    dropout = Fault("dropout", f"inlet.{name}", START + 23 * DAY, 120)
    found = within(one(tmp_path, name, [stuck, dropout]), 19, 25, "instrument")
    assert [event.causes[0].cause for event in found] == ["stuck", "dropout"]
    assert all(event.ended_at is not None for event in found)


def test_a_broken_loop_of_the_only_ph_is_warned_of_as_acid_until_it_is_known_for_what_it_is(
    tmp_path,
):
    """No other channel speaks against it, and missing acid is worse: warned of first, then named."""
    dropout = Fault("dropout", "inlet.ph", START + 20 * DAY, 120)
    events = within(one(tmp_path, "ph", [dropout]), 19, 25)
    water = [event for event in events if event.verdict.value == "water"]
    fault = [event for event in events if event.verdict.value == "instrument"]
    assert [event.causes[0].cause for event in water + fault] == ["acid", "dropout"]
    assert fault[0].detected_at < dropout.start + HOUR // 2


def test_a_flow_alone_is_never_called_foreign_water(tmp_path):
    slurry = Inflow("livestock", START + 20 * DAY + 15 * HOUR, 120, 0.1)
    assert within(one(tmp_path, "flow", [slurry]), 7, 25, "water") == []


SLOW = dict.fromkeys(USUAL, 30)


@pytest.mark.parametrize("kind", ["acid", "livestock"])
@pytest.mark.parametrize("hour", [4, 15])
def test_a_slug_of_two_hours_is_warned_of_though_all_channels_speak_every_half_hour(
    tmp_path, kind, hour
):
    slug = Inflow(kind, START + 20 * DAY + hour * HOUR, 120, 0.02)
    site = site_of(tmp_path, SLOW)
    events = judged(site, rows_of(site, 0, 22, [slug])).events
    (found,) = within(events, 7, 22, "water")
    assert found.causes[0].cause == kind
    assert found.warned_at is not None
    assert found.warned_at <= slug.start + HOUR + HOUR // 2
    # Words on the instruments afterwards are few: channels still rough from the slug.
    assert len(within(events, 7, 22, "instrument")) <= 4


@pytest.mark.parametrize("seed", [1, 2])
def test_quiet_weeks_of_half_hourly_channels_are_quiet(tmp_path, seed):
    site = site_of(tmp_path, SLOW)
    events = judged(site, rows_of(site, 0, 42, seed=seed)).events
    assert within(events, 0, 42, "water") == []
    assert len(within(events, 0, 42, "instrument")) <= 2

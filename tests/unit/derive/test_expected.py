"""What is expected: knows when it does not know, follows, and is not taught by an event."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.derive.material import INDEX, INLET, KST, START, block_of, channel, pieces, simulated

from mulmok.judge.derive.expected import Expected
from mulmok.model.block import Block
from mulmok.model.calendar import WEEKENDS, Calendar
from mulmok.model.flag import Flag
from mulmok.model.time import DAY, HOUR, MINUTE, UTC_ZONE
from mulmok.source.simulator.planted import Inflow
from mulmok.store.snapshot import from_bytes, to_bytes

MONDAY = 4 * DAY + 2800 * 7 * DAY


def expected_of(block, channels=INLET, zone=KST, calendar=WEEKENDS):
    stage = Expected.for_channels(channels, zone, calendar)
    return stage.step(stage.start(), block)[1]


def shaped(days, every=MINUTE, swing=0.3, noise=0.02, start=MONDAY):
    """A day's rhythm with noise, around 100."""
    at = start + np.arange(0, days * DAY, every)
    rng = np.random.default_rng(3)
    rhythm = swing * np.sin(2 * np.pi * (at % DAY) / DAY)
    return at, 100.0 * np.exp(rhythm + noise * rng.standard_normal(len(at)))


def ec(every=MINUTE):
    return (channel("inlet.ec", every),)


def test_nothing_is_expected_until_the_time_of_day_was_seen_on_two_days():
    at, value = shaped(4)
    told = expected_of(block_of((at, value)), ec(), UTC_ZONE)
    for parts in (told.expected, told.low, told.high, told.score):
        assert np.isnan(parts[at < MONDAY + 2 * DAY - HOUR]).all()
        assert not np.isnan(parts[at > MONDAY + 2 * DAY + HOUR]).any()


@pytest.mark.parametrize("every", [1, 7, 15, 30, 60, 120])
def test_the_rhythm_of_the_day_is_learnt_at_every_interval(every):
    at, value = shaped(20, every * MINUTE)
    told = expected_of(block_of((at, value)), ec(every * MINUTE), UTC_ZONE)
    late = at > MONDAY + 14 * DAY
    truth = 100.0 * np.exp(0.3 * np.sin(2 * np.pi * (at % DAY) / DAY))
    assert np.abs(told.expected[late] / truth[late] - 1).max() < 0.06
    assert 0.6 < np.std(told.score[late]) < 1.4
    inside = (told.low < value) & (value < told.high)
    assert inside[late].mean() > 0.98


def test_the_scores_of_a_real_influent_are_about_standard():
    block = simulated(28)
    told = expected_of(block)
    for number in range(len(INLET)):
        late = block.at[block.rows(number)] > START + 7 * DAY
        assert 0.5 < np.nanstd(told.score[block.rows(number)][late]) < 1.6


def test_an_event_hardly_teaches_that_it_is_normal():
    quiet = expected_of(simulated(12))
    tanker = Inflow("livestock", START + 9 * DAY + 10 * HOUR, 90, 0.03)
    block = simulated(12, [tanker])
    told = expected_of(block)
    rows = block.rows(INDEX["nh4_n"])
    after = (block.at[rows] >= tanker.end) & (block.at[rows] < tanker.end + 3 * HOUR)
    during = (block.at[rows] > tanker.start + 15 * MINUTE) & (block.at[rows] < tanker.end - 6e11)
    assert np.nanmin(told.score[rows][during]) > 6
    moved = np.log(told.expected[rows][after] / quiet.expected[rows][after])
    assert np.abs(moved).max() < 0.25  # the event itself was more than 1


def test_a_new_regime_is_followed_within_days():
    at, value = shaped(14)
    value = np.where(at >= MONDAY + 7 * DAY, value * 2.0, value)
    told = expected_of(block_of((at, value)), ec(), UTC_ZONE)
    first = (at >= MONDAY + 7 * DAY) & (at < MONDAY + 7 * DAY + HOUR)
    assert told.score[first].min() > 10
    late = at >= MONDAY + 10 * DAY
    assert abs(np.median(told.score[late])) < 1
    assert np.abs(told.expected[late] / value[late] - 1).mean() < 0.1


def test_the_season_does_not_make_weekends_strange():
    at, value = shaped(42)
    value = value * np.exp(-0.03 * (at - MONDAY) / DAY)
    told = expected_of(block_of((at, value)), ec(), UTC_ZONE)
    late = at > MONDAY + 14 * DAY
    assert np.abs(told.score[late]).max() < 6


def test_a_weekend_of_its_own_shape_is_learnt_as_one():
    at, value = shaped(42)
    weekend = (at // DAY + 3) % 7 >= 5
    noon = np.abs(at % DAY - 12 * HOUR) < 4 * HOUR
    value = np.where(weekend & noon, value * 1.5, value)
    told = expected_of(block_of((at, value)), ec(), UTC_ZONE)
    middle = weekend & (np.abs(at % DAY - 12 * HOUR) < 2 * HOUR)
    fourth = (at > MONDAY + 33 * DAY) & (at < MONDAY + 35 * DAY)
    assert np.abs(told.expected / value - 1)[middle & fourth].mean() < 0.1


def test_a_holiday_is_expected_to_be_like_a_weekend_and_teaches_nothing_of_working_days():
    at, value = shaped(28)
    # Thursday and Friday of the fourth week; what is off is half as much again about noon.
    kept = Calendar.of(other=[MONDAY // DAY + 24, MONDAY // DAY + 25])
    noon = np.abs(at % DAY - 12 * HOUR) < 4 * HOUR
    value = np.where(kept.off(at // DAY) & noon, value * 1.5, value)
    block = block_of((at, value))
    known, unknown = (expected_of(block, ec(), UTC_ZONE, c) for c in (kept, WEEKENDS))
    middle = np.abs(at % DAY - 12 * HOUR) < 3 * HOUR
    for day in (24, 25):
        here = middle & (at // DAY == MONDAY // DAY + day)
        assert np.abs(known.usual[here] - np.log(value[here])).mean() < 0.1
        assert np.abs(unknown.usual[here] - np.log(value[here])).mean() > 0.3
    before = at < MONDAY + 23 * DAY
    assert known.usual[before].tobytes() == unknown.usual[before].tobytes()


def test_a_holiday_begins_and_ends_as_smoothly_as_a_weekend():
    at, value = shaped(28, noise=0.0)
    kept = Calendar.of(other=[MONDAY // DAY + 23])
    value = np.where(kept.off(at // DAY), value * 1.2, value)
    usual = expected_of(block_of((at, value)), ec(), UTC_ZONE, kept).usual
    late = at > MONDAY + 22 * DAY
    assert np.abs(np.diff(usual[late])).max() < 0.01


def test_readings_that_may_not_be_computed_with_teach_nothing_and_have_no_score():
    at, value = shaped(6)
    clean = block_of((at, value))
    odd = np.arange(len(at)) % 5 == 2
    flag = np.where(odd, np.uint8(Flag.SUSPECT), clean.flag)
    wild = np.where(odd, 1e6, value)
    raw = block_of((at, wild))
    told = expected_of(raw.flagged(flag, raw.reasons), ec(), UTC_ZONE)
    late = at > MONDAY + 3 * DAY
    assert np.isnan(told.score[odd]).all()
    assert np.abs(told.expected[late] / 100 - 1).max() < 0.5


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 0.0, -5.0, 1e308])
def test_no_value_whatsoever_breaks_what_was_learnt(bad):
    at, value = shaped(6)
    value[4000:4010] = bad
    told = expected_of(block_of((at, value)), ec(), UTC_ZONE)
    late = at > MONDAY + 5 * DAY
    assert np.abs(told.expected[late] / 100 - 1).max() < 0.5


def test_after_a_gap_of_a_week_it_still_knows_the_day():
    at, value = shaped(21)
    there = (at < MONDAY + 10 * DAY) | (at >= MONDAY + 17 * DAY)
    told = expected_of(block_of((at[there], value[there])), ec(), UTC_ZONE)
    first = (at[there] >= MONDAY + 17 * DAY) & (at[there] < MONDAY + 18 * DAY)
    assert np.abs(told.score[first]).max() < 6


BLOCK: list[Block] = []


@settings(max_examples=8)
@given(cuts=st.lists(st.integers(START, START + 5 * DAY), min_size=1, max_size=8))
def test_cut_and_through_bytes_it_says_the_same_to_the_last_bit(cuts):
    if not BLOCK:
        BLOCK.append(simulated(5))
    stage = Expected.for_channels(INLET, KST)
    state, whole = stage.step(stage.start(), BLOCK[0])
    parts, again = pieces(BLOCK[0], cuts), stage.start()
    told = []
    for part in parts:
        again, words = stage.step(from_bytes(to_bytes(again), stage.state_type), part)
        told.append(words)
    assert to_bytes(again) == to_bytes(state)
    for column in ("expected", "low", "high", "score"):
        joined = np.concatenate(
            [getattr(w, column)[p.rows(c)] for c in range(len(INLET))
             for p, w in zip(parts, told, strict=True)]
        )  # fmt: skip
        assert joined.tobytes() == getattr(whole, column).tobytes()

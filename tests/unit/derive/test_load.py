"""Load: flow times concentration, over hours and local days, with what is covered."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.derive.material import INLET, KST, START, block_of, channel, pieces, simulated

from mulmok.judge.derive.load import Loads
from mulmok.model.block import Block
from mulmok.model.flag import Flag
from mulmok.model.time import DAY, HOUR, MINUTE, SECOND, UTC_ZONE
from mulmok.store.snapshot import from_bytes, to_bytes

T0 = 20_000 * DAY
CHANNELS = (channel("inlet.flow", MINUTE), channel("inlet.nh4_n", 5 * MINUTE))


def loads_of(block, upto, channels=CHANNELS, zone=UTC_ZONE):
    stage = Loads.for_channels(channels, zone)
    state, told = stage.step(stage.start(), (block, upto))
    return stage, state, told


def steady(hours, flow=1000.0, concentration=30.0, begin=T0):
    fast = begin + np.arange(0, hours * HOUR, MINUTE)
    slow = begin + np.arange(0, hours * HOUR, 5 * MINUTE)
    return (fast, np.full(len(fast), flow)), (slow, np.full(len(slow), concentration))


def test_a_steady_flow_carries_thirty_kilograms_an_hour():
    _, _, told = loads_of(block_of(*steady(24)), T0 + DAY)
    assert [load.period for load in told] == ["hour"] * 24 + ["day"]
    for load in told:
        assert load.rate == pytest.approx(30.0)
        assert load.mean == pytest.approx(30.0)
        assert load.coverage == 1.0
    assert told[-1].mass == pytest.approx(720.0)
    assert told[-1].channel == "inlet.nh4_n"


def test_the_mean_is_weighted_by_flow():
    (fast, flow), (slow, concentration) = steady(1)
    flow[30:], concentration[6:] = 3000.0, 10.0
    _, _, told = loads_of(block_of((fast, flow), (slow, concentration)), T0 + HOUR)
    assert told[0].mean == pytest.approx((1000 * 30 + 3000 * 10) / 4000)
    assert told[0].mass == pytest.approx(0.5 * 30 + 0.5 * 30)


def test_silence_is_not_covered_and_never_zero():
    fast, (slow, concentration) = steady(2)
    _, _, told = loads_of(block_of(fast, (slow[:3], concentration[:3])), T0 + 2 * HOUR)
    # The reading at 10 min is held for two intervals and a slot: the last slot it fills is 21 min.
    assert [load.period for load in told] == ["hour"]
    assert told[0].coverage == pytest.approx(22 / 60)
    assert told[0].rate == pytest.approx(30.0)
    assert told[0].mass == pytest.approx(30.0 * 22 / 60)


def test_a_missing_reading_ends_the_hold_at_once():
    fast, (slow, concentration) = steady(1)
    concentration[3:] = np.nan
    _, _, told = loads_of(block_of(fast, (slow, concentration)), T0 + HOUR)
    assert told[0].coverage == pytest.approx(15 / 60)
    assert told[0].mass == pytest.approx(30.0 * 15 / 60)


@pytest.mark.parametrize("flag", [Flag.SUSPECT, Flag.FAIL])
@pytest.mark.parametrize("piece", [HOUR, MINUTE])
def test_a_doubtful_reading_ends_the_hold_until_a_usable_one_comes(flag, piece):
    """At an event's front the last good value says nothing of the water, and none is made up."""
    fast, (slow, concentration) = steady(1)
    concentration[3:] = 200.0
    block = block_of(fast, (slow, concentration))
    front = (block.channel_of_rows() == 1) & (block.at >= T0 + 15 * MINUTE)
    front &= block.at < T0 + 40 * MINUTE
    block = block.flagged(np.where(front, np.uint8(flag), block.flag), block.reasons)
    stage = Loads.for_channels(CHANNELS, UTC_ZONE)
    state, told, shown = stage.start(), [], []
    cuts = list(range(T0 + piece, T0 + HOUR, piece))
    for part, upto in zip(pieces(block, cuts), [*cuts, T0 + HOUR], strict=True):
        state, some = stage.step(state, (part, upto))
        told += some
        shown.append(stage.current(state)[1][0])
    assert told[0].coverage == pytest.approx(35 / 60)
    assert told[0].mass == pytest.approx(30.0 * 15 / 60 + 200.0 * 20 / 60)
    if piece == MINUTE:
        assert np.flatnonzero(np.isnan(shown)).tolist() == list(range(15, 40))


@pytest.mark.parametrize("flag", [Flag.SUSPECT, Flag.FAIL, Flag.MISSING])
def test_readings_that_may_not_be_computed_with_carry_nothing(flag):
    block = block_of(*steady(1))
    flags = np.where(block.channel_of_rows() == 0, np.uint8(flag), block.flag)
    _, state, told = loads_of(block.flagged(flags.astype(np.uint8), block.reasons), T0 + HOUR)
    assert told == ()
    assert np.isnan(state.now).all()


def test_a_day_ends_at_midnight_by_the_works_clock():
    begin = START - 3 * HOUR
    _, _, told = loads_of(block_of(*steady(30, begin=begin)), begin + 30 * HOUR, zone=KST)
    days = [load for load in told if load.period == "day"]
    assert [(load.start, load.end) for load in days] == [
        (START - DAY, START),
        (START, START + DAY),
    ]
    assert days[0].coverage == pytest.approx(3 / 24)
    assert days[1].mass == pytest.approx(720.0)


def test_a_reading_that_comes_for_closed_slots_acts_from_the_open_one_on():
    (fast, flow), (slow, concentration) = steady(2)
    lagging = slow < T0 + 10 * MINUTE
    block = block_of((fast, flow), (slow[lagging], concentration[lagging]))
    stage, state, told = loads_of(block, T0 + HOUR)
    assert told[0].coverage == pytest.approx(17 / 60)
    late = block_of((fast[:0], flow[:0]), (np.array([T0 + 55 * MINUTE]), np.array([60.0])))
    state, none = stage.step(state, (late, T0 + HOUR))
    assert none == ()
    _, told = stage.step(state, (block_of((fast[:0], []), (slow[:0], [])), T0 + 2 * HOUR))
    # The flow's last reading is of 1:59; the late one is held from 1:00 to 1:06.
    assert told[0].mass == pytest.approx(60.0 * 7 / 60)
    assert told[0].coverage == pytest.approx(7 / 60)


def test_a_gap_of_forty_years_asks_for_no_memory_and_tells_nothing():
    stage, state, _ = loads_of(block_of(*steady(1)), T0 + HOUR)
    later = T0 + 40 * 365 * DAY
    after, told = stage.step(state, (block_of(*steady(1, begin=later)), later + HOUR))
    assert [load.period for load in told] == ["hour", "day", "hour"]
    assert told[-1].start == later
    assert told[-1].mass == pytest.approx(30.0)
    assert after.open_slot == later + HOUR


def test_the_current_load_tells_the_rate_and_the_day_so_far():
    stage, state, _ = loads_of(block_of(*steady(12)), T0 + 12 * HOUR - 30 * MINUTE)
    assert stage.current(stage.start()) == {}
    rate, covered, mass = stage.current(state)[1]
    assert rate == pytest.approx(30.0)
    assert covered == pytest.approx(1.0)
    assert mass == pytest.approx(30.0 * 11.5)
    silent, _ = stage.step(state, (block_of(*steady(0)), T0 + 23 * HOUR))
    rate, covered, mass = stage.current(silent)[1]
    assert np.isnan(rate)
    # The block reached to 12 h; the last value of the slow analyser, of 11:55, is held to 12:06.
    assert 11.5 / 23 < covered < 12.2 / 23


def test_concentrations_without_a_flow_at_their_place_have_no_load():
    channels = (channel("inlet.flow", MINUTE), channel("effluent.tn", MINUTE))
    assert Loads.for_channels(channels, UTC_ZONE).pairs == ()


BLOCK: list[Block] = []


@settings(max_examples=10)
@given(cuts=st.lists(st.integers(START, START + 3 * DAY), min_size=1, max_size=10))
def test_cut_and_through_bytes_it_says_the_same_to_the_last_bit(cuts):
    if not BLOCK:
        BLOCK.append(simulated(3))
    end = START + 3 * DAY
    stage = Loads.for_channels(INLET, KST)
    state, whole = stage.step(stage.start(), (BLOCK[0], end))
    again, told = stage.start(), []
    for part, upto in zip(pieces(BLOCK[0], cuts), [*sorted(cuts), end], strict=True):
        again, some = stage.step(from_bytes(to_bytes(again), stage.state_type), (part, upto - 1))
        told += some
    again, some = stage.step(again, (block_of(*[(np.array([]), [])] * len(INLET)), end))
    assert sorted(map(repr, told + list(some))) == sorted(map(repr, whole))
    assert to_bytes(again) == to_bytes(state)


def test_it_agrees_with_a_plain_sum_over_seconds():
    rng = np.random.default_rng(1)
    fast = T0 + np.arange(0, DAY, MINUTE)
    slow = T0 + np.arange(0, DAY, 5 * MINUTE)
    flow, concentration = rng.uniform(500, 1500, len(fast)), rng.uniform(10, 50, len(slow))
    _, _, told = loads_of(block_of((fast, flow), (slow, concentration)), T0 + DAY)
    second = T0 + np.arange(0, DAY, SECOND)
    q = flow[np.searchsorted(fast, second, side="right") - 1]
    c = concentration[np.searchsorted(slow, second, side="right") - 1]
    assert told[-1].mass == pytest.approx((q * c).sum() / 1000 / 3600)

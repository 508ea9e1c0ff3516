"""Texture: too still or too rough for what the channel itself usually shows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.derive.material import block_of, channel, pieces

from mulmok.judge.detect.texture import Texture
from mulmok.model.flag import Flag, Reason
from mulmok.model.time import MINUTE
from mulmok.store.snapshot import from_bytes, to_bytes

T0 = 29_000_000 * MINUTE
USUAL = 600
#: Two days of readings: days differ from nights, so what is too rough is said only after them.
LEARNT = 2_900


def rough(n, size, seed=1, mean=700.0):
    return np.round(mean + size * np.random.default_rng(seed).standard_normal(n))


def found(value, every=1, name="inlet.ec", bad=None, skip=()):
    value = np.asarray(value, float)
    at = T0 + np.arange(len(value)) * every * MINUTE
    keep = np.array([n not in skip for n in range(len(value))])
    block = block_of((at[keep], value[keep]))
    if bad is not None:
        rows = np.isin(np.arange(len(value)), bad)[keep]
        block = block.flagged(
            np.where(rows, Flag.FAIL, Flag.GOOD).astype(np.uint8),
            np.where(rows, Reason.STATUS, Reason.NONE).astype(np.uint32),
        )
    stage = Texture.for_channels((replace(channel(name, every * MINUTE), resolution=1.0),))
    return stage.step(stage.start(), (block, None))[1]


def minute(finding_at):
    return (finding_at - T0) // MINUTE


def test_a_value_that_no_longer_moves_is_stuck_until_it_moves_again():
    frozen = np.full(90, 731.0)
    opened, closed = found([*rough(USUAL, 5), *frozen, *rough(60, 5, seed=2)])
    assert (opened.fault, opened.ended_at) == ("stuck", None)
    assert minute(opened.since) == USUAL
    assert USUAL + 19 <= minute(opened.at) <= USUAL + 30
    assert closed.key == opened.key
    assert minute(closed.ended_at) == USUAL + 90


def test_a_short_standstill_is_chance():
    assert found([*rough(USUAL, 5), *np.full(15, 731.0), *rough(60, 5, seed=2)]) == ()


def test_an_analyser_read_every_minute_that_measures_every_half_hour_is_not_stuck():
    assert found(np.repeat(rough(60, 20), 30)) == ()


def test_a_slow_analyser_that_repeats_itself_now_and_then_is_not_stuck():
    assert found(np.repeat(rough(200, 20), 3), every=30, name="inlet.tn") == ()


def test_a_controller_that_holds_its_value_for_hours_is_not_stuck():
    held = [
        np.full(n, v)
        for n, v in zip([150, 90, 200, 120, 240, 180, 260], [700, 705] * 4, strict=False)
    ]
    assert found(np.concatenate(held)) == ()


def test_a_coarse_display_on_still_water_is_not_stuck():
    assert found(rough(3000, 0.25)) == ()


def test_several_times_rougher_than_usual_is_noise_until_it_is_smooth_again():
    opened, closed = found([*rough(LEARNT, 5), *rough(120, 60, seed=2), *rough(120, 5, seed=3)])
    assert (opened.fault, opened.ended_at) == ("noise", None)
    assert LEARNT <= minute(opened.at) < LEARNT + 30
    assert minute(opened.since) <= minute(opened.at)
    assert closed.key == opened.key
    assert LEARNT + 120 < minute(closed.ended_at) < LEARNT + 170


@pytest.mark.parametrize("factor", [5.0, 0.2])
def test_a_steep_ramp_is_no_noise(factor):
    ramp = 700.0 * factor ** np.linspace(0.0, 1.0, 30)
    noise = 1.0 + 0.007 * np.random.default_rng(4).standard_normal(150)
    value = np.concatenate([ramp, np.full(120, ramp[-1])]) * noise
    assert [word.fault for word in found([*rough(LEARNT, 5), *np.round(value)])] == []


def test_one_spike_is_no_noise():
    value = rough(LEARNT + 100, 5)
    value[LEARNT + 50] = 1500.0
    assert found(value) == ()


def test_the_return_from_the_end_of_the_range_is_no_noise():
    words = found([*rough(LEARNT, 5), *np.zeros(60), *rough(120, 5, seed=2)])
    assert {word.fault for word in words} == {"stuck"}


def test_somewhat_rougher_is_no_noise():
    assert found([*rough(LEARNT, 5), *rough(200, 9, seed=2)]) == ()


def test_before_two_days_have_passed_rough_may_be_usual():
    assert found([*rough(USUAL, 5), *rough(120, 60, seed=2), *rough(120, 5, seed=3)]) == ()


def test_a_front_rough_for_some_minutes_is_no_noise():
    assert found([*rough(LEARNT, 5), *rough(6, 60, seed=2), *rough(120, 5, seed=3)]) == ()


def test_what_is_known_to_be_bad_is_not_looked_at():
    value = [*rough(USUAL, 5), *np.full(90, 731.0), *rough(60, 5, seed=2)]
    assert found(value, bad=np.arange(USUAL, USUAL + 90)) == ()


def test_a_gap_is_no_standstill():
    value = [*rough(USUAL, 5), 731.0, *np.full(88, 1.0), 731.0, *rough(60, 5, seed=2)]
    assert found(value, skip=range(USUAL + 1, USUAL + 89)) == ()


def test_before_it_knows_the_channel_it_says_nothing():
    assert found([*rough(100, 5), *np.full(80, 731.0)]) == ()


STRETCHES = st.lists(
    st.tuples(st.sampled_from(["usual", "still", "rough", "silent"]), st.integers(5, 90)),
    max_size=6,
)


@settings(max_examples=30)
@given(
    stretches=STRETCHES,
    cuts=st.lists(st.integers(LEARNT - 300, LEARNT + 600), max_size=5),
    seed=st.integers(0, 99),
)
def test_cut_and_through_bytes_it_says_the_same(stretches, cuts, seed):
    value = [rough(LEARNT, 5, seed)]
    for kind, n in stretches:
        size = {"usual": 5, "still": 0, "rough": 70, "silent": np.nan}[kind]
        value.append(rough(n, size, seed + 1))
    value = np.concatenate(value)
    at = T0 + np.arange(len(value)) * MINUTE
    block = block_of((at, value))
    stage = Texture.for_channels((replace(channel("inlet.ec", MINUTE), resolution=1.0),))
    state, whole = stage.step(stage.start(), (block, None))
    again, words = stage.start(), ()
    for part in pieces(block, [T0 + cut * MINUTE for cut in cuts]):
        again, some = stage.step(from_bytes(to_bytes(again), stage.state_type), (part, None))
        words += some
    assert words == whole
    assert to_bytes(again) == to_bytes(state)
    for word in whole:
        assert word.since <= word.at
        assert word.ended_at is None or word.ended_at > word.at

"""Bank: a step is estimated from all onsets at once; what is missing lowers what is known of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mulmok.judge.detect.bank import TIMES, advance
from mulmok.judge.detect.hold import forget_onsets, hold
from mulmok.judge.detect.place import PlaceState
from mulmok.model.time import FOREVER

NOISE, SWING = 1e-3, np.array([1e-3, 1e-3, 1e-3])
STEPPED = 320
TIME = np.array(TIMES)


def known(n):
    """A place whose channels are known for what they are."""
    state = PlaceState.start(n)
    state.noise[:] = NOISE
    state.swing[:] = SWING
    state.known[:] = True
    state.last[:] = -1
    state.cov[:] = np.diag(SWING)
    return state


def through(value, state=None, first=0):
    """Take all slots from `first` on, whatever is seen; gives the state and where it stopped."""
    state = state or known(value.shape[1])
    row, stops = 0, []
    while row < len(value):
        row, entry = advance(
            value, first, row, np.ones(value.shape[1]), TIME,
            state.noise, state.swing, state.known, state.mean, state.cov, state.last, state.scale,
            state.lags, state.seen, state.ring, state.recent,
            state.used, state.onset, state.kept, state.info, state.score, state.effect, state.jump,
            state.count, state.scatter, state.rest, state.common, state.learnt,
            state.held, state.since, state.calm, state.excess, FOREVER,
        )  # fmt: skip
        if entry >= 0:
            stops.append((row - 1, entry))
    return state, stops


def wandering(seed, slots, channels=1):
    """A channel as the model has it: three processes and measurement noise."""
    chance = np.random.default_rng(seed)
    decay = np.exp(-1.0 / TIME)
    inside = np.sqrt(SWING) * chance.standard_normal((channels, 3))
    out = np.empty((slots, channels))
    for slot in range(slots):
        fresh = np.sqrt(SWING * (1 - decay**2)) * chance.standard_normal((channels, 3))
        inside = decay * inside + fresh
        out[slot] = inside.sum(axis=1) + np.sqrt(NOISE) * chance.standard_normal(channels)
    return out


def at_onset(state, onset):
    (entry,) = np.flatnonzero(state.used & (state.onset == onset))
    return int(entry)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("size", [0.35, -0.5])
def test_a_step_is_estimated_within_three_standard_deviations_and_is_significant(seed, size):
    value = wandering(seed, STEPPED + 21)
    value[STEPPED:] += size
    state, stops = through(value)
    entry = at_onset(state, STEPPED)
    info, score = state.info[entry, 0], state.score[entry, 0]
    assert abs(score / info - size) < 3.0 / np.sqrt(info)
    assert score / np.sqrt(info) * np.sign(size) > 4.0
    assert any(row >= STEPPED for row, _ in stops)


def test_the_step_of_one_channel_is_no_step_of_another():
    value = wandering(3, STEPPED + 21, channels=2)
    value[STEPPED:, 1] += 0.5
    state, _ = through(value)
    entry = at_onset(state, STEPPED)
    z = state.score[entry] / np.sqrt(state.info[entry])
    assert abs(z[0]) < 3.0
    assert z[1] > 5.0


def test_quiet_water_seldom_deserves_a_look():
    _, stops = through(wandering(5, 1500))
    assert len(stops) < 15


def test_a_step_that_came_in_one_jump_is_known_by_its_jump():
    sudden, slow = np.zeros((60, 1)), np.zeros((60, 1))
    sudden[40:] = 0.5
    slow[40:] = 0.5 * np.minimum(np.arange(20) / 10.0, 1.0)[:, None]
    jumps = []
    for value in (sudden, slow):
        state, _ = through(value)
        jumps.append(state.jump[at_onset(state, 40), 0])
    assert jumps[0] == pytest.approx(0.5)
    assert jumps[1] == pytest.approx(0.05)


def test_a_channel_that_is_held_does_not_learn():
    value = np.zeros((400, 1))
    value[200:] = 0.5
    free, _ = through(value)
    state, _ = through(value[:200])
    state.held[0] = True
    before = state.mean.copy()
    held, _ = through(value[200:], state, first=200)
    assert free.mean.sum() > 0.3
    assert np.abs(held.mean).sum() <= np.abs(before).sum()
    assert held.excess[0] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("size", [1.0, -3.0])
def test_the_step_of_a_held_channel_is_told_in_full_however_far_it_goes(size):
    value = np.zeros((260, 1))
    value[200:] = size * np.minimum(np.arange(60) / 6.0, 1.0)[:, None]
    state, _ = through(value[:204])
    entry = at_onset(state, 200)
    hold(state, 0, entry, 200)
    forget_onsets(state, entry)
    state, _ = through(value[204:], state, 204)
    assert state.score[entry, 0] / state.info[entry, 0] == pytest.approx(size, rel=0.05)


def test_a_wild_reading_of_a_held_channel_is_not_believed():
    value = np.zeros((260, 1))
    value[200:] = 1.0
    wild = value.copy()
    wild[240] = 9.0
    steps = []
    for one in (value, wild):
        state, _ = through(one[:204])
        entry = at_onset(state, 200)
        hold(state, 0, entry, 200)
        forget_onsets(state, entry)
        state, _ = through(one[204:245], state, 204)
        steps.append(state.score[entry, 0] / state.info[entry, 0])
    assert steps[1] == pytest.approx(steps[0], rel=0.1)


def test_one_wild_reading_is_not_believed():
    value = np.zeros((101, 1))
    value[100] = 50.0
    state, _ = through(value)
    assert abs(state.mean.sum()) < 1.0


ABSENT = st.lists(st.tuples(st.integers(0, 149), st.integers(1, 25)), max_size=8)


@settings(max_examples=80)
@given(absent=ABSENT)
def test_missing_readings_lower_what_is_known_and_never_raise_it(absent):
    value = np.zeros((150, 1))
    full, _ = through(value)
    gappy = value.copy()
    for begin, length in absent:
        gappy[begin : begin + length] = np.nan
    state, stops = through(gappy)
    assert np.array_equal(state.onset[state.used], full.onset[full.used])
    assert np.isfinite(state.info).all()
    assert (state.info[state.used] <= full.info[full.used] * (1 + 1e-9) + 1e-9).all()
    assert stops == []


@settings(max_examples=40)
@given(seed=st.integers(0, 1000), silent=st.integers(0, 2))
def test_a_silent_channel_leaves_the_others_as_they_are(seed, silent):
    value = wandering(seed, 120, channels=3)
    full, _ = through(value)
    less = value.copy()
    less[:, silent] = np.nan
    state, _ = through(less)
    others = [c for c in range(3) if c != silent]
    assert np.array_equal(state.info[:, others], full.info[:, others])
    assert np.array_equal(state.score[:, others], full.score[:, others])
    assert (state.info[:, silent] == 0.0).all()


@settings(max_examples=40)
@given(seed=st.integers(0, 1000), at=st.integers(1, 119))
def test_slots_taken_in_two_goes_are_as_in_one(seed, at):
    value = wandering(seed, 120, channels=2)
    whole, _ = through(value)
    state, _ = through(value[:at])
    state, _ = through(value[at:], state, first=at)
    assert np.array_equal(state.score, whole.score)
    assert np.array_equal(state.mean, whole.mean)

"""Noise: how a channel wanders is learnt from the size of its differences."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulmok.judge.detect.bank import LAGS, TIMES
from mulmok.judge.detect.noise import factors, fit_noise

TIME = np.array(TIMES)
LAG = np.array([1.0, *(5.0 * lag for lag in LAGS)])


def sizes(r, q):
    """Standard deviation of differences of three processes and a measurement, at each lag."""
    rise = 1.0 - np.exp(-LAG[:, None] / TIME)
    return np.sqrt(2.0 * (r + rise @ np.asarray(q)))


def fitted(size, seen=1000.0):
    swing = np.full(3, np.nan)
    noise = fit_noise(size, np.broadcast_to(seen, len(LAG)).astype(float), LAG, TIME, swing)
    return noise, swing


@pytest.mark.parametrize(
    ("r", "q"),
    [(1e-4, (4e-4, 9e-4, 2e-3)), (2.5e-3, (1e-3, 0.0, 5e-3)), (1e-6, (1e-3, 2e-3, 0.0))],
)
def test_what_a_channel_is_made_of_is_found_again(r, q):
    noise, swing = fitted(sizes(r, q))
    assert noise == pytest.approx(r, rel=0.1, abs=2e-5)
    assert swing == pytest.approx(q, rel=0.15, abs=2e-4)


def test_pure_measurement_noise_does_not_wander():
    noise, swing = fitted(sizes(0.04, (0.0, 0.0, 0.0)))
    assert noise == pytest.approx(0.04, rel=0.01)
    assert swing.sum() < 0.001


@given(
    st.floats(1e-6, 1.0),
    st.tuples(*[st.floats(0.0, 1.0)] * 3),
    st.lists(st.floats(0.9, 1.1), min_size=len(LAG), max_size=len(LAG)),
)
def test_variances_are_never_negative_and_explain_what_was_seen(r, q, blurred):
    size = sizes(r, q) * np.array(blurred)
    noise, swing = fitted(size)
    assert noise >= 0.0
    assert (swing >= 0.0).all()
    # Each difference was off by up to a tenth, its square by a fifth.
    assert sizes(noise, swing) == pytest.approx(size, rel=0.35)


def test_it_is_too_early_with_fewer_than_three_lags():
    seen = np.zeros(len(LAG))
    seen[:2] = 1000.0
    assert fitted(sizes(1e-4, (1e-3, 0, 0)), seen)[0] == -1.0
    seen[2] = 1000.0
    assert fitted(sizes(1e-4, (1e-3, 0, 0)), seen)[0] >= 0.0


def test_two_common_factors_are_told_from_each_channels_own():
    common = np.array([[0.9, 0.2], [0.8, 0.1], [0.7, -0.3], [0.0, 0.8], [-0.3, 0.7], [0.1, 0.6]])
    own = np.array([0.6, 0.7, 0.8, 0.6, 0.9, 0.7])
    scatter = common @ common.T + np.diag(own)
    rest, found = np.ones(6), np.zeros((6, 2))
    factors(scatter, rest, found)
    assert found @ found.T + np.diag(rest) == pytest.approx(scatter, abs=0.02)
    assert rest == pytest.approx(own, abs=0.1)


def test_channels_that_have_nothing_in_common_have_no_factor():
    rest, found = np.ones(5), np.ones((5, 2))
    factors(np.eye(5), rest, found)
    assert found @ found.T + np.diag(rest) == pytest.approx(np.eye(5), abs=0.05)

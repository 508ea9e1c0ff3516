"""Excess: what came in above the usual load."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws.works import CHANNELS

from mulmok.judge.derive.excess import Measured, excess
from mulmok.model.time import HOUR, MINUTE

T0 = 29_000_000 * MINUTE
FLOW, NH4_N = CHANNELS[0], CHANNELS[2]
AT = T0 + np.arange(120) * MINUTE


def course(channel, value, usual, every=1):
    at = AT[::every]
    return Measured(channel, at, np.full(len(at), float(value)), np.full(len(at), float(usual)))


def test_what_is_usual_is_no_excess():
    assert excess(course(NH4_N, 30, 30), course(FLOW, 1000, 1000), T0, T0 + HOUR, MINUTE) == (0, 1)


def test_twice_the_concentration_in_the_usual_flow_is_the_usual_load_again():
    kg, covered = excess(course(NH4_N, 60, 30), course(FLOW, 1000, 1000), T0, T0 + 2 * HOUR, MINUTE)
    assert kg == pytest.approx(2 * 30.0)
    assert covered == 1.0


def test_a_flow_that_rises_carries_more_as_well():
    kg, _ = excess(course(NH4_N, 30, 30), course(FLOW, 1500, 1000), T0, T0 + HOUR, MINUTE)
    assert kg == pytest.approx(15.0)


def test_an_analyser_that_reads_seldom_stands_for_the_time_between():
    kg, covered = excess(
        course(NH4_N, 60, 30, every=5), course(FLOW, 1000, 1000), T0, T0 + HOUR, MINUTE
    )
    assert kg == pytest.approx(30.0)
    assert covered == 1.0


def test_what_is_not_known_is_not_covered_and_never_zero():
    flow = course(FLOW, 1000, 1000)
    unknown = flow.value.copy()
    unknown[30:60] = np.nan
    kg, covered = excess(
        course(NH4_N, 60, 30), Measured(FLOW, AT, unknown, flow.usual), T0, T0 + HOUR, MINUTE
    )
    assert kg == pytest.approx(15.0)
    assert covered == 0.5


def test_nothing_is_said_of_no_time():
    assert excess(course(NH4_N, 60, 30), course(FLOW, 1, 1), T0, T0, MINUTE) == (0.0, 0.0)


@given(st.integers(1, 119))
def test_two_times_on_end_carry_what_the_whole_carries(cut):
    rng = np.random.default_rng(cut)
    c = Measured(NH4_N, AT, 30 + rng.random(120), np.full(120, 30.0))
    q = Measured(FLOW, AT, 1000 + rng.random(120), np.full(120, 1000.0))
    middle, end = T0 + cut * MINUTE, T0 + 2 * HOUR
    parts = excess(c, q, T0, middle, MINUTE)[0] + excess(c, q, middle, end, MINUTE)[0]
    assert parts == pytest.approx(excess(c, q, T0, end, MINUTE)[0])

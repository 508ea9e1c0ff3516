"""A value far from the last ones that does not stay."""

import numpy as np
from unit.quality.series import channel, marks, nan

from mulmok.judge.quality.spike import PERSISTING, WINDOW, SpikeCheck
from mulmok.model.flag import Flag
from mulmok.model.time import MINUTE

#: Twelve readings of a probe that sees nothing special.
CALM = [7.00, 7.02, 7.01, 7.03, 7.00, 7.01, 7.02, 7.00, 7.03, 7.01, 7.02, 7.01]


def test_one_wild_value_is_suspect_and_the_next_is_not():
    assert marks(SpikeCheck, [*CALM, 9.5, 7.02])[-2:] == [Flag.SUSPECT, Flag.GOOD]


def test_a_wild_value_does_not_widen_what_is_normal():
    assert marks(SpikeCheck, [*CALM, 9.5, 7.02, 9.5, 7.01, 9.5])[-1] == Flag.SUSPECT


def test_what_stays_is_real_from_the_third_reading_on():
    said = marks(SpikeCheck, [*CALM, 5.0, 5.1, 5.0, 5.05, 5.0])
    assert said[-5:-3] == [Flag.SUSPECT] * (PERSISTING - 1)
    assert set(said[-3:]) <= {Flag.GOOD, Flag.NOT_EVALUATED}


def test_up_and_down_again_is_no_level():
    assert marks(SpikeCheck, [*CALM, 9.0, 5.0, 9.0, 5.0])[-4:] == [Flag.SUSPECT] * 4


def test_scatter_that_lasts_a_window_is_the_new_scatter():
    wild = [9.0, 5.0] * WINDOW
    said = marks(SpikeCheck, [*CALM, *wild])
    assert said[len(CALM) : len(CALM) + WINDOW - 1] == [Flag.SUSPECT] * (WINDOW - 1)
    assert Flag.GOOD in said[len(CALM) + WINDOW - 1 :]


def test_until_the_window_is_full_nothing_is_judged():
    assert set(marks(SpikeCheck, CALM[: WINDOW - 1])) == {Flag.NOT_EVALUATED}


def test_a_probe_that_repeats_its_value_may_move_by_its_step():
    still = [7.0] * 12
    assert marks(SpikeCheck, [*still, 7.01])[-1] == Flag.GOOD


def test_a_silence_empties_the_window():
    at = [*range(12), 60]
    assert marks(SpikeCheck, [*CALM, 9.5], at=at)[-1] == Flag.NOT_EVALUATED


def test_missing_values_are_neither_judged_nor_remembered():
    said = marks(SpikeCheck, [*CALM, nan, 7.02])
    assert said[-2:] == [Flag.NOT_EVALUATED, Flag.GOOD]


def test_a_slow_analyser_s_morning_is_no_spike():
    night = 20 + 0.2 * np.sin(np.arange(14))
    morning = [23.0, 28.0, 34.0, 39.0]
    slow = channel("tn", 30 * MINUTE)
    assert set(marks(SpikeCheck, [*night, *morning], slow)[-4:]) == {Flag.GOOD}


def test_a_rise_step_by_step_is_no_spike_however_far_it_goes():
    assert marks(SpikeCheck, [*CALM, *(7.0 + 0.05 * n for n in range(1, 40))]).count(3) == 0


def test_the_same_jump_of_a_fast_probe_is_held_back():
    night = 20 + 0.2 * np.sin(np.arange(14))
    fast = channel("nh4_n", MINUTE)
    assert marks(SpikeCheck, [*night, 26.0], fast)[-1] == Flag.SUSPECT

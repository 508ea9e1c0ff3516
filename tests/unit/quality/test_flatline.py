"""Stuck, or only steady."""

from unit.quality.series import channel, marks, nan

from mulmok.judge.quality.flatline import READINGS, FlatLineCheck
from mulmok.model.flag import Flag
from mulmok.model.status import Status
from mulmok.model.time import HOUR, MINUTE


def test_a_value_that_never_moves_is_suspect_after_its_time_then_fails():
    said = marks(FlatLineCheck, [7.0] * 130)
    assert said[59] == Flag.GOOD
    assert said[60:120] == [Flag.SUSPECT] * 60
    assert set(said[120:]) == {Flag.FAIL}


def test_one_step_of_the_display_is_a_change():
    assert set(marks(FlatLineCheck, [7.0] * 50 + [7.01] * 50)) == {Flag.GOOD}


def test_less_than_half_a_step_is_none():
    values = [7.0 + 0.004 * (n % 2) for n in range(70)]
    assert marks(FlatLineCheck, values)[-1] == Flag.SUSPECT


def test_slow_drift_in_steps_smaller_than_the_display_is_not_flat():
    values = [7.0 + 0.001 * n for n in range(130)]
    assert set(marks(FlatLineCheck, values)) == {Flag.GOOD}


def test_a_slow_analyser_that_repeats_itself_is_not_stuck():
    slow = channel("tn", 30 * MINUTE)
    assert set(marks(FlatLineCheck, [42.0] * (READINGS - 1), slow)) == {Flag.GOOD}
    assert marks(FlatLineCheck, [42.0] * READINGS, slow)[-1] == Flag.FAIL


def test_it_is_over_as_soon_as_the_value_moves():
    assert marks(FlatLineCheck, [7.0] * 130 + [7.2])[-1] == Flag.GOOD


def test_silence_is_no_evidence():
    at = [*range(10), *range(300, 310)]
    assert set(marks(FlatLineCheck, [7.0] * 20, at=at)) == {Flag.GOOD}


def test_missing_values_neither_prove_nor_disprove():
    assert marks(FlatLineCheck, [7.0] * 40 + [nan] * 2 + [7.0] * 40)[-1] == Flag.SUSPECT


def test_what_is_shown_during_a_service_does_not_count():
    from unit.quality.series import judged

    status = [0] * 5 + [Status.MAINTENANCE] * 80 + [0] * 5
    assert not (judged([7.0] * 90, status=status).flag[-5:] == Flag.FAIL).any()


def test_the_limit_is_the_channel_s_own():
    patient = channel(flat_suspect=10 * HOUR, flat_fail=20 * HOUR)
    assert set(marks(FlatLineCheck, [7.0] * 130, patient)) == {Flag.GOOD}

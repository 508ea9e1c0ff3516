"""Comparisons with the reading before: too fast, or nothing to compare with."""

from unit.quality.series import Reason, judged, marks, nan, reasons

from mulmok.judge.quality.gap import GapCheck
from mulmok.judge.quality.rate import RateCheck
from mulmok.model.flag import Flag


def test_a_change_up_to_the_limit_is_believed():
    assert marks(RateCheck, [7.0, 8.0]) == [Flag.NOT_EVALUATED, Flag.GOOD]


def test_a_change_beyond_the_limit_is_suspect_in_either_direction():
    assert marks(RateCheck, [7.0, 8.1, 7.0])[1:] == [Flag.SUSPECT, Flag.SUSPECT]


def test_a_true_step_is_suspect_once():
    assert marks(RateCheck, [7.0, 9.0, 9.0, 9.0])[1:] == [3, 1, 1]


def test_the_limit_is_a_minute_s_whatever_lies_between():
    assert marks(RateCheck, [7.0, 9.0], at=[0, 2])[1] == Flag.GOOD
    assert marks(RateCheck, [7.0, 9.1], at=[0, 2])[1] == Flag.SUSPECT


def test_across_a_silence_no_rate_is_judged():
    assert marks(RateCheck, [7.0, 12.0], at=[0, 4])[1] == Flag.NOT_EVALUATED


def test_a_missing_reading_is_stepped_over():
    assert marks(RateCheck, [7.0, nan, 9.1]) == [2, 2, 3]


def test_the_first_reading_after_a_silence_says_so_and_is_good_otherwise():
    block = judged([7.0, 7.0, 7.0], at=[0, 1, 5])
    assert reasons(block)[2] & Reason.GAP
    assert block.usable[2]


def test_two_lost_readings_are_a_hiccup_and_no_silence():
    assert marks(GapCheck, [7.0, 7.0], at=[0, 3]) == [1, 1]
    assert marks(GapCheck, [7.0, 7.0], at=[0, 4]) == [1, 2]


def test_missing_values_are_silence():
    assert marks(GapCheck, [7.0, nan, nan, nan, 7.0])[4] == Flag.NOT_EVALUATED

"""Limits on a value and on its rate of change: deadband, spikes, gaps, and no data."""

from math import inf, nan

import pytest
from unit.alarm.works import PH_AT_ONCE, PH_LOW, Works, minute

from mulmok.model.alarm import AlarmRule, Condition, RuleKind
from mulmok.model.flag import Flag
from mulmok.model.time import MINUTE

UNUSABLE = [(4.0, Flag.FAIL), (nan, Flag.MISSING), (nan, Flag.GOOD)]


def test_a_value_returns_only_once_it_has_come_back_by_the_deadband():
    works = Works(PH_AT_ONCE)
    works.ph(0, 5.0, 4.99, 5.0, 5.1, 5.19, 5.2)
    assert works.said == [(1, "NORM", "UNACK"), (5, "UNACK", "RTNUN")]


def test_within_the_deadband_an_alarm_that_did_not_ring_does_not_begin_to():
    works = Works(PH_AT_ONCE)
    works.ph(0, 5.1, 5.01, 5.0, 5.15)
    assert works.said == []


def test_a_limit_above_mirrors_one_below():
    works = Works(AlarmRule("high", RuleKind.ABOVE, 0, 8.6, 0.2))
    works.ph(0, 8.6, 8.7, 8.6, 8.5, 8.4)
    assert works.said == [(1, "NORM", "UNACK"), (4, "UNACK", "RTNUN")]


@pytest.mark.parametrize(("value", "flag"), UNUSABLE)
def test_a_reading_that_failed_or_is_missing_rings_nothing(value, flag):
    works = Works(PH_AT_ONCE)
    works.ph(0, 7.0)
    works.ph(1, value, flag=flag)
    works.ph(2, 7.0)
    assert works.said == []


def test_a_suspect_reading_counts_and_the_rules_own_delay_keeps_a_lone_spike_quiet():
    delayed, at_once = Works(PH_LOW), Works(PH_AT_ONCE)
    for works in (delayed, at_once):
        works.ph(0, 7.0)
        works.ph(1, 2.1, flag=Flag.SUSPECT)
        works.ph(2, 7.0)
        works.tick(10)
    assert delayed.said == []
    assert at_once.said == [(1, "NORM", "UNACK"), (2, "UNACK", "RTNUN")]


def test_suspect_readings_that_stay_ring():
    works = Works(PH_LOW)
    works.ph(0, 7.0)
    works.ph(1, 4.0, 4.0, 4.0, flag=Flag.SUSPECT)
    assert works.said == [(3, "NORM", "UNACK")]


@pytest.mark.parametrize(("value", "flag"), UNUSABLE)
def test_in_normal_no_data_changes_nothing(value, flag):
    works = Works(PH_LOW)
    works.ph(0, 7.0)
    works.ph(1, *[value] * 10, flag=flag)
    assert works.view().condition is Condition.NORMAL


@pytest.mark.parametrize(("value", "flag"), UNUSABLE)
def test_in_active_no_data_does_not_return_the_alarm(value, flag):
    works = Works(PH_LOW)
    works.ph(0, 4.0, 4.0, 4.0)
    works.ph(3, *[value] * 60, flag=flag)
    assert works.view().condition is Condition.ACTIVE
    assert works.isa == "UNACK"


@pytest.mark.parametrize(("value", "flag"), UNUSABLE)
def test_in_pending_no_data_holds_the_timer_and_what_was_left_of_it_goes_on(value, flag):
    works = Works(PH_LOW)
    works.ph(0, 4.0)
    works.ph(1, *[value] * 10, flag=flag)
    assert works.view().condition is Condition.PENDING
    # One of two minutes was left when the probe went blind.
    works.ph(11, 4.0, 4.0)
    assert works.said == [(12, "NORM", "UNACK")]


def test_in_pending_what_comes_after_no_data_may_be_that_all_is_well():
    works = Works(PH_LOW)
    works.ph(0, 4.0)
    works.ph(1, nan, flag=Flag.MISSING)
    works.ph(2, 7.0)
    works.tick(60)
    assert works.said == []
    assert works.view().condition is Condition.NORMAL


@pytest.mark.parametrize(("value", "flag"), UNUSABLE)
def test_in_clearing_no_data_holds_the_timer_and_what_was_left_of_it_goes_on(value, flag):
    works = Works(PH_LOW)
    works.ph(0, 4.0, 4.0, 4.0, 7.0, 7.0)
    works.ph(5, *[value] * 60, flag=flag)
    assert works.view().condition is Condition.CLEARING
    works.ph(65, 7.0, 7.0, 7.0, 7.0)
    # Three of five minutes were left.
    assert works.said[-1] == (68, "UNACK", "RTNUN")


def test_a_timer_that_ran_out_before_the_first_bad_reading_is_not_held():
    works = Works(PH_LOW)
    works.ph(0, 4.0)
    works.give([(5, 0, nan, Flag.MISSING)])
    assert works.said == [(2, "NORM", "UNACK")]


def test_infinite_and_huge_values_are_compared_not_choked_on():
    works = Works(PH_AT_ONCE, AlarmRule("fast", RuleKind.RATE_ABOVE, 0, 0.5))
    works.ph(0, 1e308, -1e308, -inf, inf, inf, 7.0)
    assert works.isa == "RTNUN"


def test_a_rate_is_the_change_per_minute_between_readings_that_count():
    works = Works(AlarmRule("falls", RuleKind.RATE_BELOW, 0, -0.5))
    works.ph(0, 7.0, 6.5)
    assert works.said == []
    works.ph(2, 5.9)
    assert works.said == [(2, "NORM", "UNACK")]
    # A lost reading in between: 5.9 to 5.0 in two minutes is -0.45 a minute.
    works.ph(3, 0.0, flag=Flag.FAIL)
    works.ph(4, 5.0)
    assert works.said[-1] == (4, "UNACK", "RTNUN")


def test_a_rate_across_a_gap_is_unknown():
    works = Works(AlarmRule("rises", RuleKind.RATE_ABOVE, 0, 0.5))
    works.give([(0, 0, 7.0, 1), (3, 0, 10.0, 1)])
    assert works.said == [(3, "NORM", "UNACK")]
    works = Works(AlarmRule("rises", RuleKind.RATE_ABOVE, 0, 0.5))
    works.give([(0, 0, 7.0, 1), (3.1, 0, 13.0, 1)])
    assert works.said == []


def test_silence_is_known_once_time_is_beyond_the_limit_and_dated_at_it():
    works = Works(AlarmRule("quiet", RuleKind.NO_DATA, 0, float(10 * MINUTE)))
    works.ph(0, 7.0, 7.0)
    assert works.tick(11) == []
    works.tick(12)
    (rang,) = works.transitions
    assert (minute(rang.at), minute(rang.known_at), rang.cause) == (11, 12, "no data inlet.ph")
    assert works.ph(30, 7.0) == [(30, "UNACK", "RTNUN")]


def test_a_reading_in_the_very_instant_of_the_limit_is_in_time():
    works = Works(AlarmRule("quiet", RuleKind.NO_DATA, 0, float(10 * MINUTE)))
    works.ph(0, 7.0)
    works.tick(10)
    works.ph(10, 7.0)
    assert works.said == []


def test_readings_that_failed_or_are_missing_are_no_data():
    works = Works(AlarmRule("quiet", RuleKind.NO_DATA, 0, float(10 * MINUTE)))
    works.ph(0, 7.0)
    works.ph(1, *[nan] * 10, flag=Flag.MISSING)
    assert works.said == []
    works.ph(11, 99.0, flag=Flag.FAIL)
    assert works.said == [(10, "NORM", "UNACK")]


def test_a_channel_never_heard_is_waited_for_from_the_start():
    works = Works(AlarmRule("quiet", RuleKind.NO_DATA, 1, float(10 * MINUTE)))
    works.tick(0)
    works.ph(1, *[7.0] * 10)
    assert works.said == []
    works.ph(11, 7.0)
    assert works.said == [(10, "NORM", "UNACK")]


def test_a_gap_within_one_run_rings_and_returns():
    works = Works(AlarmRule("quiet", RuleKind.NO_DATA, 0, float(10 * MINUTE)))
    works.give([(0, 0, 7.0, 1), (5, 1, 900.0, 1), (12, 1, 900.0, 1), (25, 0, 7.0, 1)])
    assert works.said == [(10, "NORM", "UNACK"), (25, "UNACK", "RTNUN")]
    assert minute(works.transitions[0].known_at) == 12


def test_a_channel_catching_up_does_not_ring_for_each_reading():
    works = Works(AlarmRule("quiet", RuleKind.NO_DATA, 0, float(10 * MINUTE)))
    works.ph(0, 7.0)
    works.tick(120)
    assert works.said == [(10, "NORM", "UNACK")]
    for at in range(1, 60):
        works.ph(at, 7.0)
    assert len(works.said) == 2
    # It stopped half-way: with time going on it is silent again.
    works.tick(121)
    assert works.said[-1][1:] == ("RTNUN", "UNACK")


def test_more_edges_than_there_is_room_for_at_first_are_all_told():
    works = Works(PH_AT_ONCE)
    works.ph(0, *[4.0, 7.0] * 400)
    assert len(works.said) == 800


def test_a_works_without_alarms_says_nothing():
    assert Works().ph(0, 4.0) == []

"""What is not the water: status words, impossible values, values beyond the instrument."""

import numpy as np
import pytest
from unit.quality.series import Reason, Status, channel, judged, marks, nan, reasons

from mulmok.judge.quality.range import PhysicalRangeCheck, RangeCheck
from mulmok.model.flag import Flag


def test_a_value_sent_with_a_communication_failure_is_missing_whatever_it_is():
    block = judged([7.0, 0.0, 7.1], status=[0, Status.COMM_FAIL, 0])
    assert block.flag.tolist() == [Flag.NOT_EVALUATED, Flag.MISSING, Flag.GOOD] or (
        block.flag[1] == Flag.MISSING
    )
    assert not block.usable[1]
    assert block.value[1] == 0.0  # raw is never edited


@pytest.mark.parametrize(
    "word",
    [
        Status.STOPPED,
        Status.NO_FLOW,
        Status.CALIBRATING,
        Status.MAINTENANCE,
        Status.DEVICE_FAULT,
        Status.POWER_FAIL,
    ],
)
def test_what_a_stopped_or_serviced_instrument_shows_is_not_the_water(word):
    block = judged([7.0, 7.1], status=[0, word])
    assert block.flag[1] == Flag.FAIL
    assert reasons(block)[1] & Reason.STATUS


def test_a_trial_run_is_shown_and_never_computed_with():
    block = judged([7.0, 7.1], status=[0, Status.TRIAL])
    assert block.flag[1] == Flag.SUSPECT
    assert not block.usable[1]


def test_a_resent_reading_is_as_good_as_any():
    assert judged([7.0, 7.01], status=[0, Status.RESENT]).usable.all()


def test_a_word_nobody_knows_is_not_trusted():
    assert judged([7.0], status=[200]).flag[0] == Flag.FAIL


def test_missing_is_missing_and_never_zero():
    block = judged([7.0, nan])
    assert block.flag[1] == Flag.MISSING
    assert np.isnan(block.value[1])
    assert reasons(block)[1] & Reason.MISSING


@pytest.mark.parametrize("value", [-0.01, 14.01, 1e308, -1e308, np.inf, -np.inf])
def test_a_ph_that_cannot_be_fails(value):
    block = judged([7.0, value])
    assert block.flag[1] == Flag.FAIL
    assert reasons(block)[1] & Reason.PHYSICAL_RANGE


@pytest.mark.parametrize("value", [0.0, 14.0])
def test_the_ends_of_the_possible_are_possible(value):
    assert marks(PhysicalRangeCheck, [value]) == [Flag.GOOD]


def test_outside_the_instrument_fails_though_it_could_be():
    narrow = channel(low=4.0, high=10.0)
    assert marks(RangeCheck, [3.9, 4.0, 10.0, 10.1, nan], narrow) == [4, 1, 1, 4, 2]


def test_infinity_fails_even_where_everything_is_in_range():
    wide = channel("ec", low=-np.inf, high=np.inf)
    assert marks(RangeCheck, [np.inf, -np.inf], wide) == [4, 4]

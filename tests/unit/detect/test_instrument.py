"""Instrument faults: what the flags and status words tell, once it lasts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.derive.material import block_of, channel, pieces

from mulmok.judge.detect.instrument import InstrumentFaults
from mulmok.model.block import Block
from mulmok.model.flag import Flag, Reason
from mulmok.model.judgement import Expectation
from mulmok.model.status import Status
from mulmok.model.time import MINUTE
from mulmok.store.snapshot import from_bytes, to_bytes

T0 = 29_000_000 * MINUTE
CHANNEL = (channel("inlet.ec", MINUTE),)

#: What a row looks like: value, flag, status, reasons.
LOOKS = {
    "good": (700.0, Flag.GOOD, Status.NORMAL, Reason.NONE),
    "missing": (np.nan, Flag.MISSING, Status.NORMAL, Reason.MISSING),
    "lost": (0.0, Flag.MISSING, Status.COMM_FAIL, Reason.STATUS),
    "broken": (650.0, Flag.FAIL, Status.DEVICE_FAULT, Reason.STATUS),
    "calibrating": (500.0, Flag.FAIL, Status.CALIBRATING, Reason.STATUS),
    "serviced": (500.0, Flag.FAIL, Status.MAINTENANCE, Reason.STATUS),
    "stuck": (700.0, Flag.SUSPECT, Status.NORMAL, Reason.FLAT_LINE),
    "impossible": (300_000.0, Flag.FAIL, Status.NORMAL, Reason.PHYSICAL_RANGE),
    "spike": (4000.0, Flag.SUSPECT, Status.NORMAL, Reason.SPIKE),
    "zero": (0.0, Flag.GOOD, Status.NORMAL, Reason.NONE),
}


def rows(*looks: str, expected: float = 700.0):
    at = T0 + np.arange(len(looks)) * MINUTE
    value, flag, status, reasons = zip(*(LOOKS[look] for look in looks), strict=True)
    plain = block_of((at, np.array(value)))
    block = Block(
        plain.at,
        plain.value,
        np.array(flag, np.uint8),
        np.array(status, np.uint8),
        np.array(reasons, np.uint32),
        plain.bounds,
    )
    full = np.full(len(looks), expected)
    nothing = np.full(len(looks), np.nan)
    return block, Expectation(full, full * 0.8, full * 1.2, nothing, nothing)


def found(*looks: str, expected: float = 700.0):
    stage = InstrumentFaults.for_channels(CHANNEL)
    return stage.step(stage.start(), rows(*looks, expected=expected))[1]


@pytest.mark.parametrize("look", [look for look in LOOKS if look != "good"])
def test_one_bad_reading_is_a_hiccup(look):
    assert found(*["good"] * 20, look, *["good"] * 20) == ()


@pytest.mark.parametrize(
    ("look", "fault"),
    [
        ("missing", "dropout"),
        ("lost", "dropout"),
        ("broken", "dropout"),
        ("impossible", "offset"),
        ("zero", "dropout"),
    ],
)
def test_eighteen_minutes_of_it_are_a_fault_and_two_good_readings_its_end(look, fault):
    opened, closed = found(*["good"] * 10, *[look] * 25, *["good"] * 10)
    assert opened.fault == fault
    assert opened.since == T0 + 10 * MINUTE
    assert opened.at == T0 + 27 * MINUTE
    assert opened.ended_at is None
    assert closed.key == opened.key
    assert closed.ended_at == T0 + 36 * MINUTE


@pytest.mark.parametrize("look", ["missing", "lost", "impossible", "zero"])
def test_a_line_lost_for_some_minutes_is_no_fault(look):
    assert found(*["good"] * 10, *[look] * 17, *["good"] * 10) == ()


def test_a_value_that_stood_still_for_long_enough_need_not_stand_still_again():
    """The flat-line check has waited for hours before it says so."""
    opened, closed = found(*["good"] * 10, *["stuck"] * 6, *["good"] * 10)
    assert opened.fault == "stuck"
    assert (opened.since, opened.at) == (T0 + 10 * MINUTE, T0 + 11 * MINUTE)
    assert closed.ended_at == T0 + 17 * MINUTE


@pytest.mark.parametrize("look", ["calibrating", "serviced"])
def test_a_visit_is_known_with_its_second_reading(look):
    opened, closed = found(*["good"] * 10, *[look] * 6, *["good"] * 10)
    assert opened.fault == closed.fault == "calibration"
    assert (opened.since, opened.at) == (T0 + 10 * MINUTE, T0 + 11 * MINUTE)
    assert closed.ended_at == T0 + 17 * MINUTE


def test_a_fault_that_turns_into_another_ends_and_begins_anew():
    words = found(*["good"] * 10, *["lost"] * 30, *["impossible"] * 30, *["good"] * 5)
    assert [(word.fault, word.ended_at is None) for word in words] == [
        ("dropout", True), ("dropout", False), ("offset", True), ("offset", False),
    ]  # fmt: skip


def test_zero_is_no_fault_where_zero_is_expected():
    assert found(*["zero"] * 50, expected=0.0) == ()


def test_nothing_is_known_of_zero_before_anything_is_expected():
    assert found(*["zero"] * 50, expected=np.nan) == ()


def test_four_spikes_within_ninety_minutes_are_a_fault_until_none_has_come_for_as_long():
    often = ["good"] * 5 + ["spike"]
    opened, closed = found(*often * 5, *["good"] * 100)
    assert (opened.fault, closed.fault) == ("spike", "spike")
    # A spike is one once the next reading shows that it went as it came.
    assert (opened.since, opened.at) == (T0 + 6 * MINUTE, T0 + 24 * MINUTE)
    assert closed.ended_at == T0 + (30 + 91) * MINUTE


def test_seldom_spikes_are_no_fault():
    assert found(*(["good"] * 39 + ["spike"]) * 6) == ()


def test_readings_that_stay_out_may_be_the_water_and_are_no_spikes():
    assert found(*(["good"] * 5 + ["spike"] * 2) * 8, *["good"] * 10) == ()


def test_maintenance_that_becomes_a_calibration_is_one_visit():
    words = found(*["good"] * 5, *["serviced"] * 5, *["calibrating"] * 5, *["good"] * 5)
    assert len({word.key for word in words}) == 1


@settings(max_examples=60)
@given(
    looks=st.lists(st.tuples(st.sampled_from(sorted(LOOKS)), st.integers(1, 9)), max_size=20),
    cuts=st.lists(st.integers(0, 120), min_size=1, max_size=6),
)
def test_cut_and_through_bytes_it_says_the_same(looks, cuts):
    block, told = rows("good", *[look for look, times in looks for _ in range(times)])
    stage = InstrumentFaults.for_channels(CHANNEL)
    state, whole = stage.step(stage.start(), (block, told))
    again, words, done = stage.start(), (), 0
    for part in pieces(block, [T0 + cut * MINUTE for cut in cuts]):
        here = slice(done, done + len(part))
        piece = Expectation(
            *(c[here] for c in (told.expected, told.low, told.high, told.score, told.usual))
        )
        done += len(part)
        again, some = stage.step(from_bytes(to_bytes(again), stage.state_type), (part, piece))
        words += some
    assert repr(words) == repr(whole)
    assert to_bytes(again) == to_bytes(state)
    opened = [word.key for word in whole if word.ended_at is None]
    closed = [word.key for word in whole if word.ended_at is not None]
    assert closed == opened[: len(closed)]

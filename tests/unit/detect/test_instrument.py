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
    return block, Expectation(full, full * 0.8, full * 1.2, np.full(len(looks), np.nan))


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
        ("calibrating", "calibration"),
        ("serviced", "calibration"),
        ("stuck", "stuck"),
        ("impossible", "offset"),
        ("zero", "dropout"),
    ],
)
def test_three_in_a_row_are_a_fault_and_three_good_ones_its_end(look, fault):
    opened, closed = found(*["good"] * 10, *[look] * 6, *["good"] * 10)
    assert (opened.fault, opened.direction) == (fault, 0)
    assert opened.since == T0 + 10 * MINUTE
    assert opened.at == T0 + 12 * MINUTE
    assert opened.ended_at is None
    assert closed.key == opened.key
    assert closed.ended_at == T0 + 18 * MINUTE


def test_zero_is_no_fault_where_zero_is_expected():
    assert found(*["zero"] * 50, expected=0.0) == ()


def test_nothing_is_known_of_zero_before_anything_is_expected():
    assert found(*["zero"] * 50, expected=np.nan) == ()


def test_spikes_are_counted_within_an_hour():
    often = ["good"] * 5 + ["spike"]
    words = found(*often * 5, *["good"] * 90)
    assert [word.fault for word in words] == ["spike", "spike"]
    assert words[0].at == T0 + 29 * MINUTE
    assert words[0].since == T0 + 5 * MINUTE
    assert words[1].ended_at == T0 + (29 + 61) * MINUTE
    seldom = ["good"] * 19 + ["spike"]
    assert found(*seldom * 10) == ()


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
        piece = Expectation(*(c[here] for c in (told.expected, told.low, told.high, told.score)))
        done += len(part)
        again, some = stage.step(from_bytes(to_bytes(again), stage.state_type), (part, piece))
        words += some
    assert repr(words) == repr(whole)
    assert to_bytes(again) == to_bytes(state)
    opened = [word.key for word in whole if word.ended_at is None]
    closed = [word.key for word in whole if word.ended_at is not None]
    assert closed == opened[: len(closed)]

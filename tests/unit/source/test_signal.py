"""From the number an instrument sends to a value: scale, unit, 4-20 mA after NAMUR NE 43."""

from __future__ import annotations

import math
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.source.channels import make_channel

from mulmok.model.status import Status
from mulmok.source.signal import BROKEN, SATURATED, Signal, saturation, signal_faults

numbers = st.floats(width=64) | st.integers(-(2**31), 2**31).map(float)
factors = st.floats(-1e9, 1e9).filter(lambda x: abs(x) > 1e-9)
ends = st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)).filter(lambda p: p[0] != p[1])
signals = st.builds(
    Signal,
    scale=factors,
    offset=st.floats(-1e9, 1e9),
    factor=st.sampled_from([1.0, 1000.0, 5 / 9, 1 / 24]),
    shift=st.sampled_from([0.0, -160 / 9, -273.15]),
    current=st.none() | ends,
    counts=st.none() | ends,
    missing=st.lists(st.sampled_from([-9999.0, 65535.0, 0.0, 7.5]), max_size=2).map(tuple),
)


def bits(number):
    return struct.pack("<d", math.nan if math.isnan(number) else number)


@given(signals, st.lists(numbers | st.sampled_from([-9999.0, 65535.0, 7.5]), max_size=8))
def test_numbers_one_by_one_and_in_a_row_give_the_same_to_the_bit(signal, sent):
    values, statuses = signal.values(np.array(sent, np.float64))
    for number, value, status in zip(sent, values.tolist(), statuses.tolist(), strict=True):
        one, said = signal.value(number)
        assert bits(one) == bits(value)
        assert said == status


@given(signals, st.floats(-1e6, 1e6))
def test_what_an_instrument_would_send_comes_back_as_its_value(signal, value):
    number = signal.number(value)
    if number in signal.missing or not math.isfinite(number):
        return
    back, _ = signal.value(number)
    # What scale and offset take away of the digits cannot come back.
    size = max(abs(value), abs(signal.offset * signal.factor), abs(signal.shift), 1.0)
    if signal.current is not None:
        low, high = signal.current
        spread = abs(high - low)
        first, last = signal.counts or (4.0, 20.0)
        share = max(abs(first), abs(last), abs(signal.offset)) / abs(last - first)
        size = max(abs(low), abs(high), abs(value), spread * max(share, 1.0), 1.0)
    assert back == pytest.approx(value, abs=1e-9 * size, rel=1e-9)


def test_an_instrument_that_shows_nothing_sends_no_number():
    assert math.isnan(Signal(scale=0.01, current=(0.0, 100.0)).number(math.nan))


@pytest.mark.parametrize(
    ("current", "value", "status"),
    [
        (3.59, -2.5625, Status.DEVICE_FAULT),
        (3.6, -2.5, Status.NORMAL),
        (3.7, -1.875, Status.NORMAL),
        (3.8, -1.25, Status.NORMAL),
        (4.0, 0.0, Status.NORMAL),
        (12.0, 50.0, Status.NORMAL),
        (20.0, 100.0, Status.NORMAL),
        (20.5, 103.125, Status.NORMAL),
        (21.0, 106.25, Status.NORMAL),
        (21.01, 106.3125, Status.DEVICE_FAULT),
        (0.0, -25.0, Status.DEVICE_FAULT),
        (math.inf, math.inf, Status.DEVICE_FAULT),
    ],
)
def test_a_current_is_judged_by_ne_43_and_its_number_kept(current, value, status):
    """Expected values by hand: 100 / 16 per mA from 4 mA on."""
    signal = Signal(current=(0.0, 100.0))
    values, statuses = signal.values(np.array([current]))
    assert values[0] == pytest.approx(value)
    assert (statuses[0], signal.value(current)[1]) == (status, status)


def test_the_borders_of_ne_43_are_those_of_the_recommendation():
    assert (BROKEN, SATURATED) == ((3.6, 21.0), (3.8, 20.5))


def test_counts_stand_for_a_current():
    """Siemens S7: 0 .. 27648 stands for 4 .. 20 mA; half of it is 12 mA."""
    signal = Signal(current=(0.0, 1500.0), counts=(0.0, 27648.0))
    values, statuses = signal.values(np.array([0, 13824, 27648, -692, 32767]))
    assert values[:3].tolist() == [0.0, 750.0, 1500.0]
    assert statuses.tolist() == [0, 0, 0, Status.DEVICE_FAULT, Status.DEVICE_FAULT]
    assert signal.number(750.0) == 13824


def test_a_span_may_fall_as_the_current_rises():
    """A level measured from above: 4 mA is full."""
    signal = Signal(current=(5.0, 0.0))
    assert signal.values(np.array([4.0, 20.0]))[0].tolist() == [5.0, 0.0]
    assert saturation((5.0, 0.0)) == (pytest.approx(-0.15625), pytest.approx(5.0625))


@pytest.mark.parametrize(
    ("unit", "quantity", "number", "value"),
    [
        ("mS/cm", "inlet.ec", 1.2, 1200.0),
        ("degF", "inlet.temperature", 68.0, 20.0),
        ("ug/L", "inlet.tn", 40_000.0, 40.0),
        ("m3/d", "inlet.flow", 24_000.0, 1000.0),
    ],
)
def test_a_unit_of_the_quantity_becomes_its_canonical_one(unit, quantity, number, value):
    signal = Signal.of(make_channel(quantity), {"unit": unit})
    assert signal.value(number)[0] == pytest.approx(value)
    assert signal.number(value) == pytest.approx(number)


def test_scale_and_offset_come_before_the_unit():
    signal = Signal.of(make_channel("inlet.ec"), {"scale": 0.1, "offset": 1.0, "unit": "mS/cm"})
    assert signal.value(10.0)[0] == 2000.0


def test_a_number_that_means_no_value_is_missing_and_says_nothing_of_the_instrument():
    given_ = {"missing": (0.0, -9999.0), "current": (0.0, 100.0)}
    signal = Signal.of(make_channel("inlet.tn"), given_)
    values, statuses = signal.values(np.array([0.0, -9999.0, np.nan, 4.0]))
    assert np.isnan(values[:3]).all()
    assert values[3] == 0.0
    assert statuses.tolist() == [Status.NORMAL] * 4


def test_a_number_that_means_no_value_is_known_in_single_precision_too():
    """-9999.9 in a 32-bit register comes as -9999.900390625."""
    signal = Signal.of(make_channel("inlet.tn"), {"missing": (-9999.9,)})
    for sent in (-9999.9, float(np.float32(-9999.9))):
        assert math.isnan(signal.value(sent)[0])
        assert np.isnan(signal.values(np.array([sent]))[0]).all()


@pytest.mark.parametrize("kind", [np.uint16, np.int32, np.float32, np.int64])
def test_numbers_may_come_in_any_type(kind):
    values, statuses = Signal(scale=0.5).values(np.array([2, 4], kind))
    assert values.dtype == np.float64
    assert statuses.dtype == np.uint8
    assert values.tolist() == [1.0, 2.0]


def test_garbage_overflows_without_a_word():
    """A warning of numpy's each scan would fill the log."""
    garbage = np.array([1.7e308, -1.7e308, np.inf, -np.inf])
    for signal in (Signal(scale=1e3), Signal(scale=1e3, current=(0.0, 1e300))):
        values, _ = signal.values(garbage)
        assert not np.isfinite(values[:2]).any()


@pytest.mark.parametrize(
    ("settings", "faults"),
    [
        ({}, {}),
        ({"scale": 0.01, "unit": "mS/cm", "missing": (1.0,)}, {}),
        ({"current": (0.0, 1.0), "counts": (0.0, 27648.0)}, {}),
        ({"scale": 0}, {"scale": "a scale of 0 leaves nothing of the number"}),
        (
            {"counts": (0.0, 27648.0)},
            {"counts": "stands with current only; without it want scale and offset"},
        ),
        (
            {"current": (0.0, 1.0), "counts": (1.0, 1.0)},
            {"counts": "want two different numbers: at 4 and at 20 mA"},
        ),
        (
            {"current": (0.0, 1.0), "counts": (1.0, 2.0, 3.0)},
            {"counts": "want two different numbers: at 4 and at 20 mA"},
        ),
        (
            {"current": (0.0, 1.0), "unit": "mS/cm"},
            {"unit": "does not go with current, whose amounts have their unit"},
        ),
    ],
)
def test_settings_that_do_not_go_together_are_named(settings, faults):
    assert {key: str(words) for key, words in signal_faults(settings)} == faults

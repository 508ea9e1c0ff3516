"""Numbers in registers, in every type and order; pymodbus's own conversion is the peer."""

from __future__ import annotations

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymodbus.client import ModbusTcpClient

from mulmok.source.modbus.layout import NUMPY, ORDERS, Layout

#: 7.1 as a float of 32 bits is 40 E3 33 33.
SEVEN = {
    "ABCD": [0x40E3, 0x3333],
    "CDAB": [0x3333, 0x40E3],
    "BADC": [0xE340, 0x3333],
    "DCBA": [0x3333, 0xE340],
}
#: 0x0102030405060708.
COUNTED = {
    "ABCD": [0x0102, 0x0304, 0x0506, 0x0708],
    "CDAB": [0x0708, 0x0506, 0x0304, 0x0102],
    "BADC": [0x0201, 0x0403, 0x0605, 0x0807],
    "DCBA": [0x0807, 0x0605, 0x0403, 0x0201],
}


@pytest.mark.parametrize("order", ORDERS)
def test_a_float_is_read_in_each_order_of_its_bytes(order):
    layout = Layout("float32", order)
    assert layout.number(SEVEN[order]) == pytest.approx(7.1, abs=1e-6)
    assert layout.words_of(7.1) == SEVEN[order]


@pytest.mark.parametrize("order", ORDERS)
def test_64_bits_follow_the_same_rule(order):
    layout = Layout("uint64", order)
    assert layout.number(COUNTED[order]) == float(0x0102030405060708)
    exact = Layout("uint64", order)
    assert exact.number(exact.words_of(2.0**40)) == 2.0**40


def test_of_16_bits_only_the_bytes_can_be_turned():
    assert [Layout("uint16", order).number([0x0102]) for order in ORDERS] == [258, 258, 513, 513]
    assert Layout("int16").number([0xFFFE]) == -2


words4 = st.lists(st.integers(0, 0xFFFF), min_size=4, max_size=4)


@given(words4, st.sampled_from(sorted(NUMPY)), st.sampled_from(["ABCD", "CDAB"]))
def test_it_agrees_with_pymodbus(words, kind, order):
    layout = Layout(kind, order)
    words = words[: layout.words]
    theirs = ModbusTcpClient.convert_from_registers(
        words,
        ModbusTcpClient.DATATYPE[kind.upper()],
        word_order="big" if order == "ABCD" else "little",
    )
    ours = layout.number(words)
    assert ours == float(theirs) or (math.isnan(ours) and math.isnan(theirs))


@given(st.sampled_from(sorted(NUMPY)), st.sampled_from(ORDERS), st.floats(allow_nan=False))
def test_whatever_a_number_is_a_device_can_send_something_for_it(kind, order, number):
    layout = Layout(kind, order)
    words = layout.words_of(number)
    assert len(words) == layout.words
    assert all(0 <= word <= 0xFFFF for word in words)
    assert layout.words_of(layout.number(words)) == words or abs(number) > 2**53


def test_what_does_not_fit_is_cut_to_what_does():
    assert Layout("int16").words_of(1e9) == [0x7FFF]
    assert Layout("uint16").words_of(-3) == [0]
    assert Layout("uint16").words_of(math.nan) == [0]
    assert Layout("float32").number(Layout("float32").words_of(1e300)) == math.inf


def test_a_bit_is_a_number_of_its_own():
    assert Layout("uint16", bit=3).number([0b1000]) == 1
    assert Layout("uint16", bit=3).number([0b0111]) == 0
    assert Layout("uint16", bit=3).words_of(1) == [0b1000]
    assert Layout("bool").number([0x0100]) == 1
    assert Layout("uint16", "BADC", bit=0).number([0x0100]) == 1


def test_a_signalling_nan_is_a_nan_and_no_warning():
    (high, low) = struct.unpack(">HH", bytes.fromhex("7FA00001"))
    assert math.isnan(Layout("float32").number([high, low]))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_the_nan_that_means_no_value_is_known_in_every_order_and_a_turned_number_is_not_it(
    kind, order
):
    layout = Layout(kind, order)
    assert layout.is_no_value(layout.words_of(math.nan))
    assert layout.is_no_value([0xFFFF] * layout.words)
    assert not layout.is_no_value(layout.words_of(7.1))
    turned = layout._turned([0xFFF8, 0x3333, *[0] * (layout.words - 2)])
    assert math.isnan(layout.number(turned))
    assert not layout.is_no_value(turned)

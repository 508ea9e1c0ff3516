"""Words to values: scaled, with what the instrument says of itself, and with what is odd about them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.source.modbus.making import make_points

from mulmok.model.status import Status
from mulmok.source.modbus.decode import Decoded, Decoder, in_other_orders
from mulmok.source.modbus.layout import NUMPY, ORDERS, Layout
from mulmok.source.modbus.plan import plan
from mulmok.source.modbus.status import WORST_FIRST

AT = {"table": "holding", "unit_id": 1}


class Device:
    """Registers of one unit, and what a decoder makes of them."""

    def __init__(self, **each):
        points = make_points(
            {name.replace("_at_", "."): {**AT, **own} for name, own in each.items()}
        )
        self.decoder = Decoder(plan(points))
        self.words = np.zeros(self.decoder.plan.size, np.uint16)
        self.got = np.ones(self.decoder.plan.size, np.bool_)
        self.begin = self.decoder.plan.blocks[0].span.address

    def put(self, address: int, words: list[int]) -> Device:
        self.words[address - self.begin : address - self.begin + len(words)] = words
        return self

    def lose(self, address: int) -> Device:
        self.got[address - self.begin] = False
        return self

    def show(self) -> Decoded:
        return self.decoder.decode(self.words, self.got)


def test_a_number_is_scaled_and_brought_to_its_unit():
    shown = Device(
        a_at_ec={"register": 0, "scale": 0.01, "unit": "mS/cm"},
        b_at_temperature={"register": 1, "type": "int16", "scale": 0.1, "offset": -5.0},
    ).put(0, [85, 0xFFF6]).show()  # fmt: skip
    assert shown.value.tolist() == pytest.approx([850.0, -6.0])
    assert shown.number.tolist() == [85, -10]
    assert not shown.status.any()


def test_counts_of_a_current_are_amounts_and_a_broken_loop_is_a_fault():
    own = {"register": 0, "type": "int16", "current": (0.0, 1500.0), "counts": (0.0, 27648.0)}
    device = Device(a_at_cod=own)
    assert device.put(0, [13824]).show().value.tolist() == [750.0]
    assert device.put(0, [0xED00]).show().status.tolist() == [Status.DEVICE_FAULT]


def test_a_number_that_stands_for_no_value_is_missing_and_not_odd():
    shown = Device(a_at_ph={"register": 0, "type": "float32", "missing": (-9999.0,)})
    shown.put(0, Layout("float32").words_of(-9999.0))
    assert math.isnan(shown.show().value[0])
    assert shown.show().odd == ()


def test_what_was_not_read_is_missing_with_a_failed_communication():
    shown = Device(
        a_at_ph={"register": 0, "type": "float32"}, b_at_ec={"register": 2, "type": "float32"}
    ).put(0, Layout("float32").words_of(7.0)).put(2, Layout("float32").words_of(700.0)).lose(3).show()  # fmt: skip
    assert shown.value[0] == 7.0
    assert math.isnan(shown.value[1])
    assert math.isnan(shown.number[1])
    assert shown.status.tolist() == [Status.NORMAL, Status.COMM_FAIL]
    assert shown.read.tolist() == [True, False]


BITS = {
    "register": 0,
    "status_register": 1,
    "status_bits": {"0": "CALIBRATING", "3": "DEVICE_FAULT", "15": "MAINTENANCE"},
}


@pytest.mark.parametrize(
    ("word", "status"),
    [
        (0, Status.NORMAL),
        (0b0001, Status.CALIBRATING),
        (0b1001, Status.DEVICE_FAULT),
        (0x8001, Status.MAINTENANCE),
        (0b0110, Status.NORMAL),
    ],
)
def test_of_the_bits_that_are_set_the_worst_holds(word, status):
    shown = Device(a_at_ph=BITS).put(0, [7, word]).show()
    assert shown.status.tolist() == [status]
    assert shown.value.tolist() == [7.0]


def test_a_code_is_read_from_its_place_in_the_word():
    own = {
        "register": 0,
        "status_register": 1,
        "statuses": {"0": "NORMAL", "4": "MAINTENANCE"},
        "status_mask": 0x00F0,
        "status_shift": 4,
    }
    device = Device(a_at_ph=own)
    assert device.put(1, [0xAB4C]).show().status.tolist() == [Status.MAINTENANCE]
    assert device.put(1, [0xAB0C]).show().status.tolist() == [Status.NORMAL]
    unknown = device.put(1, [0x0070]).show()
    assert unknown.status.tolist() == [Status.DEVICE_FAULT]
    assert unknown.unknown == (0,)


def test_a_value_whose_status_could_not_be_read_is_kept_and_counts_as_missing():
    shown = Device(a_at_ph=BITS).put(0, [7, 0]).lose(1).show()
    assert shown.value.tolist() == [7.0]
    assert shown.status.tolist() == [Status.COMM_FAIL]


def test_the_worse_of_loop_and_status_word_holds():
    own = {**BITS, "type": "int16", "current": (0.0, 14.0), "counts": (0.0, 27648.0)}
    shown = Device(a_at_ph=own).put(0, [0xED00, 0b0001]).show()
    assert shown.status.tolist() == [Status.DEVICE_FAULT]


def test_every_status_has_its_rank():
    assert sorted(WORST_FIRST) == sorted(Status)


SEVEN = Layout("float32").words_of(7.1)


@pytest.mark.parametrize("order", ["CDAB", "BADC", "DCBA"])
def test_a_wrong_order_of_bytes_is_odd_and_the_right_one_is_named(order):
    device = Device(a_at_ph={"register": 0, "type": "float32", "order": order}).put(0, SEVEN)
    shown = device.show()
    assert shown.odd == (0,) or shown.tiny == (0,)
    others = dict(in_other_orders(device.decoder.plan.points[0], SEVEN))
    assert others["ABCD"] == pytest.approx(7.1, abs=1e-6)


def test_a_whole_number_with_its_words_turned_is_odd():
    device = Device(a_at_ph={"register": 0, "type": "uint32", "scale": 0.01})
    shown = device.put(0, [710, 0]).show()
    assert shown.odd == (0,)
    assert dict(in_other_orders(device.decoder.plan.points[0], [710, 0])) == {
        "CDAB": pytest.approx(7.1)
    }


def test_a_short_number_outside_is_the_judges_business():
    assert Device(a_at_ph={"register": 0}).put(0, [60000]).show().odd == ()


def test_nothing_is_odd_where_the_instrument_says_that_it_is_broken():
    own = {**BITS, "register": 0, "type": "float32", "status_register": 2}
    device = Device(a_at_ph=own).put(0, Layout("float32").words_of(1e30))
    assert device.put(2, [0b1000]).show().odd == ()
    assert device.put(2, [0]).show().odd == (0,)


kinds = st.sampled_from([*NUMPY, "bool"])


@given(
    st.lists(st.tuples(kinds, st.sampled_from(ORDERS), st.integers(0, 60)), min_size=1, max_size=20),
    st.lists(st.integers(0, 0xFFFF), min_size=70, max_size=70),
)  # fmt: skip
def test_many_at_once_are_what_each_is_by_itself(layouts, words):
    each = {
        f"p{n}_at_ph": {"register": at, "type": kind, "order": order, "scale": 0.5}
        for n, (kind, order, at) in enumerate(layouts)
    }
    device = Device(**each)
    for block in device.decoder.plan.blocks:
        span = block.span
        device.words[block.offset : block.offset + span.count] = words[span.address : span.end]
    shown = device.show()
    for row, point in enumerate(device.decoder.plan.points):
        alone = point.layout.number(words[point.span.address : point.span.end])
        assert shown.number[row] == alone or (math.isnan(alone) and math.isnan(shown.number[row]))
        value, status = point.signal.value(alone)
        assert shown.value[row] == value or (math.isnan(value) and math.isnan(shown.value[row]))
        assert shown.status[row] == status


@given(st.lists(st.integers(0, 0xFFFF), min_size=9, max_size=9), st.lists(st.booleans(), min_size=9, max_size=9))  # fmt: skip
def test_whatever_words_come_something_is_made_of_them(words, got):
    device = Device(
        a_at_ph={"register": 0, "type": "float64", "status_register": 8, "statuses": {"0": "NORMAL"}},
        b_at_ec={"register": 4, "type": "float32", "missing": (0.0,)},
        c_at_cod={"register": 6, "type": "int32", "current": (0.0, 1.0), "counts": (0.0, 1.0)},
    )  # fmt: skip
    device.words[:], device.got[:] = words, got
    shown = device.show()
    for row in (*shown.odd, *shown.tiny):
        point = device.decoder.plan.points[row]
        dict(in_other_orders(point, words[point.span.address : point.span.end]))

"""What a record says of a channel: number, unit, status; and what it costs when it says it wrongly."""

from __future__ import annotations

import math

import pytest
from unit.source.telemetry.frames import rtu_frame, rtu_record
from unit.source.telemetry.making import START, make_setup

from mulmok.model.errors import InputError
from mulmok.model.status import RIVER_DETAIL, Status
from mulmok.model.time import MINUTE
from mulmok.source.records import Read, Reader
from mulmok.source.rtu.decode import Frame, take
from mulmok.source.rtu.items import ITEMS, SCALES, known_item
from mulmok.source.rtu.plan import civil_of

FLOW = {"pump3.flow": {"item": "FVOLUD"}}


def read(*records: bytes, each=FLOW, settings=None) -> Read:
    setup = make_setup(each, settings or {})
    usual = {index: channel.quantity.code for index, channel in setup.feeding()}
    frame, _ = take(rtu_frame(*records))
    assert isinstance(frame, Frame)
    reader = Reader.of(setup, usual, SCALES)
    return reader.read(frame.records, civil_of(setup).about(START))


def only(*records: bytes, **more):
    (row,) = read(*records, **more).rows
    return row


def test_a_number_of_a_sewer_item_is_hundredths_at_the_record_s_own_time():
    row = only(rtu_record())
    assert (row.value, row.status, row.at) == (123.45, Status.NORMAL, START)


@pytest.mark.parametrize(
    ("own", "value"),
    [
        ({"item": "FVOLUD", "scale": 0.1}, 1234.5),
        ({"item": "FVOLUD", "offset": -3.45}, 120.0),
        ({"item": "fvolud"}, 123.45),
    ],
)
def test_what_the_site_file_says_of_a_number_overrules_the_item(own, value):
    assert only(rtu_record(), each={"pump3.flow": own}).value == pytest.approx(value)


def test_only_the_total_is_counted_whole():
    assert {code for code, item in ITEMS.items() if item.scale == 0.01} == {
        "FVOLUD", "FLEVED", "FLRATD", "FSUBLD", "CONRAD", "RAIN1D",
    }  # fmt: skip
    assert SCALES["FTOTAD"] == 1


def test_an_item_of_the_quantities_is_known_by_its_code():
    found = known_item("TOC00")
    assert found is not None
    assert (found.quantity, found.scale) == ("toc", 1)
    assert known_item("QQQQQ") is None


def test_without_an_item_it_is_that_of_the_quantity():
    row = only(rtu_record(item="PHY00", value="7.05", unit=""), each={"pump3.ph": {}})
    assert row.value == 7.05


def test_a_quantity_without_a_code_needs_an_item():
    with pytest.raises(InputError, match=r"pump3\.orp: orp has no code of its own; want item"):
        read(rtu_record(), each={"pump3.orp": {}})


@pytest.mark.parametrize(
    ("unit", "value"),
    [("m3h", 123.45), ("", 123.45), ("m3d", 123.45 / 24), ("L/s", 123.45 * 3.6), ("?!", 123.45)],
)
def test_the_unit_of_a_record_is_turned_into_the_channel_s(unit, value):
    assert only(rtu_record(unit=unit)).value == pytest.approx(value)


def test_a_unit_in_korean_letters_is_understood():
    row = only(rtu_record(item="TMP00", value="18.5", unit="℃"), each={"pump3.temperature": {}})
    assert row.value == 18.5


def test_a_unit_of_something_else_is_trouble_of_the_channel_and_no_value():
    found = read(rtu_record(unit="m3"))
    assert math.isnan(found.rows[0].value)
    assert found.rows[0].status is Status.COMM_FAIL
    assert 'the unit "m3" does not measure Flow' in str(found.faults[0])


def test_the_site_file_s_unit_overrules_the_record_s():
    row = only(rtu_record(unit="m3"), each={"pump3.flow": {"item": "FVOLUD", "unit": "m3/d"}})
    assert row.value == pytest.approx(123.45 / 24)


CODES = [
    ("00", Status.NORMAL), ("01", Status.STOPPED), ("02", Status.NO_FLOW),
    ("03", Status.CALIBRATING), ("04", Status.MAINTENANCE), ("06", Status.DEVICE_FAULT),
    ("07", Status.POWER_FAIL), ("08", Status.TRIAL), ("09", Status.RESENT),
    ("0 ", Status.NORMAL), (" 6", Status.DEVICE_FAULT), ("  ", Status.NORMAL),
    *RIVER_DETAIL.items(),
]  # fmt: skip


@pytest.mark.parametrize(("code", "status"), CODES)
def test_each_status_is_what_the_code_sets_say_and_keeps_the_number(code, status):
    row = only(rtu_record(status=code))
    assert (row.status, row.value) == (status, 123.45)


def test_a_zero_of_a_failed_line_is_missing():
    row = only(rtu_record(value="0000000000", status="05"))
    assert row.status is Status.COMM_FAIL
    assert math.isnan(row.value)


def test_a_status_nobody_knows_is_trouble_and_can_be_told():
    found = read(rtu_record(status="QX"))
    assert found.rows[0].status is Status.COMM_FAIL
    assert math.isnan(found.rows[0].value)
    assert 'the status "QX" is not known' in str(found.faults[0])
    row = only(rtu_record(status="QX"), settings={"statuses": {"QX": "MAINTENANCE"}})
    assert (row.status, row.value) == (Status.MAINTENANCE, 123.45)


def test_a_number_that_is_none_costs_its_channel_and_no_other():
    each = {"pump3.flow": {"item": "FVOLUD"}, "pump3.ec": {"item": "CONRAD"}}
    records = rtu_record(value="12..5"), rtu_record(item="CONRAD", value="81000", unit="uS")
    found = read(*records, each=each)
    flow, ec = found.rows
    assert (flow.status, ec.status, ec.value) == (Status.COMM_FAIL, Status.NORMAL, 810)
    assert set(found.faults) == {0}


def test_a_record_without_a_time_is_told_of_and_has_no_row():
    found = read(rtu_record(time="00000000000000"))
    assert found.rows == ()
    assert "was its clock ever set?" in str(found.faults[0])


def test_an_item_that_did_not_come_is_told_of_with_those_that_did():
    each = {"pump3.flow": {"item": "FVOLUT"}}
    setup = make_setup(each, {})
    found = read(rtu_record(), rtu_record(item="CONRAD"), each=each)
    words = Reader.of(setup, {0: ""}, SCALES).absent(found)[0]
    assert str(words) == "there is no item FVOLUT; there are: CONRAD FVOLUD"


def test_rows_are_in_order_of_time():
    found = read(rtu_record(time="20260105090100"), rtu_record(), rtu_record(time="20260105085900"))
    assert [row.at for row in found.rows] == [START - MINUTE, START, START + MINUTE]


def test_a_current_says_of_itself_that_it_is_broken():
    each = {"pump3.flow": {"item": "QIN01", "current": (0.0, 1000.0), "counts": (400.0, 2000.0)}}
    assert only(rtu_record(item="QIN01", value="1200", unit="mA"), each=each).value == 500
    row = only(rtu_record(item="QIN01", value="350", unit="mA"), each=each)
    assert row.status is Status.DEVICE_FAULT

"""Registers as manuals write them, and settings that do not go together."""

from __future__ import annotations

import pytest

from mulmok.config.load import load_site
from mulmok.model.errors import ConfigError
from mulmok.source.modbus.address import AddressError, Span, classical, locate
from mulmok.source.modbus.driver import ModbusDriver
from mulmok.source.modbus.settings import layout_of


@pytest.mark.parametrize(
    ("register", "table", "address"),
    [
        (40001, "holding", 0),
        (40108, "holding", 107),
        (49999, "holding", 9998),
        (400001, "holding", 0),
        (465536, "holding", 65535),
        (30001, "input", 0),
        (365536, "input", 65535),
        (10001, "discrete", 0),
        (100001, "discrete", 0),
        (1, "coil", 0),
        (9999, "coil", 9998),
    ],
)
def test_a_register_is_found_as_manuals_write_it(register, table, address):
    assert locate(register, None) == (table, address)


@pytest.mark.parametrize("register", [0, 40000, 400000, 20001, 50001, 1000001, 30000, 465537])
def test_what_no_manual_would_write_is_refused(register):
    with pytest.raises(AddressError):
        locate(register, None)


@pytest.mark.parametrize("register", [0, 40001, 65535])
def test_with_a_table_a_register_is_the_address_on_the_wire(register):
    assert locate(register, "input") == ("input", register)


def test_a_long_number_must_end_within_its_table():
    assert locate(65534, "holding", 2) == ("holding", 65534)
    with pytest.raises(AddressError, match="65535 lies beyond the last address, 65535"):
        locate(65535, "holding", 2)


def test_a_place_is_told_on_the_wire_and_as_the_manual_has_it():
    assert Span(3, "holding", 0).place == "unit 3, holding 0 (40001)"
    assert classical("input", 9998) == "39999"
    assert classical("input", 9999) == "310000"
    assert classical("coil", 4) == "00005"


HOST = {"host": "10.0.0.21"}
LINE = {"device": "/dev/ttyUSB0"}
WRONG = {
    "no place": ({"register": 40001}, "host"),
    "two places": ({**HOST, **LINE, "register": 40001}, "device"),
    "a speed of the network": ({**HOST, "baud": 9600}, "baud"),
    "a port of a serial line": ({**LINE, "port": 502}, "port"),
    "frames of a serial line": ({**LINE, "framer": "rtu"}, "framer"),
    "three stop bits": ({**LINE, "stop_bits": 3}, "stop_bits"),
    "a port beyond the last": ({**HOST, "port": 70000}, "port"),
    "more gap than a request has": ({**HOST, "gap": 500}, "gap"),
    "the unit that is all units": ({**LINE, "unit_id": 0}, "unit_id"),
    "a unit with three digits too many": ({**HOST, "unit_id": 1000}, "unit_id"),
    "no register": ({**HOST, "register": 20001}, "register"),
    "an address without its table": ({**HOST, "register": 100, "type": "float32"}, "register"),
    "an address alone": ({**HOST, "register": 100}, "register"),
    "a float of a coil": ({**HOST, "register": 3, "table": "coil", "type": "float32"}, "type"),
    "a bit of a coil": ({**HOST, "register": 3, "table": "coil", "bit": 1}, "type"),
    "the 17th bit": ({**HOST, "register": 40001, "bit": 16}, "bit"),
    "a bit of a float": ({**HOST, "register": 40001, "bit": 1, "type": "float32"}, "bit"),
    "a status nobody reads": ({**HOST, "register": 40001, "statuses": {"1": "TRIAL"}}, "statuses"),
    "a status without meaning": ({**HOST, "register": 40001, "status_register": 40003}, "status_register"),
    "a status that is nowhere": ({**HOST, "register": 40001, "status_register": 70000, "statuses": {"1": "TRIAL"}}, "status_register"),
    "a bit with a name": ({**HOST, "register": 40001, "status_register": 40003, "status_bits": {"cal": "CALIBRATING"}}, "status_bits"),
    "the 17th bit of a status": ({**HOST, "register": 40001, "status_register": 40003, "status_bits": {"16": "CALIBRATING"}}, "status_bits"),
    "a mask of nothing": ({**HOST, "register": 40001, "status_register": 40003, "status_bits": {"1": "TRIAL"}, "status_mask": 15}, "status_mask"),
    "a scale of nought": ({**HOST, "register": 40001, "scale": 0}, "scale"),
}  # fmt: skip


@pytest.mark.parametrize(("given", "key"), WRONG.values(), ids=WRONG)
def test_what_does_not_go_together_is_told_by_its_key(given, key):
    assert [name for name, _ in ModbusDriver.wrong(given)] == [key]


RIGHT = {
    "the design's example": {**HOST, "register": 40001, "type": "float32"},
    "a line": {**LINE, "baud": 19200, "parity": "even", "stop_bits": 1, "register": 30001},
    "RTU over TCP": {**HOST, "port": 4001, "framer": "rtu", "register": 40001},
    "a coil that says so": {**HOST, "register": 3, "type": "bool"},
    "a coil by its table": {**HOST, "register": 0, "table": "coil"},
    "a discrete input": {**HOST, "register": 10001},
    "a bit": {**HOST, "register": 40001, "bit": 15},
    "a source as a whole": {**HOST, "unit_id": 3, "order": "CDAB", "status_bits": {"0": "TRIAL"}},
    "a status": {**HOST, "register": 40001, "status_register": 10001, "statuses": {"1": "TRIAL"}, "status_mask": 1},
    "a device that is its own gateway": {**HOST, "unit_id": 255, "register": 40001},
}  # fmt: skip


@pytest.mark.parametrize("given", RIGHT.values(), ids=RIGHT)
def test_what_goes_together_is_right(given):
    assert list(ModbusDriver.wrong(given)) == []


def test_the_usual_type_is_that_of_the_table():
    assert layout_of({"register": 40001}).type == "uint16"
    assert layout_of({"register": 10001}).type == "bool"
    assert layout_of({"register": 7, "table": "coil"}).type == "bool"


SITE = """
[works]
id = "x"
name = "x"
zone = "UTC"

[[channel]]
id = "inlet.ph"
quantity = "ph"
every = "1 min"
[channel.source]
driver = "modbus"
host = "10.0.0.21"
{words}
"""


def test_a_site_file_is_told_its_line(tmp_path):
    path = tmp_path / "site.toml"
    path.write_text(SITE.format(words="register = 100\norder = 'little'"), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_site(path)
    where, order = str(caught.value).splitlines()
    assert where == (
        'site.toml:14 channel.inlet.ph.source.register: 100 alone is a coil, whose type is "bool"; of '
        "a register want table beside it, or the table in front, such as 40001"
    )
    assert order == (
        'site.toml:15 channel.inlet.ph.source.order: have "little", want one of ABCD CDAB BADC DCBA'
    )

"""Looking for units and registers of devices nobody has told of."""

from __future__ import annotations

import asyncio

import pytest
from integration.source.modbus.devices import HANG, RtuDevice, TcpDevice, refusal
from integration.source.modbus.test_modbus_lost import FAULTS

from mulmok.cli import main
from mulmok.model.errors import SourceError
from mulmok.model.time import SECOND
from mulmok.source.modbus.discover import ModbusDiscoverer
from mulmok.source.modbus.guess import proposals

QUICK = {"timeout": SECOND // 20}


def look(device: TcpDevice, patience: float = 20.0, **given):
    where = {"host": "127.0.0.1", "port": device.port, **QUICK, **given}

    async def story():
        async with device:
            where["port"] = device.port
            return await ModbusDiscoverer.discover(where, patience)

    (found,) = asyncio.run(story())
    return found


def offered(found) -> dict[tuple, str]:
    return {
        (own["unit_id"], own["table"], own["register"], own["type"], own.get("order")): one.shows.split()[0]
        for one in found.proposals
        for own in [one.own]
    }  # fmt: skip


def test_units_ranges_and_likely_numbers_are_found_and_nothing_is_written():
    device = TcpDevice()
    for at, value in enumerate((7.1, 850.0, 31.5, 17.25)):
        device.put_float(1, 10 + 2 * at, value, "CDAB")
    device.put(3, "input", 0, [6912, 13824, 0])
    found = look(device, unit_ids="1-3", registers="0-20")
    shown = offered(found)
    assert shown[1, "holding", 10, "float32", "CDAB"] == "7.1"
    assert shown[1, "holding", 16, "float32", "CDAB"] == "17.25"
    assert shown[3, "input", 0, "uint16", None] == "6912"
    assert (3, "input", 2, "uint16", None) not in shown, "nothing stands there"
    assert not any(unit == 2 for unit, *_ in shown) or found.remarks
    remarks = [str(remark) for remark in found.remarks]
    assert "unit 1 gives the holding registers 10-17" in remarks
    assert "unit 3 gives the input registers 0-2" in remarks
    assert device.written == []
    assert {request.code for request in device.requests} <= {3, 4}
    assert found.settings == {"host": "127.0.0.1", "port": device.port}


def test_units_that_are_silent_are_left_out():
    device = TcpDevice()
    device.put_float(2, 0, 7.1)
    device.twist = lambda request, frame: frame if request.unit == 2 else HANG
    found = look(device, unit_ids="1-3", registers="0-3", table="holding")
    assert {unit for unit, *_ in offered(found)} == {2}


def test_a_table_the_device_does_not_have_is_asked_for_once():
    device = TcpDevice()
    device.put_float(1, 0, 7.1)
    device.mood = lambda request, pdu: refusal(4, 1) if request.code == 4 else pdu
    look(device, unit_ids="1", registers="0-20")
    assert [request.code for request in device.requests].count(4) == 1


def test_a_place_where_nobody_answers_is_told():
    device = TcpDevice()
    device.twist = lambda _, frame: HANG
    found = look(device, unit_ids="1-2")
    assert found.proposals == ()
    assert [str(one) for one in found.remarks] == ["none of the units 1 to 2 answers"]


def test_what_there_was_no_time_for_is_told():
    device = TcpDevice()
    device.put(1, "holding", 60_000, [1])
    found = look(device, 0.3, unit_ids="1", registers="0-60000")
    assert any("time was up" in str(remark) for remark in found.remarks)


@pytest.mark.parametrize("twist", [twist for twist, _ in FAULTS.values()], ids=FAULTS)
def test_a_device_that_answers_wrongly_is_survived(twist):
    device = TcpDevice()
    device.put_float(1, 0, 7.1)
    device.twist = twist
    found = look(device, 3.0, unit_ids="1-2", registers="0-3")
    assert found.settings["port"] == device.port


def test_a_serial_line_is_looked_at_too():
    async def story():
        with RtuDevice() as line:
            line.put_float(2, 0, 7.1)
            line.twist = lambda request, frame: frame if request.unit == 2 else b""
            given = {"device": line.path, **QUICK, "unit_ids": "1-3", "registers": "0-5"}
            return await ModbusDiscoverer.discover(given, 20.0)

    (found,) = asyncio.run(story())
    assert offered(found)[2, "holding", 0, "float32", "ABCD"] == "7.1"


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"host": "x", "unit_ids": "one"},
        {"host": "x", "unit_ids": "3-1"},
        {"host": "x", "registers": "0-70000"},
        {"host": "x", "device": "y"},
    ],
)
def test_what_cannot_be_looked_for_is_said(given):
    with pytest.raises(SourceError):
        asyncio.run(ModbusDiscoverer.discover(given, 1.0))


def test_of_words_begun_one_too_late_no_number_is_made():
    """7.1, 850 and 17.25 in CDAB: read from the second word they look like numbers in ABCD."""
    words = dict(enumerate([0x3333, 0x40E3, 0x8000, 0x4454, 0x0000, 0x418A]))
    best = [one.own for one in proposals(1, "holding", words)]
    assert [(own["register"], own["order"]) for own in best if own["order"] == "CDAB"] == [
        (0, "CDAB"),
        (2, "CDAB"),
        (4, "CDAB"),
    ]


@pytest.mark.usefixtures("loud_again")
def test_the_command_prints_a_piece_of_a_site_file(capsys):
    device = TcpDevice()
    device.put_float(1, 0, 7.1)

    async def story():
        async with device:
            return await asyncio.to_thread(
                main, ["discover", "modbus", "host=127.0.0.1", f"port={device.port}", "unit_ids=1", "registers=0-9"]
            )  # fmt: skip

    assert asyncio.run(story()) == 0
    said = capsys.readouterr().out
    assert 'driver = "modbus"' in said
    assert '# type = "float32"' in said

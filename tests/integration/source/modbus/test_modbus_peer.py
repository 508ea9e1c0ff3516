"""The simulated devices, asked by the driver: what they show comes back, whatever the registers."""

from __future__ import annotations

import asyncio
import contextlib
import math
import socket

import pytest
from integration.source.modbus.desk import Desk

from mulmok.model.errors import SourceError
from mulmok.model.status import Status
from mulmok.source.modbus.address import Span
from mulmok.source.modbus.layout import NUMPY, ORDERS
from mulmok.source.modbus.line import Answer, Line, Refusal, Silence
from mulmok.source.modbus.peer import ModbusPeer
from mulmok.source.modbus.write import Write

WORD = {
    "table": "input",
    "status_register": 90,
    "status_bits": {"0": "CALIBRATING", "3": "DEVICE_FAULT"},
    "statuses": {"0": "NORMAL", "5": "MAINTENANCE"},
    "status_mask": 0x00F0,
    "status_shift": 4,
}


class Shown:
    """Instruments that show what a test says."""

    def __init__(self, *values: float):
        self.values, self.status = list(values), Status.NORMAL

    def show(self, index: int, at: int) -> tuple[float, Status]:
        return self.values[index], self.status


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.asynccontextmanager
async def served(settings, each, shown):
    """A desk whose devices are the peer's."""
    desk = Desk(settings, each)
    peer = ModbusPeer.build(desk.setup, shown, "127.0.0.1")
    task = asyncio.create_task(peer.serve())
    try:
        async with desk:
            yield desk
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await asyncio.sleep(0)


def each_layout():
    """One channel for each type and order, in registers of two units."""
    found, at = {}, 0
    for kind in NUMPY:
        for order in ORDERS:
            unit = 1 + (at > 60)
            found[f"{kind}-{order}.temperature"] = {"table": "holding", "register": at, "type": kind, "order": order, "unit_id": unit}  # fmt: skip
            at += 5
    return found


@pytest.mark.parametrize("framer", ["tcp", "rtu"])
def test_every_type_and_order_comes_back(framer):
    each = each_layout()
    settings = {"host": "127.0.0.1", "port": free_port(), "framer": framer}

    async def story():
        async with served(settings, each, Shown(*([17.0] * len(each)))) as desk:
            for name in each:
                await desk.until_good(name, 17.0)
            assert desk.trouble == ""

    asyncio.run(story())


def test_scales_units_currents_and_coils_come_back():
    each = {
        "a.ec": {"register": 40001, "scale": 0.001, "unit": "mS/cm"},
        "a.cod": {"register": 30001, "type": "int16", "current": (0.0, 1500.0), "counts": (0.0, 27648.0)},
        "a.ph": {"table": "coil", "register": 7, "scale": 7.0},
        "b.ph": {"register": 10003, "scale": 6.0},
        "c.ph": {"register": 40010, "bit": 3, "scale": 5.0},
        "d.ph": {"register": 40010, "bit": 4, "scale": 4.0},
    }  # fmt: skip
    shown = Shown(850.0, 750.0, 7.0, 6.0, 5.0, 0.0)

    async def story():
        async with served({"host": "127.0.0.1", "port": free_port()}, each, shown) as desk:
            for name, value in zip(each, shown.values, strict=True):
                await desk.until_good(name, value)
            shown.status = Status.DEVICE_FAULT
            await desk.until_status("a.cod", Status.DEVICE_FAULT)

    asyncio.run(story())


@pytest.mark.parametrize("status", [Status.CALIBRATING, Status.DEVICE_FAULT, Status.MAINTENANCE])
def test_what_an_instrument_says_of_itself_comes_back(status):
    each = {"a.ph": {**WORD, "register": 0, "type": "float32"}}
    shown = Shown(7.1)

    async def story():
        async with served({"host": "127.0.0.1", "port": free_port()}, each, shown) as desk:
            await desk.until_good("a.ph", 7.1)
            shown.status = status
            await desk.until_status("a.ph", status)
            assert desk.driver.seen()[0].raw.startswith("40E3 3333, status 00")
            shown.status = Status.NORMAL
            await desk.until_good("a.ph", 7.1)

    asyncio.run(story())


def test_an_instrument_without_a_value_shows_none():
    each = {
        "a.ph": {"register": 40001, "type": "float32"},
        "b.ph": {"register": 40003, "type": "int16", "missing": (-9999.0,)},
    }

    async def story():
        shown = Shown(math.nan, math.nan)
        async with served({"host": "127.0.0.1", "port": free_port()}, each, shown) as desk:
            await desk.until(lambda: len(desk.rows("a.ph")) > 2)
            assert all(math.isnan(row.value) for row in desk.rows("a.ph") + desk.rows("b.ph"))
            assert "a.ph: unit 1, holding 0 (40001) shows NaN" in desk.trouble
            assert "b.ph" not in desk.trouble

    asyncio.run(story())


def test_a_line_without_a_cable_carries_the_same(tmp_path):
    device = tmp_path / "ttyDESK"
    each = {
        "a.ph": {"register": 40001, "type": "float32", "order": "CDAB"},
        "b.ph": {"register": 40001, "type": "float32", "unit_id": 2},
    }

    async def story():
        device.symlink_to("/dev/pts/nowhere")  # what one that was killed has left
        async with served({"device": str(device)}, each, Shown(7.1, 6.9)) as desk:
            await desk.until_good("a.ph", 7.1)
            await desk.until_good("b.ph", 6.9)
        assert not device.is_symlink()

    asyncio.run(story())


def test_units_and_registers_that_are_not_there_are_refused_and_what_is_written_stays():
    each = {"a.ph": {"register": 40001, "type": "float32"}}
    settings = {"host": "127.0.0.1", "port": free_port()}

    async def story():
        async with served(settings, each, Shown(7.1)) as desk:
            await desk.until_good("a.ph", 7.1)
            line = Line(settings, lambda: 0)
            await line.open()
            assert await line.read(Span(1, "holding", 2)) == Refusal(2)
            assert await line.read(Span(9, "holding", 0)) == Refusal(11)
            await line.write(Write(1, "holding", 2, 4711))
            await line.write(Write(1, "coil", 3, 1))
            for table, at, value in (("holding", 2, 4711), ("coil", 3, 1)):
                answer = await line.read(Span(1, table, at))
                assert isinstance(answer, Answer)
                assert answer.words.tolist() == [value]
            line.close()

    asyncio.run(story())


def test_on_a_line_nobody_answers_for_a_unit_that_is_not_there(tmp_path):
    device = str(tmp_path / "ttyDESK")

    async def story():
        async with served({"device": device}, {"a.ph": {"register": 40001}}, Shown(7.0)) as desk:
            await desk.until_good("a.ph", 7.0)
        setup = Desk({"device": device}, {"a.ph": {"register": 40001}}).setup
        task = asyncio.create_task(ModbusPeer.build(setup, Shown(7.0), "").serve())
        await asyncio.sleep(0.05)
        line = Line({"device": device, "timeout": 50_000_000}, lambda: 0)
        await line.open()
        assert isinstance(await line.read(Span(9, "holding", 0)), Silence)
        assert isinstance(await line.read(Span(1, "holding", 0)), Answer)
        line.close()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    asyncio.run(story())


@pytest.mark.parametrize("where", ["a port that is taken", "a folder that is not there"])
def test_what_cannot_be_served_is_said(where, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = (
            {"host": "x", "port": taken.getsockname()[1]}
            if where == "a port that is taken"
            else {"device": str(tmp_path / "nowhere" / "tty")}
        )

        async def story():
            setup = Desk(settings, {"a.ph": {"register": 40001}}).setup
            await ModbusPeer.build(setup, Shown(7.0), "127.0.0.1").serve()

        with pytest.raises(SourceError, match="cannot be served"):
            asyncio.run(story())

"""Writing to a device, when it is ordered: between two requests, and known to be done or not."""

from __future__ import annotations

import asyncio

import pytest
from integration.source.modbus.desk import TENTH, Desk
from integration.source.modbus.devices import HANG, RtuDevice, TcpDevice, refusal

from mulmok.model.errors import SourceError
from mulmok.source.modbus.write import Write

EACH = {"inlet.ph": {"table": "holding", "register": 0, "type": "float32"}}
SAMPLER = Write(1, "coil", 16, 1)


def sonde() -> TcpDevice:
    device = TcpDevice()
    device.put_float(1, 0, 7.1)
    return device


def at(device: TcpDevice) -> dict:
    return {"host": "127.0.0.1", "port": device.port}


def test_orders_are_carried_out_one_after_the_other_while_polling_goes_on():
    async def story():
        async with sonde() as device, Desk(at(device), EACH) as desk:
            await desk.until_good("inlet.ph", 7.1)
            await asyncio.gather(
                desk.driver.order(SAMPLER),
                desk.driver.order(Write(1, "holding", 100, 4711)),
                desk.driver.order(Write(1, "coil", 16, 0)),
            )
            assert device.written == [
                (1, "coil", 16, 0xFF00),
                (1, "holding", 100, 4711),
                (1, "coil", 16, 0),
            ]
            begun = len(desk.arrivals)
            await desk.until(lambda: len(desk.good("inlet.ph", begun)) >= 3)
            assert device.connections == 1

    asyncio.run(story())


def test_an_order_on_a_serial_line_is_carried_out():
    async def story():
        with RtuDevice() as line:
            line.put_float(1, 0, 7.1)
            async with Desk({"device": line.path}, EACH) as desk:
                await desk.until_good("inlet.ph", 7.1)
                await desk.driver.order(SAMPLER)
                assert line.written == [(1, "coil", 16, 0xFF00)]

    asyncio.run(story())


def writing(twist):
    """Twist the answers to writes only."""
    return lambda request, frame: twist(frame) if request.code in (5, 6) else frame


@pytest.mark.parametrize(
    ("twist", "why"),
    [
        (lambda frame: frame[:-3] + refusal(5, 4) + b"", r"nobody knows if it was done"),
        (
            lambda _: HANG,
            "unit 1, coil 16 .00017. = 1 is not answered: nobody knows if it was done",
        ),
        (lambda frame: frame[:-2] + b"\x00\x00", "nobody knows if it was done"),
        (lambda frame: frame[:-4] + b"\x00\x11\xff\x00", "nobody knows if it was done"),
    ],
    ids=["a frame that is none", "silence", "another value", "another coil"],
)
def test_an_order_of_which_nobody_knows_if_it_was_done_says_so(twist, why):
    async def story():
        async with sonde() as device, Desk(at(device), EACH) as desk:
            await desk.until_good("inlet.ph", 7.1)
            device.twist = writing(twist)
            with pytest.raises(SourceError, match=why):
                await desk.driver.order(SAMPLER)
            device.twist = lambda _, frame: frame
            begun = len(desk.arrivals)
            await desk.until(lambda: desk.good("inlet.ph", begun))

    asyncio.run(story())


def test_an_order_that_is_refused_says_why():
    async def story():
        async with sonde() as device, Desk(at(device), EACH) as desk:
            await desk.until_good("inlet.ph", 7.1)
            device.mood = lambda request, pdu: refusal(5, 2) if request.code == 5 else pdu
            with pytest.raises(SourceError, match=r"is refused: ILLEGAL DATA ADDRESS \(02\)"):
                await desk.driver.order(SAMPLER)
            begun = len(desk.arrivals)
            await desk.until(lambda: desk.good("inlet.ph", begun))

    asyncio.run(story())


def test_an_order_is_not_kept_for_a_device_that_is_away():
    async def story():
        device = sonde()
        async with device:
            settings = at(device)
        async with Desk(settings, EACH) as desk:
            await desk.until(lambda: desk.said)
            with pytest.raises(SourceError, match=r"not connected|closed the connection"):
                await desk.driver.order(SAMPLER)
        assert device.written == []

    asyncio.run(story())


def test_whoever_orders_may_lose_patience_and_the_readings_are_those_of_their_registers():
    async def story():
        with RtuDevice() as line:
            line.put_float(1, 0, 7.1)
            line.twist = writing(lambda _: b"")
            async with Desk({"device": line.path}, EACH) as desk:
                await desk.until_good("inlet.ph", 7.1)
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(desk.driver.order(SAMPLER), TENTH / 2e9)
                begun = len(desk.arrivals)
                await desk.until(lambda: desk.good("inlet.ph", begun))

    asyncio.run(story())


@pytest.mark.parametrize(
    "what",
    [
        (1, "input", 0, 1),
        (1, "coil", 0, 2),
        (1, "holding", 0, 65536),
        (1, "holding", -1, 0),
        (256, "coil", 0, 0),
    ],
)
def test_what_no_device_could_do_is_no_order(what):
    with pytest.raises(ValueError, match=r"cannot be|there is no"):
        Write(*what)

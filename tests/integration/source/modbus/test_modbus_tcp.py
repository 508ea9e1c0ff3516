"""Modbus TCP against devices that fail in part: what becomes of the channel, and of all others."""

from __future__ import annotations

import asyncio

import pytest
from integration.source.modbus.desk import TENTH, Desk
from integration.source.modbus.devices import HANG, TcpDevice, refusal

from mulmok.model.message import SourceState
from mulmok.model.status import Status
from mulmok.run.clock import ScaledClock

FLOAT = {"table": "holding", "type": "float32"}
SONDE = {
    "inlet.ph": {**FLOAT, "register": 0},
    "inlet.ec": {**FLOAT, "register": 2},
    "inlet.nh4_n": {**FLOAT, "register": 4},
    "inlet.temperature": {**FLOAT, "register": 6},
}
SHOWN = {"inlet.ph": 7.1, "inlet.ec": 850.0, "inlet.nh4_n": 31.5, "inlet.temperature": 17.25}


def sonde(*left_out: str) -> TcpDevice:
    device = TcpDevice()
    for name, own in SONDE.items():
        if name not in left_out:
            device.put_float(1, own["register"], SHOWN[name])
    return device


def at(device: TcpDevice, **more) -> dict:
    return {"host": "127.0.0.1", "port": device.port, **more}


def test_all_channels_of_a_device_are_read_in_one_request_and_one_arrival():
    async def story():
        async with sonde() as device, Desk(at(device), SONDE) as desk:
            for name, value in SHOWN.items():
                await desk.until_good(name, value)
            assert set(device.asked()) == {(1, "holding", 0, 8)}
            first = desk.arrivals[0]
            assert first.channel.tolist() == [0, 1, 2, 3]
            assert len(set(first.at.tolist())) == 1
            assert first.at[0] % TENTH == 0, "readings stand on the grid"
            assert desk.states == [SourceState.OK]
            seen = desk.driver.seen()[0]
            assert (seen.place, seen.raw) == ("unit 1, holding 0 (40001)", "40E3 3333")
            assert seen.took > 0

    asyncio.run(story())


def test_a_wrong_register_costs_its_channel_only_and_the_split_is_remembered():
    async def story():
        async with sonde("inlet.ec") as device, Desk(at(device), SONDE) as desk:
            for name in ("inlet.ph", "inlet.nh4_n", "inlet.temperature"):
                await desk.until_good(name, SHOWN[name])
            await desk.until_status("inlet.ec", Status.COMM_FAIL)
            assert (
                "inlet.ec: unit 1, holding 2 (40003) is refused: ILLEGAL DATA ADDRESS (02)"
                in desk.trouble
            )
            assert "inlet.ph" not in desk.trouble
            await desk.until(lambda: SourceState.FAILING in desk.states)
            asked = len(device.requests)
            await desk.until(lambda: len(device.requests) > asked + 6)
            # The register that is wrong is not asked for again so soon.
            assert set(device.asked()[asked:]) == {(1, "holding", 0, 2), (1, "holding", 4, 4)}

    asyncio.run(story())


def test_a_register_that_is_there_later_is_found():
    async def story():
        clock = ScaledClock(1_700_000_000 * 10 * TENTH, 100)
        async with sonde("inlet.ec") as device:
            every = dict.fromkeys(SONDE, 100 * TENTH)
            async with Desk(
                at(device, timeout=200 * TENTH), SONDE, every=every, clock=clock
            ) as desk:
                await desk.until_status("inlet.ec", Status.COMM_FAIL)
                device.put_float(1, 2, 850.0)
                await desk.until_good("inlet.ec", 850.0)
                assert desk.trouble == ""
                await desk.until(lambda: desk.states[-1] is SourceState.OK)

    asyncio.run(story())


def test_a_gap_the_device_does_not_have_costs_nothing_but_a_request():
    async def story():
        each = {"inlet.ph": SONDE["inlet.ph"], "inlet.temperature": SONDE["inlet.temperature"]}
        async with sonde("inlet.ec", "inlet.nh4_n") as device, Desk(at(device), each) as desk:
            for name in each:
                await desk.until_good(name, SHOWN[name])
            assert desk.trouble == ""
            asked = len(device.requests)
            await desk.until(lambda: len(device.requests) > asked + 4)
            assert set(device.asked()[asked:]) == {(1, "holding", 0, 2), (1, "holding", 6, 2)}

    asyncio.run(story())


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (1, "ILLEGAL FUNCTION (01)"),
        (4, "SERVER DEVICE FAILURE (04)"),
        (6, "SERVER DEVICE BUSY (06)"),
        (11, "GATEWAY TARGET DEVICE FAILED TO RESPOND (0B)"),
        (99, "EXCEPTION (63)"),
    ],
)
def test_an_exception_costs_the_turn_of_its_unit_is_named_and_passes(code, name):
    each = {**SONDE, "effluent.ph": {**FLOAT, "register": 0, "unit_id": 2}}

    async def story():
        async with sonde() as device, Desk(at(device), each) as desk:
            device.put_float(2, 0, 6.9)
            device.mood = lambda request, pdu: (
                refusal(request.code, code) if request.unit == 1 else pdu
            )
            await desk.until_good("effluent.ph", 6.9)
            await desk.until_status("inlet.ph", Status.COMM_FAIL)
            assert name in desk.trouble
            assert "effluent.ph" not in desk.trouble
            begun = len(desk.arrivals)
            await desk.until(lambda: desk.good("effluent.ph", begun))
            device.mood = lambda _, pdu: pdu
            await desk.until_good("inlet.ph", 7.1)
            assert desk.trouble == ""
            assert device.connections == 1

    asyncio.run(story())


def test_a_busy_device_is_asked_for_nothing_more_in_that_turn():
    each = {**SONDE, "inlet.tss": {**FLOAT, "register": 300}}

    async def story():
        async with sonde() as device, Desk(at(device), each) as desk:
            device.mood = lambda request, _: refusal(request.code, 6)
            await desk.until(lambda: len(device.requests) > 3)
            assert {address for _, _, address, _ in device.asked()} == {0}

    asyncio.run(story())


def test_a_wrong_order_of_bytes_is_suspected_and_the_value_delivered_as_it_is():
    async def story():
        async with sonde() as device, Desk(at(device), SONDE) as desk:
            device.put_float(1, 0, 7.1, "BADC")
            await desk.until(lambda: desk.trouble)
            row = desk.last("inlet.ph")
            assert row.status is Status.NORMAL
            assert row.value < -1e20, "it is the judge who flags it"
            assert desk.trouble == (
                f"inlet.ph: unit 1, holding 0 (40001) shows {row.value:.6g}: is the byte order right? "
                "as BADC it would be 7.1"
            )
            await desk.until_good("inlet.ec", 850.0)
            device.put_float(1, 0, 7.1)
            await desk.until_good("inlet.ph", 7.1)
            assert desk.trouble == ""

    asyncio.run(story())


def test_turned_words_that_look_like_nought_are_suspected_when_they_stay_so():
    async def story():
        async with sonde() as device, Desk(at(device), SONDE) as desk:
            device.put_float(1, 0, 7.1, "CDAB")
            await desk.until(lambda: "as CDAB it would be 7.1" in desk.trouble)
            assert len(desk.rows("inlet.ph")) >= 3

    asyncio.run(story())


def test_a_device_that_keeps_silent_of_a_register_is_read_as_for_the_others():
    each = {**SONDE, "inlet.temperature": {**FLOAT, "register": 500}}

    async def story():
        async with sonde() as device, Desk(at(device), each, every=4 * TENTH) as desk:
            device.twist = lambda request, frame: HANG if request.address == 500 else frame
            await desk.until(lambda: len(desk.good("inlet.ph")) >= 4)
            await desk.until_status("inlet.temperature", Status.COMM_FAIL)
            assert "unit 1 does not answer" in desk.trouble
            assert device.connections == 1

    asyncio.run(story())


def test_of_two_units_behind_a_gateway_one_that_is_silent_does_not_hold_up_the_other():
    each = {**SONDE, "effluent.ph": {**FLOAT, "register": 0, "unit_id": 2}}

    async def story():
        async with sonde() as device, Desk(at(device), each, every=4 * TENTH) as desk:
            device.twist = lambda request, frame: HANG if request.unit == 2 else frame
            await desk.until_status("effluent.ph", Status.COMM_FAIL)
            begun = len(desk.arrivals)
            await desk.until(lambda: len(desk.rows("inlet.ph", begun)) >= 7)
            # Once it is known to be silent, no turn of the other is missed for it.
            assert all(row.good for row in desk.rows("inlet.ph", begun + 1))
            assert desk.trouble == "unit 2 does not answer within 0.2 s"
            # It rests nine times as long as it was waited for.
            knocks = sum(request.unit == 2 for request in device.requests)
            assert knocks <= 3
            device.put_float(2, 0, 6.9)
            device.twist = lambda _, frame: frame
            await desk.until_good("effluent.ph", 6.9)
            assert desk.trouble == ""
            assert device.connections == 1

    asyncio.run(story())


def test_a_status_word_is_read_and_one_that_is_refused_leaves_the_value_unused():
    own = {"status_register": 10, "status_bits": {"0": "CALIBRATING", "3": "DEVICE_FAULT"}}
    each = {"inlet.ph": {**SONDE["inlet.ph"], **own}, "inlet.ec": SONDE["inlet.ec"]}

    async def story():
        async with sonde() as device, Desk(at(device), each) as desk:
            await desk.until_status("inlet.ph", Status.COMM_FAIL)
            assert desk.last("inlet.ph").value == pytest.approx(7.1)
            assert (
                "inlet.ph: its status word, unit 1, holding 10 (40011), is refused" in desk.trouble
            )
            await desk.until_good("inlet.ec", 850.0)
        async with sonde() as device, Desk(at(device), each) as desk:
            device.put(1, "holding", 8, [0, 0, 0b1001])
            await desk.until_status("inlet.ph", Status.DEVICE_FAULT)
            device.put(1, "holding", 10, [0])
            await desk.until_good("inlet.ph", 7.1)

    asyncio.run(story())


def test_a_device_that_was_restarted_with_other_values_shows_them():
    async def story():
        device = sonde()
        async with device, Desk(at(device), SONDE) as desk:
            await desk.until_good("inlet.ph", 7.1)
            await device.__aexit__()
            await desk.until(lambda: SourceState.FAILING in desk.states)
            device.put_float(1, 0, 6.4)
            await device.__aenter__()
            await desk.until_good("inlet.ph", 6.4)
            await desk.until(lambda: desk.states[-1] is SourceState.OK)

    asyncio.run(story())


def test_channels_with_intervals_of_their_own_are_asked_for_at_theirs():
    every = {**dict.fromkeys(SONDE, TENTH), "inlet.ec": 5 * TENTH}

    async def story():
        async with sonde() as device, Desk(at(device), SONDE, every=every) as desk:
            await desk.until(lambda: len(desk.rows("inlet.ec")) >= 2)
            assert all(row.at % (5 * TENTH) == 0 for row in desk.rows("inlet.ec"))
            assert len(desk.rows("inlet.ph")) > 2 * len(desk.rows("inlet.ec"))
            assert (1, "holding", 0, 8) in device.asked()

    asyncio.run(story())

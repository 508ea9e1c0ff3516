"""Modbus TCP against devices with which nothing goes on: the source fails, says why, and comes back."""

from __future__ import annotations

import asyncio
import socket

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from integration.source.modbus.desk import TENTH, Desk
from integration.source.modbus.devices import CLOSE, HANG, TcpDevice

from mulmok.model.errors import SourceError
from mulmok.model.message import SourceState
from mulmok.model.status import Status
from mulmok.source.modbus.address import Span
from mulmok.source.modbus.line import Answer, Line, Refusal, Silence

EACH = {"inlet.ph": {"table": "holding", "register": 0, "type": "float32"}}
LATE = bytes.fromhex("0063 0000 0007 01 03 04 40E3 3333")


def sonde() -> TcpDevice:
    device = TcpDevice()
    device.put_float(1, 0, 7.1)
    return device


def at(device: TcpDevice) -> dict:
    return {"host": "127.0.0.1", "port": device.port}


FAULTS = {
    "it hangs": (lambda _, frame: HANG, "unit 1 does not answer within 0.2 s"),
    "half a frame, then silence": (
        lambda _, frame: frame[:9],
        "sends what is no answer in Modbus TCP: ",
    ),
    "it closes in the middle": (lambda _, frame: [frame[:9], CLOSE], "has closed the connection"),
    "it closes at once": (lambda _, frame: [CLOSE], "has closed the connection"),
    "a flood of garbage": (
        lambda _, frame: [b"\xde\xad\xbe\xef" * 5_000] * 20,
        "sends what is no answer in Modbus TCP: DE AD BE EF",
    ),
    "another transaction": (
        lambda _, frame: b"\x77\x77" + frame[2:],
        "what came is no answer: 77 77 00 00",
    ),
    "another unit": (lambda _, frame: frame[:6] + b"\x09" + frame[7:], "what came is no answer: "),
    "another question's answer": (
        lambda _, frame: frame[:7] + b"\x04" + frame[8:],
        "what came is no answer: ",
    ),
    "another number of registers": (
        lambda _, frame: frame[:4] + b"\x00\x05\x01\x03\x02\x40\xe3",
        "what came is no answer: ",
    ),
    "a function nobody knows": (
        lambda _, frame: frame[:7] + b"\x6b" + frame[8:],
        "sends what is no answer in Modbus TCP",
    ),
    "a count that belies itself": (
        lambda _, frame: frame[:8] + b"\xff" + frame[9:],
        "sends what is no answer in Modbus TCP",
    ),
}


@pytest.mark.parametrize(("twist", "why"), FAULTS.values(), ids=FAULTS)
def test_the_source_fails_with_the_reason_and_comes_back_when_the_device_does(twist, why):
    async def story():
        async with sonde() as device, Desk(at(device), EACH) as desk:
            await desk.until_good("inlet.ph", 7.1)
            device.twist = twist
            await desk.until(lambda: SourceState.FAILING in desk.states)
            assert why in desk.details
            assert f"127.0.0.1:{device.port}" in desk.details
            # What could not be read in its time is said to be missing.
            await desk.until_status("inlet.ph", Status.COMM_FAIL)
            device.twist = lambda _, frame: frame
            device.put_float(1, 0, 6.4)
            await desk.until_good("inlet.ph", 6.4)
            await desk.until(lambda: desk.states[-1] is SourceState.OK)
            assert device.connections > 1

    asyncio.run(story())


def test_what_was_read_before_the_connection_was_lost_is_kept():
    each = {**EACH, "inlet.ec": {"table": "holding", "register": 500, "type": "float32"}}

    async def story():
        async with sonde() as device, Desk(at(device), each) as desk:
            device.twist = lambda request, frame: [CLOSE] if request.address == 500 else frame
            await desk.until_good("inlet.ph", 7.1)
            await desk.until(lambda: SourceState.FAILING in desk.states)
            assert all(row.status is Status.COMM_FAIL for row in desk.rows("inlet.ec"))

    asyncio.run(story())


def test_a_connection_that_is_refused_is_told_as_such():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]

    async def story():
        async with Desk({"host": "127.0.0.1", "port": port}, EACH) as desk:
            await desk.until(lambda: desk.said)
            assert desk.details == f"127.0.0.1:{port} cannot be reached: Connection refused"

    asyncio.run(story())


def test_a_host_nobody_knows_is_told_as_such():
    async def story():
        async with Desk({"host": "gateway.invalid"}, EACH) as desk:
            await desk.until(lambda: desk.said)
            assert desk.details.startswith("gateway.invalid:502 cannot be reached: ")
            assert "Errno" not in desk.details

    asyncio.run(story())


@pytest.mark.parametrize("pieces", [1, 2, 5])
def test_an_answer_may_come_in_pieces_of_any_size(pieces):
    async def story():
        async with sonde() as device, Desk(at(device), EACH) as desk:
            device.twist = lambda _, frame: [
                frame[begin : begin + pieces] for begin in range(0, len(frame), pieces)
            ]
            await desk.until_good("inlet.ph", 7.1)
            assert desk.states == [SourceState.OK]

    asyncio.run(story())


@pytest.mark.parametrize("before", [b"", LATE])
@pytest.mark.parametrize("after", [b"", LATE, b"\x00\x01"])
def test_what_comes_before_and_after_an_answer_does_not_change_it(before, after):
    """A late answer to an earlier request; bytes of nobody knows what."""

    async def story():
        async with sonde() as device, Desk(at(device), EACH) as desk:
            device.twist = lambda _, frame: before + frame + after
            await desk.until(lambda: len(desk.good("inlet.ph")) >= 5)
            assert {round(row.value, 5) for row in desk.good("inlet.ph")} == {7.1}
            assert device.connections == 1

    asyncio.run(story())


def test_a_source_that_waits_for_an_answer_can_be_stopped():
    async def story():
        async with sonde() as device:
            device.twist = lambda _, frame: HANG
            async with Desk({**at(device), "timeout": 600 * TENTH}, EACH) as desk:
                await desk.until(lambda: device.requests)
        assert desk._task.done()

    asyncio.run(asyncio.wait_for(story(), 20))


GOOD = bytes.fromhex("0001 0000 0007 01 03 04 40E3 3333")
mutated = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 255)), min_size=1, max_size=4).map(
    lambda edits: bytes(dict([*enumerate(GOOD), *edits]).values())
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.one_of(st.binary(max_size=300), mutated, st.integers(0, 13).map(lambda n: GOOD[:n])))
def test_whatever_bytes_come_they_are_an_answer_or_none(sent):
    async def story():
        async with sonde() as device:
            device.twist = lambda _, frame: sent or HANG
            line = Line({**at(device), "timeout": TENTH // 5}, lambda: 0)
            try:
                await line.open()
                answer = await line.read(Span(1, "holding", 0, 2))
                assert isinstance(answer, Answer | Refusal | Silence)
            except SourceError:
                pass
            finally:
                line.close()
                await asyncio.sleep(0)

    asyncio.run(story())

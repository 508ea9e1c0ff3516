"""A serial line: pseudo-terminals with devices that answer late, garbled, or not at all."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest
from integration.source.modbus.desk import TENTH, Desk
from integration.source.modbus.devices import RtuDevice, crc, no_such_path

from mulmok.model.message import SourceState
from mulmok.model.status import Status

FLOAT = {"table": "holding", "type": "float32"}
EACH = {
    "inlet.ph": {**FLOAT, "register": 0, "unit_id": 1},
    "effluent.ph": {**FLOAT, "register": 0, "unit_id": 2},
}


def two_units() -> RtuDevice:
    line = RtuDevice()
    line.put_float(1, 0, 7.1)
    line.put_float(2, 0, 6.9)
    return line


def at(line: RtuDevice, **more) -> dict:
    return {"device": line.path, "baud": 19200, **more}


def test_units_on_one_line_take_turns():
    async def story():
        with two_units() as line:
            async with Desk(at(line), EACH) as desk:
                await desk.until_good("inlet.ph", 7.1)
                await desk.until_good("effluent.ph", 6.9)
                assert len(desk.arrivals[0]) == 2
                assert desk.states == [SourceState.OK]

    asyncio.run(story())


@pytest.mark.parametrize(
    "noise",
    [b"\0", b"\xff\0", b"\0\x02\x01", b"\x01", b"\x01\x03\x02\0\0\0\0", b"\xff" * 40],
    ids=lambda noise: noise.hex()[:12],
)
def test_a_line_that_crackles_before_each_answer_hides_none(noise):
    async def story():
        with two_units() as line:
            line.twist = lambda _, frame: noise + frame
            async with Desk(at(line), EACH) as desk:
                await desk.until_good("inlet.ph", 7.1)
                await desk.until_good("effluent.ph", 6.9)
                assert desk.states == [SourceState.OK]

    asyncio.run(story())


def test_one_dead_unit_leaves_the_other_its_interval():
    async def story():
        with two_units() as line:
            line.twist = lambda request, frame: b"" if request.unit == 2 else frame
            async with Desk(at(line, timeout=TENTH), EACH, every=5 * TENTH) as desk:
                await desk.until_status("effluent.ph", Status.COMM_FAIL)
                begun = len(desk.arrivals) + 1
                await desk.until(lambda: len(desk.rows("inlet.ph", begun)) >= 7)
                rows = desk.rows("inlet.ph", begun)
                assert all(row.good for row in rows)
                steps = {later.at - row.at for row, later in pairwise(rows)}
                assert steps == {5 * TENTH}
                assert desk.trouble == "unit 2 does not answer within 0.1 s"
                line.twist = lambda _, frame: frame
                await desk.until_good("effluent.ph", 6.9)
                assert desk.trouble == ""

    asyncio.run(story())


def test_a_frame_garbled_once_is_asked_for_again_at_once():
    async def story():
        with two_units() as line:
            garbled = []

            def twist(request, frame):
                if request.unit == 1 and not garbled:
                    garbled.append(frame)
                    return frame[:4] + bytes([frame[4] ^ 0x10]) + frame[5:]
                return frame

            line.twist = twist
            async with Desk(at(line), EACH, every=10 * TENTH) as desk:
                await desk.until_good("inlet.ph", 7.1)
                assert garbled
                assert all(row.good for row in desk.rows("inlet.ph"))

    asyncio.run(story())


@pytest.mark.parametrize(
    "twist",
    [
        lambda frame: frame[:-2] + b"\x00\x00",
        lambda frame: frame[:3] + bytes([frame[3] ^ 1]) + frame[4:],
        lambda frame: frame[:5],
        lambda frame: b"\xff\x00" * 20,
        lambda frame: b"\x09" + frame[1:-2] + crc(b"\x09" + frame[1:-2]),
    ],
    ids=["its check sum", "a bit of it", "half of it", "noise", "another unit's"],
)
def test_a_unit_whose_frames_are_wrong_is_told_of_with_what_came(twist):
    async def story():
        with two_units() as line:
            line.twist = lambda request, frame: twist(frame) if request.unit == 2 else frame
            async with Desk(at(line, timeout=TENTH // 2), EACH) as desk:
                await desk.until_status("effluent.ph", Status.COMM_FAIL)
                await desk.until_good("inlet.ph", 7.1)
                assert "unit 2 does not answer" in desk.trouble
                assert "what came is no answer: " in desk.trouble
                assert "are baud, parity and stop_bits right" in desk.trouble
                line.twist = lambda _, frame: frame
                await desk.until_good("effluent.ph", 6.9)

    asyncio.run(story())


def test_a_late_answer_is_not_taken_for_that_to_the_next_request():
    """Both requests are for two registers of one unit: their answers look alike."""
    each = {
        "inlet.ph": {**FLOAT, "register": 0},
        "inlet.temperature": {**FLOAT, "register": 500},
    }

    async def story():
        with RtuDevice() as line:
            line.put_float(1, 0, 7.1)
            line.put_float(1, 500, 12.5)
            late = TENTH * 1.5 / 1e9

            def twist(request, frame):
                if request.address == 0:
                    asyncio.get_running_loop().call_later(late, line.send, frame)
                    return b""
                return frame

            line.twist = twist
            async with Desk(at(line, timeout=TENTH), each, every=10 * TENTH) as desk:
                await desk.until(lambda: len(line.requests) >= 6)
                assert not [
                    row for row in desk.rows("inlet.temperature") if row.value == pytest.approx(7.1)
                ]
                assert not [
                    row for row in desk.rows("inlet.ph") if row.value == pytest.approx(12.5)
                ]

    asyncio.run(story())


def test_a_wrong_register_on_a_line_costs_its_channel_only():
    each = {**EACH, "inlet.ec": {**FLOAT, "register": 2, "unit_id": 1}}

    async def story():
        with two_units() as line:
            async with Desk(at(line), each) as desk:
                await desk.until_status("inlet.ec", Status.COMM_FAIL)
                await desk.until_good("inlet.ph", 7.1)
                await desk.until_good("effluent.ph", 6.9)
                assert "ILLEGAL DATA ADDRESS (02)" in desk.trouble

    asyncio.run(story())


def test_a_line_on_which_nobody_answers_has_failed(caplog):
    async def story():
        with two_units() as line:
            line.twist = lambda _, frame: b""
            async with Desk(at(line, timeout=TENTH // 2), EACH) as desk:
                await desk.until(lambda: SourceState.FAILING in desk.states)
                words = f"{line.path}: none of 2 units answers; unit 1 does not answer"
                await desk.until(lambda: words in caplog.text)
                line.twist = lambda _, frame: frame
                await desk.until_good("inlet.ph", 7.1)
                await desk.until_good("effluent.ph", 6.9)
                await desk.until(lambda: desk.states[-1] is SourceState.OK)

    asyncio.run(story())


def test_a_serial_port_that_is_pulled_out_fails_the_source():
    async def story():
        with two_units() as line:
            async with Desk(at(line), EACH) as desk:
                await desk.until_good("inlet.ph", 7.1)
                line.unplug()
                await desk.until(lambda: SourceState.FAILING in desk.states)
                assert line.path in desk.details

    asyncio.run(story())


def test_a_serial_port_that_is_not_there_is_named(tmp_path):
    path = no_such_path(tmp_path)

    async def story():
        async with Desk({"device": path}, EACH) as desk:
            await desk.until(lambda: desk.said)
            assert desk.details == f"{path} cannot be reached: No such file or directory"

    asyncio.run(story())


def test_a_serial_port_that_another_program_has_open_is_told_as_such():
    async def story():
        with two_units() as line:
            async with Desk(at(line), EACH) as desk:
                await desk.until_good("inlet.ph", 7.1)
                async with Desk(at(line), EACH) as other:
                    await other.until(lambda: other.said)
                    assert (
                        other.details
                        == f"{line.path} cannot be reached: another program has it open"
                    )

    asyncio.run(story())

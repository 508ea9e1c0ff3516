"""Frames written out by hand, their sums added up by hand: independent of what encodes and decodes."""

from __future__ import annotations

from datetime import datetime

import pytest
from pymodbus.framer import FramerRTU

from mulmok.source.control_bytes import Mark
from mulmok.source.rtu import commands, decode
from mulmok.source.ucity import decode as city
from mulmok.source.ucity import plan as city_plan

#: S 83 + W 87 + 0 48 x 3 + 1 49 = 363; R 82 + D 68 + A 65 + T 84 = 299; STX 2 + ETX 3 = 5.
#: 363 + 299 + 5 = 667 = 2 x 256 + 155; 155 is 9B.
RDAT = bytes.fromhex("02 53 57 30 30 30 31 52 44 41 54 03 39 42 0D")

#: A 65 + B 66 + four blanks 32 x 4 = 259; D 68 + U 85 + M 77 + P 80 = 310; 28 digits 48 x 28 = 1344,
#: and what they say 2+0+2+6+0+1+0+5 = 16, again 16 and 1 more = 33; STX 2 + ETX 3 = 5.
#: 259 + 310 + 1344 + 33 + 5 = 1951 = 7 x 256 + 159; 159 is 9F.
DUMP = b"\x02AB    DUMP2026010500000020260105010000\x039F\r"

#: 363 as above; R 82 + T 84 + U 85 + R 82 = 333; 5. 701 = 2 x 256 + 189; 189 is BD.
RTUR = b"\x02SW0001RTUR\x03BD\r"

#: 363; C 67 + O 79 + N 78 + F 70 = 294; "1" 49; thirteen blanks 416 and "5" 53; twelve blanks 384
#: and "30" 51 + 48 = 99; 5. 363 + 294 + 49 + 469 + 483 + 5 = 1663 = 6 x 256 + 127; 127 is 7F.
CONF = b"\x02SW0001CONF1             5            30\x037F\r"

#: 363; S 83 + M 77 + P 80 + S 83 = 323; "0" 48; 5. 739 = 2 x 256 + 227; 227 is E3.
SMPS = b"\x02SW0001SMPS0\x03E3\r"

#: 363; T 84 + I 73 + M 77 + E 69 = 303; 14 digits 672, and what they say 2+2+6+1+5+1+2+3 = 22; 5.
#: 363 + 303 + 672 + 22 + 5 = 1365 = 5 x 256 + 85; 85 is 55.
TIME = b"\x02SW0001TIME20260105123000\x0355\r"

#: STX 2 + ETX 3 = 5; SW0001 363; "0050" 48 x 4 + 5 = 197; the time 48 x 14 = 672 and
#: 2+0+2+6+0+1+0+5+0+9 = 25, 697; F 70 + V 86 + O 79 + L 76 + U 85 + D 68 = 464; ten digits 480 and
#: 1+2+3+4+5 = 15, 495; m 109 + 3 51 + h 104 = 264; "00" 96.
#: 5 + 363 + 197 + 697 + 464 + 495 + 264 + 96 = 2581 = 10 x 256 + 21; 21 is 15.
ANSWER = b"\x02SW00010050" + b"20260105090000FVOLUD0000012345m3h00" + b"\x0315\r"

#: Nothing measured: 5 + 363 + "0015" 48 x 4 + 6 = 198. 566 = 2 x 256 + 54; 54 is 36.
EMPTY = b"\x02SW00010015\x0336\r"

#: The digits of these two are the low bytes of pymodbus's CRC, computed beside it.
CITY_REQUEST = b"\x02" + b" " * 21 + b"DUMP202601050000202601050100" + b"\x03"
CITY_ANSWER = (
    b"\x02" + b" " * 26 + b"202601050900" + b"02" + b"TOC     12.5000PHY0000007.1204" + b"\x03"
)


@pytest.mark.parametrize(
    ("order", "site", "frame"),
    [
        (commands.PRESENT, "SW0001", RDAT),
        (commands.past("20260105000000", "20260105010000"), "AB", DUMP),
        (commands.RESTART_RTU, "SW0001", RTUR),
        (commands.sampling_times(5, 30), "SW0001", CONF),
        (commands.tell(commands.Sampler.START), "SW0001", SMPS),
        (commands.set_clock("20260105123000"), "SW0001", TIME),
    ],
)
def test_a_request_is_the_frame_written_by_hand(order, site, frame):
    assert commands.request(site, order) == frame


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (commands.RESTART_PUMP, "PORR"),
        (commands.RESTART_FLOW_METER, "FLMR"),
        (commands.cleaning_times(60, 2), "CONFC            60             2"),
        (commands.valid_range(0, 5000), "CONFV             0          5000"),
        (commands.tell(commands.Sampler.BY_HAND), "SAMP"),
        (commands.tell(commands.Sampler.AUTOMATIC), "SAMA"),
        (commands.tell(commands.Sampler.STOP), "SAMS"),
        (commands.tell(commands.Sampler.RESET), "SAMR"),
        (commands.tell(commands.Sampler.START, "1"), "SMPS1"),
        (commands.tell(commands.Sampler.END), "SMPE"),
        (commands.tell(commands.Cleaner.BY_HAND), "COMP"),
        (commands.tell(commands.Cleaner.AUTOMATIC), "COMA"),
        (commands.tell(commands.Cleaner.STOP), "COMS"),
        (commands.tell(commands.Cleaner.START), "CMPS0"),
        (commands.tell(commands.Cleaner.END), "CMPE"),
    ],
)
def test_each_command_stands_in_its_frame(order, words):
    framed = commands.request("SW0001", order)
    assert framed[:-3] == b"\x02SW0001" + words.encode() + b"\x03"
    assert int(framed[-3:-1], 16) == sum(framed[:-3]) % 256
    assert framed[-1] == 0x0D


def test_the_sum_can_be_that_of_what_lies_between():
    # 667 of RDAT without STX 2 and ETX 3: 662 = 2 x 256 + 150; 150 is 96.
    assert commands.request("SW0001", commands.PRESENT, "inner")[-3:-1] == b"96"
    # Where the sum of answers is not looked at, requests carry the usual one.
    assert commands.request("SW0001", commands.PRESENT, "none") == RDAT


def test_an_answer_written_by_hand_is_read():
    frame, size = decode.take(ANSWER)
    assert isinstance(frame, decode.Frame)
    assert size == len(ANSWER) == 50
    (record,) = frame.records
    assert frame.site == "SW0001"
    assert (record.item, record.number, record.unit, record.code) == ("FVOLUD", 12345, "m3h", "00")
    assert record.local == datetime(2026, 1, 5, 9)  # noqa: DTZ001
    assert record.fault is None


def test_an_answer_without_records_is_read():
    assert decode.take(EMPTY) == (decode.Frame("SW0001", ()), 15)


def test_control_bytes_stand_alone():
    assert decode.take(b"\x06\x02") == (Mark.ACK, 1)
    assert decode.take(b"\x15") == (Mark.NAK, 1)
    assert city.take(b"\x04") == (Mark.EOT, 1)
    assert decode.take(b"") == (None, 0)


@pytest.mark.parametrize("framed", [b"123456789", CITY_REQUEST, CITY_ANSWER])
def test_the_crc_is_that_of_modbus(framed):
    swapped = FramerRTU.compute_CRC(framed)
    assert int(city_plan.check_of(framed), 16) == swapped >> 8


def test_the_crc_of_the_nine_digits_is_the_published_one():
    assert city_plan.check_of(b"123456789") == b"37"  # 4B37


def test_a_request_to_a_city_is_the_frame_written_by_hand():
    frame = city_plan.request("202601050000", "202601050100")
    assert frame == CITY_REQUEST + b"3B\r"
    assert len(frame) == 54


def test_an_answer_of_a_city_written_by_hand_is_read():
    whole = CITY_ANSWER + b"60\r"
    frame, size = city.take(whole)
    assert isinstance(frame, city.Frame)
    assert size == len(whole) == 1 + 40 + 2 * 15 + 4
    toc, ph = frame.records
    assert (toc.item, toc.number, toc.code) == ("TOC", 12.5, "00")
    assert (ph.item, ph.number, ph.code) == ("PHY", 7.12, "04")
    assert toc.local == ph.local == datetime(2026, 1, 5, 9)  # noqa: DTZ001

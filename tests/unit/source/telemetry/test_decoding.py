"""What is wrong with a frame costs the frame, what is wrong with a record the record; each is told."""

from __future__ import annotations

import math
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.source.telemetry.frames import city_frame, city_record, rtu_frame, rtu_record

from mulmok.source.control_bytes import FrameError
from mulmok.source.rtu import decode as rtu
from mulmok.source.ucity import decode as city

RTU = {
    "one": rtu_frame(rtu_record()),
    "none": rtu_frame(),
    "many": rtu_frame(*(rtu_record(value=f"{n:010d}") for n in range(285))),
    "bad digits": rtu_frame(rtu_record(value="12..5")),
    "a mark": b"\x06",
    "korean unit": rtu_frame(rtu_record(unit="℃")),
}
CITY = {
    "two": city_frame(city_record(), city_record("PHY", "7.12", "04")),
    "none": city_frame(),
    "full": city_frame(*(city_record(value=f"{n}") for n in range(99))),
    "no time": city_frame(city_record(), time="000000000000"),
    "a mark": b"\x04",
}
WRONG_RTU = {
    "the sum of a frame is 00": rtu_frame(rtu_record(), total=b"00"),
    "the sum of a frame is zz": rtu_frame(rtu_record(), total=b"zz"),
    'the length of a frame is "00x0"': rtu_frame(rtu_record(), length="00x0"),
    'the length of a frame is "0014"': rtu_frame(rtu_record(), length="0014"),
    'the length of a frame is "0051"': rtu_frame(rtu_record(), length="0051"),
    "a frame of 15 bytes does not end": rtu_frame(rtu_record(), length="0015"),
    "the byte 41 stands where": b"A" + rtu_frame(rtu_record()),
}
WRONG_CITY = {
    "the CRC of a frame is 0": city_frame(city_record(), crc=b"0G"),
    'the count of items is " 1"': city_frame(city_record(), count=" 1"),
    "a frame of 0 items does not end": city_frame(city_record(), count="00"),
    "the byte 41 stands where": b"A" + city_frame(city_record()),
}
GOOD = [(rtu.take, data) for data in RTU.values()] + [(city.take, data) for data in CITY.values()]
BAD = [(rtu.take, *each) for each in WRONG_RTU.items()] + [
    (city.take, *each) for each in WRONG_CITY.items()
]


def by_bytes(take, data: bytes):
    """What comes of bytes that come one by one."""
    for end in range(len(data) + 1):
        found, size = take(data[:end])
        if found is not None:
            return found, size
    return None, 0


@pytest.mark.parametrize(("take", "data"), GOOD)
def test_a_frame_is_the_same_whole_byte_by_byte_and_with_more_behind_it(take, data):
    whole = take(data)
    assert whole[1] == len(data)
    # NaN is no equal of itself: what is compared is how it is written.
    assert repr(by_bytes(take, data)) == repr(whole)
    for behind in (b"\x04", b"\x02", b"\x00" * 40, data):
        assert repr(take(data + behind)) == repr(whole)


@pytest.mark.parametrize(("take", "words", "data"), BAD)
def test_each_wrong_frame_has_words_of_its_own_whole_or_byte_by_byte(take, words, data):
    with pytest.raises(FrameError) as whole:
        take(data)
    assert words in str(whole.value)
    with pytest.raises(FrameError) as cut:
        by_bytes(take, data)
    assert str(cut.value) == str(whole.value)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"time": "00000000000000"}, "was its clock ever set?"),
        ({"time": "2026010509000x"}, "want digits only"),
        ({"time": "20261305090000"}, "no time of the calendar"),
        ({"time": "20260105250000"}, "no time of the calendar"),
        ({"value": "12..5"}, '"     12..5" is no number'),
        ({"value": "1e5"}, "is no number"),
        ({"value": "NaN"}, "is no number"),
        ({"item": "F-V"}, '"F-V   " is no code of an item'),
        ({"item": ""}, "is no code of an item"),
    ],
)
def test_a_wrong_record_of_a_right_frame_says_so_and_the_others_are_right(changed, words):
    frame, _ = rtu.take(rtu_frame(rtu_record(), rtu_record(**changed), rtu_record(item="CONRAD")))
    assert isinstance(frame, rtu.Frame)
    first, wrong, last = frame.records
    assert words in str(wrong.fault)
    assert (first.fault, last.fault) == (None, None)
    assert (first.number, last.item) == (12345, "CONRAD")


def test_a_time_that_cannot_be_read_is_no_time_of_any_item_of_a_city():
    frame, _ = city.take(city_frame(city_record(), city_record("PHY"), time="000000000000"))
    assert isinstance(frame, city.Frame)
    assert [record.local for record in frame.records] == [None, None]
    assert all("was its clock ever set?" in str(record.fault) for record in frame.records)


def test_midnight_may_be_written_as_the_end_of_the_day():
    frame, _ = rtu.take(rtu_frame(rtu_record(time="20260105240000")))
    assert isinstance(frame, rtu.Frame)
    assert frame.records[0].local == datetime(2026, 1, 6)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("words", "number"),
    [("      7.05", 7.05), ("0000000705", 705), ("-000001.25", -1.25), ("+5", 5), (".5", 0.5)],
)
def test_numbers_are_read_however_they_are_padded(words, number):
    frame, _ = rtu.take(rtu_frame(rtu_record(value=words)))
    assert isinstance(frame, rtu.Frame)
    assert frame.records[0].number == number


def test_a_blank_number_is_none_and_nothing_wrong():
    frame, _ = rtu.take(rtu_frame(rtu_record(value="")))
    assert isinstance(frame, rtu.Frame)
    assert math.isnan(frame.records[0].number)
    assert frame.records[0].fault is None


def test_the_sum_of_answers_may_be_left_alone():
    frame, _ = rtu.take(WRONG_RTU["the sum of a frame is 00"], "none")
    assert isinstance(frame, rtu.Frame)
    found, _ = city.take(WRONG_CITY["the CRC of a frame is 0"], checked=False)
    assert isinstance(found, city.Frame)


def through(take, data: bytes) -> None:
    """Take all there is; nothing but the decoder's own error may come of it."""
    while data:
        try:
            found, size = take(data)
        except FrameError:
            return
        if found is None:
            return
        assert size > 0
        data = data[size:]


@given(st.sampled_from([rtu.take, city.take]), st.binary(max_size=300))
def test_no_bytes_raise_anything_else(take, data):
    through(take, data)
    through(take, b"\x02" + data)


@given(st.sampled_from(GOOD), st.data())
def test_no_mutation_of_a_right_frame_raises_anything_else(case, data):
    take, frame = case
    mutated = bytearray(frame * 2)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(mutated) - 1))
        mutated[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(mutated)))
    through(take, bytes(mutated[:cut]))
    if take is rtu.take:
        through(lambda part: rtu.take(part, "none"), bytes(mutated[:cut]))
    else:
        through(lambda part: city.take(part, checked=False), bytes(mutated[:cut]))

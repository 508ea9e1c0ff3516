"""Where an answer begins among the noise of a serial line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from integration.source.modbus.devices import crc

from mulmok.source.modbus.noise import noise

ANSWER = bytes([1, 3, 4, 0x40, 0xE0, 0, 0])
FRAME = ANSWER + crc(ANSWER)


@given(st.binary(max_size=40), st.binary(max_size=10))
def test_a_whole_frame_is_found_behind_whatever_crackles(before, behind):
    data = before + FRAME + behind
    place = noise(data, 1, 3)
    frame = data[place:]
    size = 5 + frame[2]
    assert crc(frame[: size - 2]) == frame[size - 2 : size], "a frame, whichever of two there are"
    assert place <= len(before)


@given(st.binary(max_size=60))
def test_what_is_kept_may_yet_become_an_answer(data):
    rest = data[noise(data, 1, 3) :]
    assert rest == b"" or rest[0] == 1
    assert len(rest) < 2 or rest[1] in {3, 0x83}


def test_half_a_frame_is_waited_for():
    for cut in range(1, len(FRAME)):
        assert noise(b"\0\xff" + FRAME[:cut], 1, 3) == 2

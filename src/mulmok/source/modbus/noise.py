"""What comes on a serial line before an answer: lines crackle when a sender takes them over.

An RTU frame has no mark where it begins, and what stands before it may look like one that is long.
"""

from __future__ import annotations

from pymodbus.framer import FramerRTU

#: Answers to these hold as many bytes as they say; those to others are an echo of the question.
_READS = frozenset({1, 2, 3, 4})


def noise(data: bytes, unit: int, function: int) -> int:
    """Count the bytes before the answer of a unit, or before what may yet become it."""
    answers = function, function | 0x80
    maybe = None
    for place in range(len(data)):
        if data[place] != unit or (place + 1 < len(data) and data[place + 1] not in answers):
            continue
        size = _size(data[place:])
        if size is None or place + size > len(data):
            maybe = place if maybe is None else maybe
        elif _is_whole(data[place : place + size]):
            return place
    return len(data) if maybe is None else maybe


def _size(data: bytes) -> int | None:
    """Bytes of a frame that begins so; None: that cannot be told yet."""
    if len(data) < 3:
        return None
    if data[1] & 0x80:
        return 5
    return data[2] + 5 if data[1] in _READS else 8


def _is_whole(frame: bytes) -> bool:
    return FramerRTU.check_CRC(frame[:-2], int.from_bytes(frame[-2:], "big"))

"""From the bytes of a U-City data server to its records.

A frame is STX, a head of 40 bytes (the time at 26, yyyyMMddHHmm, and the count of items at 38, two
digits), items of 15 bytes, ETX, two hexadecimal digits, CR. An item is code [3], number [10],
status [2]. A wrong frame is a FrameError; in a right one a wrong item says so itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from mulmok.model.text import Text, text
from mulmok.source.control_bytes import (
    CR,
    ETX,
    MARKS,
    STX,
    FieldError,
    FrameError,
    Mark,
    count_of,
    item_of,
    misplaced,
    number_of,
    time_of,
    words_of,
)
from mulmok.source.records import Record
from mulmok.source.ucity.plan import check_of

HEAD, RECORD, TAIL = 40, 15, 4
#: Where the time and the count stand in the frame, behind STX.
TIME, COUNT = slice(27, 39), slice(39, 41)
MOST_ITEMS = 99
_BODY = 1 + HEAD


@dataclass(frozen=True, slots=True)
class Frame:
    """All items of one time."""

    records: tuple[Record, ...]


def take(data: bytes, *, checked: bool = True) -> tuple[Frame | Mark | None, int]:
    """Give what the bytes begin with, and its length; None: more is needed. Raises FrameError."""
    if not data:
        return None, 0
    if data[0] in MARKS:
        return Mark(data[0]), 1
    if data[0] != STX:
        raise misplaced(data[0])
    if len(data) < _BODY:
        return None, 0
    count = count_of(data[COUNT])
    if count is None:
        raise FrameError(
            text(
                'the count of items is "{have}"; want two digits',
                have=data[COUNT].decode("ascii", "backslashreplace"),
            )
        )
    size = _BODY + count * RECORD + TAIL
    if len(data) < size:
        return None, 0
    frame = bytes(data[:size])
    if frame[-TAIL] != ETX or frame[-1] != CR:
        raise FrameError(
            text("a frame of {count} items does not end in ETX, CRC and CR: its count is wrong", count=count)
        )  # fmt: skip
    have, want = frame[-TAIL + 1 : -1], check_of(frame[: -TAIL + 1])
    if checked and have.upper() != want:
        raise FrameError(
            text(
                "the CRC of a frame is {have}, its bytes make {want}",
                have=have.decode("ascii", "backslashreplace"),
                want=want.decode("ascii"),
            )
        )
    return Frame(_records(frame, count)), size


def _records(frame: bytes, count: int) -> tuple[Record, ...]:
    local: datetime | None = None
    fault: Text | None = None
    try:
        local = time_of(frame[TIME])
    except FieldError as error:
        fault = error.text
    begins = range(_BODY, _BODY + count * RECORD, RECORD)
    return tuple(
        _record(frame[begin : begin + RECORD], frame[TIME], local, fault) for begin in begins
    )


def _record(raw: bytes, time: bytes, local: datetime | None, fault: Text | None) -> Record:
    item, number = "", math.nan
    try:
        number = number_of(raw[3:13])
    except FieldError as error:
        fault = fault or error.text
    try:
        item = item_of(raw[:3])
    except FieldError as error:
        fault = fault or error.text
    shown = (time + b" " + raw).decode("cp949", "replace")
    return Record(item, local, number, "", words_of(raw[13:]), shown, fault)

"""From the bytes of a sewer RTU to its records.

A frame is STX, six bytes (the site), four digits of its whole length, records of 35 bytes, ETX, two
hexadecimal digits of the sum, CR. A record is yyyyMMddHHmmss, item [6], number [10], unit [3],
status [2]. A wrong frame is a FrameError; in a right one a wrong record says so itself.
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
from mulmok.source.rtu.commands import Checksum, sum_of

HEAD, RECORD, TAIL = 11, 35, 4
#: Longest frame its four digits can tell, and the records that have room in it.
MOST_BYTES = 9999
MOST_RECORDS = (MOST_BYTES - HEAD - TAIL) // RECORD


@dataclass(frozen=True, slots=True)
class Frame:
    """An answer; `site` is what stands where a request has its site."""

    site: str
    records: tuple[Record, ...]


def take(data: bytes, checksum: str = Checksum.WHOLE) -> tuple[Frame | Mark | None, int]:
    """Give what the bytes begin with, and its length; None: more is needed. Raises FrameError."""
    if not data:
        return None, 0
    if data[0] in MARKS:
        return Mark(data[0]), 1
    if data[0] != STX:
        raise misplaced(data[0])
    if len(data) < HEAD:
        return None, 0
    size = _size(data[7:HEAD])
    if len(data) < size:
        return None, 0
    frame = bytes(data[:size])
    if frame[-TAIL] != ETX or frame[-1] != CR:
        raise FrameError(
            text("a frame of {size} bytes does not end in ETX, sum and CR: its length is wrong", size=size)
        )  # fmt: skip
    if checksum != Checksum.NONE:
        have, want = frame[-TAIL + 1 : -1], sum_of(frame[: -TAIL + 1], checksum)
        if have.upper() != want:
            raise FrameError(
                text(
                    "the sum of a frame is {have}, its bytes make {want}",
                    have=have.decode("ascii", "backslashreplace"),
                    want=want.decode("ascii"),
                )
            )
    records = range(HEAD, size - TAIL, RECORD)
    return Frame(
        words_of(frame[1:7]), tuple(_record(frame[begin : begin + RECORD]) for begin in records)
    ), size


def _size(raw: bytes) -> int:
    """Give the length of a frame. Raises FrameError."""
    size = count_of(raw)
    if size is None or size < HEAD + TAIL or (size - HEAD - TAIL) % RECORD:
        raise FrameError(
            text(
                'the length of a frame is "{have}"; want 15 and 35 for each record',
                have=raw.decode("ascii", "backslashreplace"),
            )
        )
    return size


def _record(raw: bytes) -> Record:
    item, number, fault = "", math.nan, None
    local: datetime | None = None
    faults = list[Text]()
    try:
        item = item_of(raw[14:20])
    except FieldError as error:
        faults.append(error.text)
    try:
        local = time_of(raw[:14])
    except FieldError as error:
        faults.append(error.text)
    try:
        number = number_of(raw[20:30])
    except FieldError as error:
        faults.append(error.text)
    if faults:
        fault = faults[0]
    shown = raw.decode("cp949", "replace")
    return Record(item, local, number, words_of(raw[30:33]), words_of(raw[33:35]), shown, fault)

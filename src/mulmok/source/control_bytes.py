"""Frames between control bytes, as Korean telemetry speaks them: the bytes, and the fields in between.

Fields have a fixed width and hold ASCII; units may be two-byte Korean characters.
"""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta
from enum import IntEnum

from mulmok.model.text import Text, text

STX, ETX, CR = 0x02, 0x03, 0x0D

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_DIGITS = re.compile(rb"\d+")
#: From years to seconds: the widths of the parts of a time.
_PARTS = (4, 2, 2, 2, 2, 2)


class Mark(IntEnum):
    """A control byte that stands alone."""

    EOT = 0x04
    ENQ = 0x05
    ACK = 0x06
    NAK = 0x15


MARKS = frozenset(Mark)


class FrameError(ValueError):
    """What came is no frame; `text` says why."""

    def __init__(self, words: Text) -> None:
        self.text = words
        super().__init__(str(words))


class FieldError(ValueError):
    """A field of a frame holds what it cannot; `text` says why."""

    def __init__(self, words: Text) -> None:
        self.text = words
        super().__init__(str(words))


def misplaced(byte: int) -> FrameError:
    """Say of a byte that no frame begins with it."""
    return FrameError(
        text("the byte {have} stands where a frame or an answer begins", have=f"{byte:02X}")
    )


def words_of(raw: bytes) -> str:
    """Text of a field, without what pads it."""
    return raw.decode("cp949", "replace").strip(" \0")


def count_of(raw: bytes) -> int | None:
    """Whole number that fills a field; None when it is none."""
    return int(raw) if _DIGITS.fullmatch(raw) else None


def number_of(raw: bytes) -> float:
    """Give the number in a field; NaN where it is blank. Raises FieldError."""
    words = words_of(raw)
    if not words:
        return math.nan
    if _NUMBER.fullmatch(words) is None:
        raise FieldError(text('"{have}" is no number', have=_shown(raw)))
    return float(words)


def item_of(raw: bytes) -> str:
    """Code of an item. Raises FieldError."""
    words = words_of(raw)
    if not (words.isascii() and words.isalnum()):
        raise FieldError(text('"{have}" is no code of an item', have=_shown(raw)))
    return words.upper()


def time_of(raw: bytes) -> datetime:
    """Civil time of digits from year to minute or second; 24:00 is midnight. Raises FieldError."""
    if _DIGITS.fullmatch(raw) is None:
        raise FieldError(text('"{have}" is no time: want digits only', have=_shown(raw)))
    parts, begin = [], 0
    for width in _PARTS:
        if begin < len(raw):
            parts.append(int(raw[begin : begin + width]))
            begin += width
    if parts[0] == 0:
        raise FieldError(text("its time is {have}: was its clock ever set?", have=_shown(raw)))
    midnight = parts[3:] == [24, 0, 0][: len(parts) - 3]
    if midnight:
        parts[3] = 0
    try:
        local = datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 - the zone follows
        return local + timedelta(days=1) if midnight else local
    except (ValueError, OverflowError):
        raise FieldError(text("{have} is no time of the calendar", have=_shown(raw))) from None


def _shown(raw: bytes) -> str:
    return "".join(one if one.isprintable() else "?" for one in raw.decode("cp949", "replace"))

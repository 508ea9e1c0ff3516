"""How a number lies in registers: its type, and the order of its words and bytes.

A register is a word of two bytes, the higher first: that the standard says. In which order the words
of a longer number come it leaves open [1]_, and some devices turn the bytes as well. With A the
highest byte of a number of 32 bits: ABCD as one would write it, CDAB the words turned, BADC the
bytes of each word turned, DCBA both. By the same rule for 64 bits; of 16 bits only the bytes can be
turned.

References
----------
.. [1] Modbus Organization, "MODBUS Application Protocol Specification V1.1b3," section 4.2, 2012.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

#: Type -> how numpy names it without the order of bytes.
NUMPY = {
    "int16": "i2",
    "uint16": "u2",
    "int32": "i4",
    "uint32": "u4",
    "int64": "i8",
    "uint64": "u8",
    "float32": "f4",
    "float64": "f8",
}
TYPES = (*NUMPY, "bool")
ORDERS = ("ABCD", "CDAB", "BADC", "DCBA")


@dataclass(frozen=True, slots=True)
class Layout:
    """Type and order of one number.

    bit  of a word: that bit alone is the number, 0 or 1; a `bool` without one is 1 when any is set
    """

    type: str = "uint16"
    order: str = "ABCD"
    bit: int | None = None

    @property
    def words(self) -> int:
        """Registers it takes; of a bit table, bits."""
        return 1 if self.type == "bool" else int(NUMPY[self.type][1]) // 2

    @property
    def words_turned(self) -> bool:
        """Whether the lowest word comes first."""
        return self.order in ("CDAB", "DCBA")

    @property
    def bytes_turned(self) -> bool:
        """Whether the lower byte of a word comes first."""
        return self.order in ("BADC", "DCBA")

    @property
    def is_logical(self) -> bool:
        """Whether the number is 0 or 1."""
        return self.type == "bool" or self.bit is not None

    def number(self, words: Sequence[int]) -> float:
        """Give the number that words say, as they came."""
        if self.is_logical:
            mask = 0xFFFF if self.bit is None else 1 << self.bit
            return float(bool(self._turned(words)[0] & mask))
        with np.errstate(invalid="ignore"):
            raw = np.array(self._turned(words), ">u2").view(f">{NUMPY[self.type]}")
            return float(raw[0])

    def words_of(self, number: float) -> list[int]:
        """Give the words a device would send for a number; one it cannot hold is cut to what it can.

        NaN is NaN in a float; a whole number has none, and is 0.
        """
        if self.is_logical:
            return self._turned([int(bool(number)) << (self.bit or 0)])
        raw: NDArray[np.generic]
        if self.type.startswith("float"):
            with np.errstate(over="ignore", invalid="ignore"):
                raw = np.array([number]).astype(f">{NUMPY[self.type]}")
        else:
            limits = np.iinfo(NUMPY[self.type])
            whole = 0 if math.isnan(number) else _whole(number, limits.min, limits.max)
            raw = np.array([whole], f">{NUMPY[self.type]}")
        return self._turned([int(word) for word in raw.view(">u2")])

    def is_no_value(self, words: Sequence[int]) -> bool:
        """Whether words are a NaN as devices send it where there is no value.

        What is left of a number in the wrong order has a rest that is neither all noughts nor all ones.
        """
        if not math.isnan(self.number(words)):
            return False
        raw = b"".join(int(word).to_bytes(2, "big") for word in self._turned(words))
        return set(raw[2:]) in ({0x00}, {0xFF})

    def others(self) -> list[Layout]:
        """Give the same type in the other orders."""
        return [replace(self, order=order) for order in ORDERS if order != self.order]

    def _turned(self, words: Sequence[int]) -> list[int]:
        """Words in the order A first, or back: turning twice is no turning."""
        found = [(word & 0xFF) << 8 | word >> 8 for word in words] if self.bytes_turned else words
        return list(reversed(found)) if self.words_turned else list(found)


def _whole(number: float, low: int, high: int) -> int:
    if math.isinf(number):
        return high if number > 0 else low
    return min(max(round(number), low), high)

"""Where a number stands in a device: table and address, however the manual writes them.

Manuals number registers from 1 and put the table in front: 40001 or 400001 is the first holding
register, 30001 the first input register, 10001 the first discrete input, 1 the first coil. On the
wire each table begins at 0, and some manuals give that number. So: without a table, `register` is
the manual's notation; with one, it is the address on the wire.

A coil of the six-digit notation loses its leading zeros as a number: what has five digits is read
as the five-digit notation, and coils beyond 9999 need their table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mulmok.model.text import Text, text

Table = Literal["holding", "input", "coil", "discrete"]
TABLES: tuple[Table, ...] = ("holding", "input", "coil", "discrete")
#: Tables of single bits; the others hold words of 16 bits.
BIT_TABLES = ("coil", "discrete")
#: Addresses of a table.
SIZE = 65536

_LEADING: dict[str, Table] = {"4": "holding", "3": "input", "1": "discrete"}
_DIGIT = {"holding": 4, "input": 3, "discrete": 1, "coil": 0}


class AddressError(ValueError):
    """A register is none; `text` says why."""

    def __init__(self, words: Text) -> None:
        self.text = words
        super().__init__(str(words))


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Registers, or bits, that stand one after the other in one table of one unit."""

    unit: int
    table: Table
    address: int
    count: int = 1

    @property
    def end(self) -> int:
        """Address after the last."""
        return self.address + self.count

    @property
    def place(self) -> str:
        """Say where it stands, on the wire and as a manual has it."""
        return (
            f"unit {self.unit}, {self.table} {self.address} ({classical(self.table, self.address)})"
        )


def locate(register: int, table: str | None, count: int = 1) -> tuple[Table, int]:
    """Give table and address on the wire of `count` registers. Raises AddressError."""
    if table is not None:
        kind, address = _table(table), register
    else:
        kind, address = _classical(register)
    if address + count > SIZE:
        raise AddressError(
            text(
                "{register} lies beyond the last address, {last}", register=register, last=SIZE - 1
            )
        )
    return kind, address


def classical(table: Table, address: int) -> str:
    """Number that manuals give an address: 40001 for the first holding register."""
    number = address + 1
    digits = 4 if number <= 9999 else 5
    return f"{_DIGIT[table]}{number:0{digits}d}"


def _table(word: str) -> Table:
    return next(table for table in TABLES if table == word)


def _classical(register: int) -> tuple[Table, int]:
    digits = str(register)
    if len(digits) <= 4 and register > 0:
        return "coil", register - 1
    if len(digits) in (5, 6) and digits[0] in _LEADING and int(digits[1:]) > 0:
        return _LEADING[digits[0]], int(digits[1:]) - 1
    raise AddressError(
        text(
            "{register} is no register such as 40001, 30001 or 400001; an address counted from 0 "
            "needs its table beside it",
            register=register,
        )
    )

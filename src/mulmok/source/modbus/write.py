"""What a device is told to do: the one thing this driver writes, and only when it is ordered to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mulmok.source.modbus.address import SIZE, classical


@dataclass(frozen=True, slots=True)
class Write:
    """Put one coil or one holding register of a device to a value.

    address  counted from 0, as on the wire
    value    of a coil 0 or 1, of a register 0 to 65535

    Raises ValueError when it is none of these.
    """

    unit_id: int
    table: Literal["coil", "holding"]
    address: int
    value: int

    def __post_init__(self) -> None:
        """Refuse what no device could do."""
        most = 1 if self.table == "coil" else SIZE - 1
        if self.table not in ("coil", "holding"):
            msg = f"{self.table} cannot be written: want coil or holding"
            raise ValueError(msg)
        if not 0 <= self.unit_id <= 255 or not 0 <= self.address < SIZE:
            msg = f"there is no unit {self.unit_id} with an address {self.address}"
            raise ValueError(msg)
        if not 0 <= self.value <= most:
            msg = f"{self.table} cannot be {self.value}: want 0 to {most}"
            raise ValueError(msg)

    @property
    def place(self) -> str:
        """Say what is to be written where."""
        where = f"{self.table} {self.address} ({classical(self.table, self.address)})"
        return f"unit {self.unit_id}, {where} = {self.value}"

"""One line to devices, on which one request is under way: spans asked for, answers checked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from pymodbus.pdu import ModbusPDU
from pymodbus.pdu.bit_message import (
    ReadCoilsRequest,
    ReadDiscreteInputsRequest,
    WriteSingleCoilRequest,
)
from pymodbus.pdu.register_message import (
    ReadHoldingRegistersRequest,
    ReadInputRegistersRequest,
    WriteSingleRegisterRequest,
)

from mulmok.model.errors import SourceError
from mulmok.model.text import text
from mulmok.source.modbus.address import BIT_TABLES, Span
from mulmok.source.modbus.connection import Connection
from mulmok.source.modbus.decode import Words
from mulmok.source.modbus.refusal import name_of
from mulmok.source.modbus.write import Write
from mulmok.source.settings import Given

_READ: dict[str, type[ModbusPDU]] = {
    "coil": ReadCoilsRequest,
    "discrete": ReadDiscreteInputsRequest,
    "holding": ReadHoldingRegistersRequest,
    "input": ReadInputRegistersRequest,
}


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What was asked for: words, or bits as 0 and 1. `took` is from asking to answer [ns]."""

    words: Words
    took: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """A device's exception code; `took` is from asking to its coming [ns]."""

    code: int
    took: int = 0


@dataclass(frozen=True, slots=True)
class Silence:
    """No answer within the time there is; `heard`: what came instead of one, in hexadecimal."""

    heard: str
    took: int


class Line:
    """A line, made from the settings of a source; closed until `open`. `now` gives the time [ns]."""

    def __init__(self, given: Mapping[str, Given], now: Callable[[], int]) -> None:
        self._connection, self._now = Connection(given), now
        self._turns = asyncio.Lock()
        self.place, self.timeout = self._connection.place, self._connection.timeout

    async def open(self) -> None:
        """Connect. Raises SourceError."""
        await self._connection.open()

    def close(self) -> None:
        """Let go of the line; it can be opened again."""
        self._connection.close()

    async def read(
        self, span: Span, *, again: bool = False, within: int | None = None
    ) -> Answer | Refusal | Silence:
        """Read a span; `again` and `within` as `Connection.ask` has them.

        Raises SourceError when the line is lost, or what comes is no Modbus.
        """
        request = _READ[span.table](address=span.address, count=span.count, dev_id=span.unit)
        async with self._turns:
            begun = self._now()
            response = await self._connection.ask(request, again=again, within=within)
            took = self._now() - begun
            heard = self._connection.heard()
        if response is None:
            return Silence(heard, took)
        if response.isError():
            return Refusal(response.exception_code, took)
        found = response.bits if span.table in BIT_TABLES else response.registers
        whole = -(-span.count // 8) * 8 if span.table in BIT_TABLES else span.count
        if len(found) != whole:
            self._connection.unsettle(span.unit)
            return Silence(heard, took)
        return Answer(np.array(found[: span.count], np.uint16), took)

    async def write(self, write: Write) -> None:
        """Write one coil or register. Raises SourceError where it is not known to have been done."""
        request: ModbusPDU
        if write.table == "coil":
            request = WriteSingleCoilRequest(
                address=write.address, bits=[bool(write.value)], dev_id=write.unit_id
            )
        else:
            request = WriteSingleRegisterRequest(
                address=write.address, registers=[write.value], dev_id=write.unit_id
            )
        try:
            async with self._turns:
                response = await self._connection.ask(request)
        except SourceError as fault:
            raise SourceError(
                text("{what}: {why}; nobody knows if it was done", what=write.place, why=fault.text)
            ) from fault
        if response is not None and response.isError():
            raise SourceError(
                text(
                    "{what} is refused: {why}",
                    what=write.place,
                    why=name_of(response.exception_code),
                )
            )
        if response is None:
            raise SourceError(
                text("{what} is not answered: nobody knows if it was done", what=write.place)
            )
        same = (response.address, list(response.bits), list(response.registers))
        if same != (request.address, list(request.bits), list(request.registers)):
            raise SourceError(
                text(
                    "{what} is answered with something else: nobody knows if it was done",
                    what=write.place,
                )
            )

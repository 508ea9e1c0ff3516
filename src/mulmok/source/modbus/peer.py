"""The devices of a site file, simulated: a Modbus server that shows the instruments in their registers.

On the network it listens at the source's port. On a serial line it opens `device` if there is such a
port (the other end of the cable is somebody else's); if there is none, it makes a pseudo-terminal
and a link of that name to it, so that a driver on the same machine finds its line.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from pymodbus.constants import ExcCodes
from pymodbus.exceptions import NoSuchIdException
from pymodbus.framer import FramerType
from pymodbus.server import ModbusSerialServer, ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice
from pymodbus.simulator.simcore import SimCore

from mulmok.model.clock import Clock
from mulmok.model.errors import SourceError
from mulmok.model.status import Status
from mulmok.model.text import text
from mulmok.source.modbus.address import BIT_TABLES, Span, Table
from mulmok.source.modbus.plan import Plan, Point, plan, points_of
from mulmok.source.modbus.settings import BAUD, GAP, PORT, is_rtu
from mulmok.source.peer import Instruments
from mulmok.source.port import Setup
from mulmok.source.settings import Given
from mulmok.source.signal import Signal, at_current

#: Function codes of the requests it understands, and the table each is about.
_TABLE: Mapping[int, Table] = {
    1: "coil",
    2: "discrete",
    3: "holding",
    4: "input",
    5: "coil",
    6: "holding",
    15: "coil",
    16: "holding",
}
#: Current by which an instrument says that it is broken (NAMUR NE 43) [mA].
_BROKEN = np.array(3.5)


@dataclass
class ModbusPeer:
    """All units of one source."""

    setup: Setup
    instruments: Instruments
    host: str

    @classmethod
    def build(cls, setup: Setup, instruments: Instruments, host: str) -> ModbusPeer:
        """Make it from the settings with which the driver would ask."""
        return cls(setup, instruments, host)

    @property
    def place(self) -> str:
        """Where it is found."""
        given = self.setup.settings
        if "device" in given:
            return str(given["device"])
        return f"{self.host}:{given.get('port', PORT)}"

    async def serve(self) -> None:
        """Show the instruments until cancelled. Raises SourceError when it cannot begin."""
        given = self.setup.settings
        gap = int(str(given.get("gap", GAP)))
        shown = Registers(plan(points_of(self.setup), gap), self.instruments, self.setup.clock)
        # Whatever somebody asks, it is no news in the window of a desk's simulation.
        logging.getLogger("pymodbus.logging").setLevel(logging.CRITICAL)
        with _line(given) as port:
            server = _server(given, self.host, port)
            server.context = _Devices(shown)
            try:
                await server.serve_forever(background=True)
            except (RuntimeError, OSError) as fault:
                raise SourceError(
                    text("{place} cannot be served: {why}", place=self.place, why=str(fault))
                ) from fault
            try:
                await asyncio.Event().wait()
            finally:
                await server.shutdown()  # type: ignore[no-untyped-call]


@dataclass
class Registers:
    """What the registers of the simulated units hold at this moment.

    A unit has the registers of its channels, and between them what the driver may read along; all
    others it refuses. What was written stays.
    """

    plan: Plan
    instruments: Instruments
    clock: Clock
    _written: dict[Span, int] = field(default_factory=dict)

    def read(self, span: Span) -> list[int] | None:
        """Give words or bits; None: it has no such registers."""
        single = [Span(span.unit, span.table, span.address + at) for at in range(span.count)]
        there = any(
            (block.span.unit, block.span.table) == (span.unit, span.table)
            and block.span.address <= span.address
            and span.end <= block.span.end
            for block in self.plan.blocks
        )
        if not there and any(one not in self._written for one in single):
            return None
        words = dict.fromkeys(range(span.address, span.end), 0)
        for point in self.plan.points:
            if any(_overlap(need, span) for need in point.needs()):
                self._show(point, span, words)
        return [self._written.get(one, words[one.address]) for one in single]

    def write(self, span: Span, values: list[int]) -> None:
        """Keep what was written."""
        for at, value in enumerate(values):
            self._written[Span(span.unit, span.table, span.address + at)] = value

    def _show(self, point: Point, asked: Span, words: dict[int, int]) -> None:
        value, status = self.instruments.show(point.index, self.clock.now())
        if _overlap(point.span, asked):
            number = _number(point.signal, value, status)
            shown = point.layout.words_of(number)
            keep = 0 if point.layout.bit is None else 0xFFFF
            for address, word in enumerate(shown, start=point.span.address):
                if address in words:
                    words[address] = words[address] & keep | word
        if point.status is not None and _overlap(point.status.span, asked):
            words[point.status.span.address] |= point.status.word(status)


class _Devices(SimCore):
    """The registers as pymodbus's server asks for them."""

    def __init__(self, shown: Registers) -> None:
        super().__init__(SimDevice(0, [SimData(0, datatype=DataType.INVALID)]))
        self._shown = shown

    def device_ids(self) -> list[int]:
        """Give the numbers of the units."""
        return list(self._shown.plan.units)

    async def async_getValues(
        self, device_id: int, func_code: int, address: int, count: int = 1
    ) -> list[int] | list[bool] | ExcCodes:
        """Read."""
        span = self._span(device_id, func_code, address, count)
        words = self._shown.read(span)
        if words is None:
            return ExcCodes.ILLEGAL_ADDRESS
        return [bool(word) for word in words] if span.table in BIT_TABLES else words

    async def async_setValues(
        self, device_id: int, func_code: int, address: int, values: list[int] | list[bool]
    ) -> ExcCodes | None:
        """Write."""
        span = self._span(device_id, func_code, address, len(values))
        self._shown.write(span, [int(value) for value in values])
        return None

    def _span(self, unit: int, code: int, address: int, count: int) -> Span:
        if unit not in self._shown.plan.units:
            # Nobody answers for it on a serial line; a gateway says so.
            raise NoSuchIdException(f"there is no unit {unit}")
        return Span(unit, _TABLE[code], address, count)


def _server(
    given: Mapping[str, Given], host: str, port: str
) -> ModbusTcpServer | ModbusSerialServer:
    nobody = SimDevice(0, [SimData(0, datatype=DataType.INVALID)])
    if port:
        return ModbusSerialServer(
            nobody,
            port=port,
            baudrate=int(str(given.get("baud", BAUD))),
            parity=str(given.get("parity", "none"))[0].upper(),
            stopbits=int(str(given.get("stop_bits", 1))),
            reconnect_delay=0,
            ignore_missing_devices=True,
        )
    framer = FramerType.RTU if is_rtu(given) else FramerType.SOCKET
    address = (host, int(str(given.get("port", PORT))))
    return ModbusTcpServer(
        nobody, framer=framer, address=address, ignore_missing_devices=is_rtu(given)
    )


def _line(given: Mapping[str, Given]) -> AbstractContextManager[str]:
    """Give the serial port to be served; "" on the network."""
    if "device" not in given:
        return nullcontext("")
    device = Path(str(given["device"]))
    if device.exists():
        return nullcontext(str(device))
    from mulmok.source.modbus.desk_line import desk_line  # noqa: PLC0415 - no terminals on Windows

    return desk_line(device)


def _number(signal: Signal, value: float, status: Status) -> float:
    """Give the number an instrument sends: one that is broken says so by its current, if it has one."""
    if signal.current is not None and status is Status.DEVICE_FAULT:
        value = float(at_current(signal.current, _BROKEN))
    elif value != value and signal.missing:  # noqa: PLR0124 - NaN
        return signal.missing[0]
    return signal.number(value)


def _overlap(one: Span, other: Span) -> bool:
    same = (one.unit, one.table) == (other.unit, other.table)
    return same and one.address < other.end and other.address < one.end

"""A connection to devices: pymodbus's client, with what it leaves open closed.

- Frames of a serial line carry no number that says which request they answer. A unit that has not
  answered in time is left alone as long again after the last time it was asked, so that its late
  answer is not taken for that to the next request.
- pymodbus finds no frame of a serial line behind a byte of noise; that is passed over (`noise`).
- pymodbus raises on frames it cannot read from within the event loop, which costs the connection and
  a traceback; here they are what they are, no answer.
- It waits for the answer of a connection that is lost.
- A cancellation may be lost in its wait: it is looked for after each request.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from pymodbus.client import AsyncModbusSerialClient, AsyncModbusTcpClient
from pymodbus.exceptions import ConnectionException, ModbusException
from pymodbus.framer import FramerType
from pymodbus.pdu import ModbusPDU

from mulmok.model.errors import SourceError
from mulmok.model.text import Text, text
from mulmok.model.time import SECOND, format_duration
from mulmok.source.modbus.noise import noise
from mulmok.source.modbus.settings import BAUD, PORT, is_rtu
from mulmok.source.settings import Given

#: Silence before a frame of a serial line: 3.5 characters of 11 bits, and beyond 19200 Bd 1.75 ms
#: (MODBUS over Serial Line V1.02, section 2.5.1.1).
_PAUSE_BITS, _LEAST_PAUSE_S = 38.5, 0.00175
_TCP_TIMEOUT, _SERIAL_TIMEOUT = 3 * SECOND, SECOND
#: Bytes of what came that are shown.
_SHOWN = 16
_NEVER = 2**62


class Connection:
    """A connection by the settings of a source; closed until `open`. One request at a time."""

    def __init__(self, given: Mapping[str, Given]) -> None:
        self._given = given
        self.rtu, self.serial = is_rtu(given), "device" in given
        usual = _SERIAL_TIMEOUT if self.serial else _TCP_TIMEOUT
        self.timeout = int(str(given.get("timeout", usual)))
        self.place = (
            str(given["device"])
            if self.serial
            else f"{given.get('host')}:{given.get('port', PORT)}"
        )
        self._pause_s = max(_PAUSE_BITS / int(str(given.get("baud", BAUD))), _LEAST_PAUSE_S)
        self._client: AsyncModbusTcpClient | AsyncModbusSerialClient | None = None
        #: Until when a unit's answer to an earlier request may come [s of the loop's clock].
        self._settled_at: dict[int, float] = {}
        #: When the last request was sent, for the last time.
        self._last = 0.0
        #: How what came since the last request begins, and whether it was no frame at all.
        self._heard, self._garbled = b"", False
        self._asking = False
        #: Unit and function code of the last request.
        self._asked = 0, 0
        self._why: Text | str = ""

    async def open(self) -> None:
        """Connect. Raises SourceError."""
        # Each frame that is odd would be a line in the log: a flood of them fills a disk.
        logging.getLogger("pymodbus.logging").setLevel(logging.CRITICAL)
        self._why, self._settled_at = "", {}
        client = self._client = self._make()
        client.ctx.call_create = self._telling(client.ctx.call_create)
        receive = client.ctx.datagram_received
        client.ctx.datagram_received = self._listening(receive)  # type: ignore[method-assign]
        # How long to be patient with a device that does not answer is not pymodbus's to say.
        client.set_max_no_responses(_NEVER)
        if not await client.connect():
            waited = text("no answer within {span}", span=format_duration(self.timeout))
            raise SourceError(
                text("{place} cannot be reached: {why}", place=self.place, why=self._why or waited)
            )

    def close(self) -> None:
        """Let go of the line; it can be opened again."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    async def ask(
        self, request: ModbusPDU, *, again: bool = False, within: int | None = None
    ) -> ModbusPDU | None:
        """Give the answer to a request, refusals among them; None: none came in time.

        `again`: on a serial line it is sent once more where nothing right came. `within`: how long
        to wait [ns], if not `timeout`. Raises SourceError when the connection is lost, or what comes
        is no Modbus.
        """
        client = self._client
        if client is None or not client.connected:
            raise self._lost()
        await self._wait_until_settled(request.dev_id)
        client.ctx.comm_params.timeout_connect = (within or self.timeout) / SECOND
        self._heard, self._garbled, client.ctx.retries = b"", False, int(again and self.serial)
        self._asked = request.dev_id, request.function_code
        self._asking, response, loop = True, None, asyncio.get_running_loop()
        begun, tries = loop.time(), client.ctx.retries
        try:
            response = await client.execute(False, request)
        except ConnectionException:
            raise self._lost() from None
        except ModbusException:
            pass  # nothing that answers this request has come in time
        finally:
            self._asking = False
            tries = tries if response is None else response.retries
            self._last = begun + tries * client.ctx.comm_params.timeout_connect
            if response is None or tries:
                self.unsettle(request.dev_id)
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise asyncio.CancelledError
        if not client.connected:
            raise self._lost()
        if response is None and not self.rtu and (self._garbled or client.ctx.recv_buffer):
            # Where the next frame begins is not known any more: only a new connection tells.
            raise SourceError(
                text(
                    "{place} sends what is no answer in Modbus TCP: {heard}",
                    place=self.place,
                    heard=self.heard(),
                )
            )
        if response is not None and response.function_code & 0x7F != request.function_code:
            self.unsettle(request.dev_id)
            return None  # the answer to another question
        return response

    def unsettle(self, unit: int) -> None:
        """Know that a unit may still answer earlier requests: before the next that is waited for."""
        if self.rtu:
            self._settled_at[unit] = self._last + 2 * self.timeout / SECOND

    def heard(self) -> str:
        """Give how what came after the last request begins, in hexadecimal."""
        return self._heard[:_SHOWN].hex(" ").upper()

    async def _wait_until_settled(self, unit: int) -> None:
        left = self._settled_at.pop(unit, 0.0) - asyncio.get_running_loop().time()
        if self.serial:
            left = max(left, self._pause_s)
        if left > 0:
            await asyncio.sleep(left)

    def _make(self) -> AsyncModbusTcpClient | AsyncModbusSerialClient:
        given, timeout = self._given, self.timeout / SECOND
        if self.serial:
            return AsyncModbusSerialClient(
                str(given["device"]),
                baudrate=int(str(given.get("baud", BAUD))),
                parity=str(given.get("parity", "none"))[0].upper(),
                stopbits=int(str(given.get("stop_bits", 1))),
                timeout=timeout,
                retries=0,
                reconnect_delay=0,
                trace_connect=self._connection,
            )
        return AsyncModbusTcpClient(
            str(given["host"]),
            port=int(str(given.get("port", PORT))),
            framer=FramerType.RTU if self.rtu else FramerType.SOCKET,
            timeout=timeout,
            retries=0,
            reconnect_delay=0,
            trace_connect=self._connection,
        )

    def _telling(
        self, create: Callable[[], Coroutine[Any, Any, Any]]
    ) -> Callable[[], Coroutine[Any, Any, Any]]:
        """Remember why no connection could be made."""

        async def told() -> Any:
            try:
                return await create()
            except Exception as fault:
                self._why = _reason(fault)
                # A serial port also fails of what is no OSError, which nobody would catch.
                raise OSError(str(self._why)) from fault

        return told

    def _listening(self, receive: Callable[..., None]) -> Callable[..., None]:
        """Remember what came, and let nothing that came raise."""

        def heard(data: bytes, addr: tuple[Any, ...] | None) -> None:
            client = self._client
            if client is None:
                return
            if len(self._heard) < _SHOWN:
                self._heard += data[:_SHOWN]
            self._garbled |= len(client.ctx.recv_buffer) + len(data) > client.ctx.max_buffer_size
            if self.rtu:
                held = (client.ctx.recv_buffer + data)[-client.ctx.max_buffer_size :]
                data, client.ctx.recv_buffer = held[noise(held, *self._asked) :], b""
            try:
                receive(data, addr)
            except Exception:  # noqa: BLE001 - whatever a frame does to its reader
                client.ctx.recv_buffer, self._garbled = b"", True

        return heard

    def _connection(self, made: bool) -> None:  # noqa: FBT001 - pymodbus calls it so
        client = self._client
        if not made and self._asking and client is not None:
            waiting = client.ctx.response_future
            if not waiting.done():
                waiting.set_exception(ConnectionException("lost"))

    def _lost(self) -> SourceError:
        return SourceError(text("{place} has closed the connection", place=self.place))


def _reason(fault: Exception) -> Text | str:
    """Say why there is no connection, in the words of the system and not of its libraries."""
    code = getattr(fault, "errno", None) or 0
    if code in (errno.EAGAIN, errno.EBUSY):
        return text("another program has it open")
    # Names that are not found have numbers below 0, which are no system's.
    said = os.strerror(code) if code > 0 else getattr(fault, "strerror", None)
    return said or str(fault.args[-1] if fault.args else type(fault).__name__)

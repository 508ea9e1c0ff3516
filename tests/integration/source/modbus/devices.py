"""Modbus devices that do what a test wants: right ones, and all the wrong ways of answering."""

from __future__ import annotations

import asyncio
import os
import pty
import struct
import tty
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

TABLE = {1: "coil", 2: "discrete", 3: "holding", 4: "input", 5: "coil", 6: "holding"}
#: What to do instead of sending.
CLOSE = "close"
HANG = "hang"


@dataclass(frozen=True)
class Request:
    tid: int
    unit: int
    code: int
    address: int
    count: int


@dataclass
class Memory:
    """Registers by (unit, table, address); what is not there is refused as an illegal address.

    mood      gives the bytes to send for a request, from it and the right PDU; or pieces of them
    requests  what was asked for
    written   (unit, table, address, value) of what was written
    """

    words: dict[tuple[int, str, int], int] = field(default_factory=dict)
    mood: Callable[[Request, bytes], bytes] = lambda _, pdu: pdu
    requests: list[Request] = field(default_factory=list)
    written: list[tuple[int, str, int, int]] = field(default_factory=list)

    def put(self, unit: int, table: str, address: int, words: Iterable[int]) -> None:
        for at, word in enumerate(words, start=address):
            self.words[unit, table, at] = word

    def put_float(self, unit: int, address: int, number: float, order: str = "ABCD") -> None:
        raw = struct.pack(">f", number)
        a, b, c, d = raw
        turned = {"ABCD": raw, "CDAB": bytes([c, d, a, b]), "BADC": bytes([b, a, d, c])}
        self.put(unit, "holding", address, struct.unpack(">HH", turned[order]))

    def answer(self, request: Request) -> bytes:
        """The right PDU."""
        unit, code, begin, count = request.unit, request.code, request.address, request.count
        table = TABLE[code]
        if code in (5, 6):
            self.written.append((unit, table, begin, count))
            return struct.pack(">BHH", code, begin, count)
        places = [(unit, table, begin + at) for at in range(count)]
        if not all(place in self.words for place in places):
            return refusal(code, 2)
        words = [self.words[place] for place in places]
        if table in ("coil", "discrete"):
            packed = sum((word & 1) << at for at, word in enumerate(words))
            body = packed.to_bytes(-(-count // 8), "little")
        else:
            body = struct.pack(f">{count}H", *words)
        return bytes([code, len(body)]) + body

    def asked(self) -> list[tuple[int, str, int, int]]:
        return [(one.unit, TABLE[one.code], one.address, one.count) for one in self.requests]


def refusal(code: int, exception: int) -> bytes:
    return bytes([code | 0x80, exception])


class TcpDevice(Memory):
    """A Modbus TCP server; `twist` changes the frame that is sent, or does something else."""

    twist: Callable[[Request, bytes], bytes | list[bytes] | str]

    def __init__(self) -> None:
        super().__init__()
        self.twist = lambda _, frame: frame
        self.connections = 0
        self.port = 0
        self._tasks: set[asyncio.Task] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader, writer) -> None:
        self.connections += 1
        task = asyncio.current_task()
        self._tasks.add(task)
        try:
            while True:
                frame = await reader.readexactly(12)
                request = Request(*struct.unpack(">H4xBBHH", frame))
                self.requests.append(request)
                pdu = self.mood(request, self.answer(request))
                head = struct.pack(">HHHB", request.tid, 0, len(pdu) + 1, request.unit)
                sent = self.twist(request, head + pdu)
                if sent == HANG:
                    continue
                pieces = sent if isinstance(sent, list) else [sent]
                for piece in pieces:
                    if piece == CLOSE:
                        return
                    writer.write(piece)
                    await writer.drain()
                    if len(pieces) > 1:
                        await asyncio.sleep(0.001)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()


class RtuDevice(Memory):
    """Units on a serial line; `twist` changes the frame that is sent, b"" is silence."""

    def __init__(self) -> None:
        super().__init__()
        self.twist = lambda _, frame: frame

    def __enter__(self) -> Self:
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)
        os.set_blocking(self._master, False)
        self._buffer = b""
        asyncio.get_running_loop().add_reader(self._master, self._take)
        return self

    def __exit__(self, *_) -> None:
        self.unplug()

    def unplug(self) -> None:
        if self._master >= 0:
            asyncio.get_running_loop().remove_reader(self._master)
            os.close(self._master)
            os.close(self._slave)
            self._master = -1

    def send(self, data: bytes) -> None:
        os.write(self._master, data)

    def _take(self) -> None:
        self._buffer += os.read(self._master, 4096)
        while len(self._buffer) >= 8:
            frame, self._buffer = self._buffer[:8], self._buffer[8:]
            assert crc(frame[:6]) == frame[6:]
            request = Request(0, *struct.unpack(">BBHH", frame[:6]))
            self.requests.append(request)
            body = bytes([request.unit]) + self.mood(request, self.answer(request))
            sent = self.twist(request, body + crc(body))
            if sent:
                self.send(sent)


def crc(data: bytes) -> bytes:
    """CRC-16 of the serial line, low byte first (MODBUS over Serial Line V1.02, 6.2.2)."""
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
    return value.to_bytes(2, "little")


def no_such_path(folder: Path) -> str:
    return str(folder / "ttyNOWHERE")

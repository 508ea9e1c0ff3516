"""Sewer RTUs that do what a test wants: right ones, and all the wrong ways of answering."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Self

from integration.run.running import free_port
from integration.source.telemetry.desk import EACH, Shown, hurried
from unit.source.telemetry.making import make_setup

from mulmok.source.control_bytes import Mark
from mulmok.source.listening import listening
from mulmok.source.rtu.commands import Order
from mulmok.source.rtu.decode import MOST_RECORDS
from mulmok.source.rtu.peer import RtuPeer

ACK, NAK, EOT = (bytes([mark]) for mark in (Mark.ACK, Mark.NAK, Mark.EOT))


class Station:
    """A sewer RTU on a port of its own; `mood` is what is wrong with it."""

    def __init__(
        self, settings=None, each=None, *, clock=None, every=60_000_000_000, **more
    ) -> None:
        self.clock, self.shown, self.port = clock or hurried(), Shown(), free_port()
        self.settings = {"host": "127.0.0.1", "port": self.port, "site": "SW0001"} | (
            settings or {}
        )
        setup = make_setup(
            EACH if each is None else each, self.settings, clock=self.clock, every=every, **more
        )
        self.peer = _Peer.build(setup, self.shown, "127.0.0.1")
        self.peer.station = self
        self.mood = "well"
        #: Orders that came, and connections.
        self.asked: list[Order] = []
        self.calls = 0
        #: What is done to the frames that are sent.
        self.twist: Callable[[Order, bytes], bytes] = lambda _, frame: frame
        self._stack = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_) -> None:
        await self.close()

    async def open(self) -> None:
        await self._stack.enter_async_context(listening("127.0.0.1", self.port, self.peer.talk))

    async def close(self) -> None:
        """Nobody listens any more, and whoever talked is cut off."""
        await self._stack.aclose()

    async def feel(self, mood: str) -> None:
        """Be of another mood, for those as well who have called already."""
        self.mood = mood
        await self.close()
        await self.open()

    def words(self) -> list[str]:
        return [order.word for order in self.asked]


class _Peer(RtuPeer):
    station: Station

    async def talk(self, reader, writer) -> None:
        one = self.station
        one.calls += 1
        match one.mood:
            case "deaf":
                await asyncio.Event().wait()
            case "closes":
                return
            case "no to everything":
                while await reader.read(100):
                    writer.write(NAK)
            case "floods":
                while True:
                    writer.write(b"\x00" * 4096)
                    await writer.drain()
            case "marks":
                while True:
                    writer.write(EOT * 512)
                    await writer.drain()
            case _:
                await super().talk(reader, writer)

    async def answer(self, order, reader, writer) -> None:
        one = self.station
        one.asked.append(order)
        frame = one.twist(order, self.frame(self.records(order)))
        mood = one.mood
        if mood.startswith("DUMP:"):
            mood = mood.removeprefix("DUMP:") if order.word == "DUMP" else "well"
        match mood:
            case "hangs":
                await asyncio.Event().wait()
            case "half":
                writer.write(frame[: len(frame) // 2])
                await asyncio.Event().wait()
            case "half and closes":
                writer.write(frame[: len(frame) // 2])
                await writer.drain()
                writer.transport.abort()
            case "no":
                writer.write(NAK)
            case "no end":
                writer.write(frame)
                await reader.read(1)
                await asyncio.Event().wait()
            case "garbled once":
                writer.write(frame[:-2] + b"?\r")
                if await reader.read(1) == NAK:
                    await super().answer(order, reader, writer)
            case "garbled, then the end":
                one.mood = "well"
                writer.write(frame[:-2] + b"?\r")
                await reader.read(1)
                writer.write(EOT)
            case "garbled":
                writer.write(frame[:-2] + b"?\r")
                await reader.read(1)
                writer.write(frame[:-2] + b"?\r")
            case "says yes":
                writer.write(ACK)
            case "pages":
                records = self.records(order)
                for begin in range(0, max(len(records), 1), 50):
                    writer.write(self.frame(records[begin : begin + 50]))
                    await reader.read(1)
                writer.write(EOT)
            case "pages without end":
                heard = ACK
                while heard:
                    writer.write(self.frame(self.records(order) * MOST_RECORDS))
                    heard = await reader.read(1)
            case _:
                if frame == self.frame(self.records(order)):
                    await super().answer(order, reader, writer)
                else:
                    writer.write(frame)
                    await reader.read(1)
                    writer.write(EOT)

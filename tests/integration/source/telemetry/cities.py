"""U-City data servers that do what a test wants: right ones, and all the wrong ways of answering."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Self

from integration.run.running import free_port
from integration.source.telemetry.desk import Shown, hurried
from unit.source.telemetry.making import make_setup

from mulmok.model.time import MINUTE
from mulmok.source.control_bytes import Mark
from mulmok.source.listening import listening
from mulmok.source.ucity.peer import UcityPeer

CITY_EACH = {"pump3.toc": {}, "pump3.ph": {}}
ACK, NAK, EOT = (bytes([mark]) for mark in (Mark.ACK, Mark.NAK, Mark.EOT))


class City:
    """A U-City data server on a port of its own; `mood` is what is wrong with it."""

    def __init__(self, settings=None, each=None, *, clock=None, every=MINUTE) -> None:
        self.clock, self.shown, self.port = clock or hurried(), Shown(), free_port()
        given = {"host": "127.0.0.1", "port": self.port} | (settings or {})
        each = CITY_EACH if each is None else each
        self.peer = _Peer.build(
            make_setup(each, given, clock=self.clock, every=every), self.shown, "127.0.0.1"
        )
        self.peer.city = self
        self.mood = "well"
        self.answers = 0
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


class _Peer(UcityPeer):
    city: City

    async def talk(self, reader, writer) -> None:
        match self.city.mood:
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
                    writer.write(ACK * 512)
                    await writer.drain()
            case _:
                await super().talk(reader, writer)

    async def answer(self, frames, reader, writer) -> None:
        one = self.city
        one.answers += 1
        last = frames[-1] if frames else b""
        wrong = last[:-3] + b"??\r"
        match one.mood:
            case "half" if last:
                writer.write(last[: len(last) // 2])
                await asyncio.Event().wait()
            case "half and closes" if last:
                for frame in frames[: len(frames) // 2]:
                    writer.write(frame)
                    await reader.read(1)
                writer.write(last[: len(last) // 2])
                await writer.drain()
                writer.transport.abort()
            case "no end" if last:
                for frame in frames:
                    writer.write(frame)
                    await reader.read(1)
                await asyncio.Event().wait()
            case "garbled" if last:
                writer.write(wrong)
                await reader.read(1)
                writer.write(wrong)
            case "garbled once" if last:
                writer.write(wrong)
                if await reader.read(1) == NAK:
                    await super().answer(frames, reader, writer)
            case "garbled, then the end" if last:
                one.mood = "well"
                writer.write(wrong)
                await reader.read(1)
                writer.write(EOT)
            case "without end" if last:
                heard = ACK
                while heard:
                    writer.write(last * 50)
                    heard = await reader.read(50)
            case "hangs up after each answer":
                await super().answer(frames, reader, writer)
                await writer.drain()
                writer.transport.close()
            case _:
                await super().answer(frames, reader, writer)

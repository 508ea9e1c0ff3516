"""A U-City data server, simulated: it sends again what the instruments of a source showed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from mulmok.model.time import DAY, MINUTE
from mulmok.source.control_bytes import CR, ETX, STX, FieldError, Mark, time_of
from mulmok.source.fixed_width import codes_of, number_field
from mulmok.source.listening import listening
from mulmok.source.peer import Instruments
from mulmok.source.port import Setup
from mulmok.source.records import Reader
from mulmok.source.ring import Held, Ring
from mulmok.source.ucity.decode import MOST_ITEMS
from mulmok.source.ucity.plan import FORM, PORT, check_of, civil_of, usual_item

#: Of a request: all between STX and the CRC, and where its times stand there.
_REQUEST = 51
_COMMAND, _BEGIN, _END = slice(21, 25), slice(25, 37), slice(37, 49)


@dataclass
class UcityPeer:
    """One server; its records are by the minute."""

    keep: ClassVar[int] = DAY

    setup: Setup
    host: str
    ring: Ring

    def __post_init__(self) -> None:
        """Know how its records are written."""
        usual = {index: usual_item(channel) for index, channel in self.setup.feeding()}
        self._reader = Reader.of(self.setup, usual, {})
        self._item = {index: item for item, own in self._reader.items.items() for index in own}
        self._codes, self._civil = codes_of(self.setup.settings), civil_of(self.setup)

    @classmethod
    def build(cls, setup: Setup, instruments: Instruments, host: str) -> UcityPeer:
        """Make it from the settings with which the driver would ask."""
        return cls(setup, host, Ring(setup, instruments, cls.keep))

    @property
    def _port(self) -> int:
        return int(str(self.setup.settings.get("port", PORT)))

    @property
    def place(self) -> str:
        """Where it is found."""
        return f"{self.host}:{self._port}"

    async def serve(self) -> None:
        """Answer until cancelled. Raises SourceError when it cannot begin."""
        async with listening(self.host, self._port, self.talk):
            await asyncio.Event().wait()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk to one who has called."""
        while heard := await reader.read(1):
            if heard[0] != STX:
                continue
            framed = heard + await reader.readexactly(_REQUEST - 1)
            tail = await reader.readexactly(3)
            frames = self.frames(framed[1:-1]) if tail[:2] == check_of(framed) else None
            if frames is None:
                writer.write(bytes([Mark.NAK]))
            else:
                await self.answer(frames, reader, writer)
            await writer.drain()

    async def answer(
        self, frames: list[bytes], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Send frame after frame, each once more if it is wanted so, and the end."""
        for frame in frames:
            writer.write(frame)
            await writer.drain()
            if await reader.read(1) == bytes([Mark.NAK]):
                writer.write(frame)
                await reader.read(1)
        writer.write(bytes([Mark.EOT]))

    def frames(self, asked: bytes) -> list[bytes] | None:
        """Give the frames of what is asked for; None: that is not understood."""
        try:
            begin, end = time_of(asked[_BEGIN]), time_of(asked[_END])
        except FieldError:
            return None
        if asked[_COMMAND] != b"DUMP":
            return None
        now, low, high = self.setup.clock.now(), begin.strftime(FORM), end.strftime(FORM)
        first, last = self._civil.instants(begin)[0], self._civil.instants(end)[-1] + MINUTE
        times = groupby(
            self.ring.between(first, last, now), lambda held: held.at // MINUTE * MINUTE
        )
        return [
            frame
            for at, held in times
            if low <= self._civil.write(at, FORM) <= high
            for frame in self._of_time(at, list(held))
        ]

    def _of_time(self, at: int, held: list[Held]) -> Iterator[bytes]:
        """Give the frames of one minute: its latest readings, as many to a frame as have room."""
        latest = list({one.index: one for one in held}.values())
        head = f"{'':21}DUMP {self._civil.write(at, FORM)}"
        for begin in range(0, len(latest), MOST_ITEMS):
            part = latest[begin : begin + MOST_ITEMS]
            words = f"{head}{len(part):02d}" + "".join(map(self._record, part))
            framed = bytes([STX]) + words.encode("ascii") + bytes([ETX])
            yield framed + check_of(framed) + bytes([CR])

    def _record(self, held: Held) -> str:
        number = number_field(self._reader.signals[held.index], held.value, held.status)
        return f"{self._item[held.index]:<3.3}{number}{self._codes[held.status]}"

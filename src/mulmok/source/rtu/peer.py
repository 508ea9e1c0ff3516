"""A sewer RTU, simulated: it shows the instruments of a source, and sends again what they showed.

An answer is one frame. What has no room in it is left out, the newest first; so DUMP of a day is
asked for in pieces.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from mulmok.model.time import DAY
from mulmok.source.control_bytes import CR, ETX, STX, FieldError, Mark, time_of
from mulmok.source.fixed_width import codes_of, number_field, unit_field
from mulmok.source.listening import listening
from mulmok.source.peer import Instruments
from mulmok.source.port import Setup
from mulmok.source.records import Reader
from mulmok.source.ring import Held, Ring
from mulmok.source.rtu.commands import SITE, Checksum, Order, sum_of
from mulmok.source.rtu.decode import HEAD, MOST_RECORDS, RECORD, TAIL
from mulmok.source.rtu.items import SCALES
from mulmok.source.rtu.plan import civil_of

#: Longest request: the times of a DUMP, with room to spare.
_LONGEST = 128
_FORM = "%Y%m%d%H%M%S"
_TIME = 14
_QUESTIONS = ("RDAT", "DUMP")


@dataclass
class RtuPeer:
    """One RTU.

    told  what it was told besides being asked, in order
    """

    keep: ClassVar[int] = DAY

    setup: Setup
    host: str
    ring: Ring
    told: list[Order]

    def __post_init__(self) -> None:
        """Know how its records are written."""
        given = self.setup.settings
        usual = {index: channel.quantity.code for index, channel in self.setup.feeding()}
        self._reader = Reader.of(self.setup, usual, SCALES)
        self._item = {index: item for item, own in self._reader.items.items() for index in own}
        self._codes, self._civil = codes_of(given), civil_of(self.setup)
        self._checksum = str(given.get("checksum", Checksum.WHOLE))

    @classmethod
    def build(cls, setup: Setup, instruments: Instruments, host: str) -> RtuPeer:
        """Make it from the settings with which the driver would ask."""
        return cls(setup, host, Ring(setup, instruments, cls.keep), [])

    @property
    def place(self) -> str:
        """Where it is found."""
        return f"{self.host}:{self.setup.settings['port']}"

    async def serve(self) -> None:
        """Answer until cancelled. Raises SourceError when it cannot begin."""
        async with listening(self.host, int(str(self.setup.settings["port"])), self.talk):
            await asyncio.Event().wait()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk to one who has called."""
        while heard := await reader.read(1):
            if heard[0] == Mark.ENQ:
                writer.write(bytes([Mark.ACK]))
            elif heard[0] == STX:
                order = await self._order(reader)
                if order is None:
                    writer.write(bytes([Mark.NAK]))
                else:
                    if order.word not in _QUESTIONS:
                        self.told.append(order)
                    await self.answer(order, reader, writer)
            await writer.drain()

    async def answer(
        self, order: Order, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer one request: the frame, once more if it is wanted so, and the end."""
        try:
            frame = self.frame(self.records(order))
        except FieldError:
            writer.write(bytes([Mark.NAK]))
            return
        writer.write(frame)
        if await reader.read(1) == bytes([Mark.NAK]):
            writer.write(frame)
            await reader.read(1)
        writer.write(bytes([Mark.EOT]))

    def records(self, order: Order) -> list[bytes]:
        """Give the records an order asks for; those of any other order are none. Raises FieldError."""
        now = self.setup.clock.now()
        match order.word:
            case "RDAT":
                held = self.ring.present(now)
            case "DUMP":
                begin, end = (
                    time_of(part.encode("ascii"))
                    for part in (order.argument[:_TIME], order.argument[_TIME:])
                )
                held = self._between(begin, end, now)
            case _:
                held = []
        return [self.record(one) for one in held]

    def record(self, held: Held) -> bytes:
        """Give the record of a reading."""
        channel = self.setup.channels[held.index]
        own = self.setup.each.get(channel.id, {})
        words = (
            f"{self._civil.write(held.at, _FORM)}{self._item[held.index]:<6.6}"
            f"{number_field(self._reader.signals[held.index], held.value, held.status)}"
            f"{unit_field(channel, own)}{self._codes[held.status]}"
        )
        return words.encode("cp949", "replace")[:RECORD].ljust(RECORD)

    def frame(self, records: Iterable[bytes]) -> bytes:
        """Give the frame of as many records as have room."""
        body = b"".join(list(records)[:MOST_RECORDS])
        site = str(self.setup.settings["site"])
        head = f"{site:<{SITE}}{HEAD + len(body) + TAIL:04d}".encode("ascii")
        framed = bytes([STX]) + head + body + bytes([ETX])
        return framed + sum_of(framed, self._checksum) + bytes([CR])

    def _between(self, begin: datetime, end: datetime, now: int) -> list[Held]:
        """Readings whose civil time lies in a span: an hour that comes twice is sent twice."""
        first, last = self._civil.instants(begin)[0], self._civil.instants(end)[-1]
        shown = [
            (held, self._civil.write(held.at, _FORM))
            for held in self.ring.between(first, last, now)
        ]
        low, high = begin.strftime(_FORM), end.strftime(_FORM)
        return [held for held, local in shown if low <= local <= high]

    async def _order(self, reader: asyncio.StreamReader) -> Order | None:
        """Read the rest of a request; None: it is garbled, or another site's."""
        framed = bytearray([STX])
        while framed[-1] != ETX:
            framed += await reader.readexactly(1)
            if len(framed) > _LONGEST:
                return None
        tail = await reader.readexactly(3)
        right = self._checksum == Checksum.NONE or tail[:2] == sum_of(bytes(framed), self._checksum)
        words = framed[1:-1].decode("ascii", "replace")
        if not right or words[:SITE].rstrip() != str(self.setup.settings["site"]):
            return None
        return Order(words[SITE : SITE + 4], words[SITE + 4 :])

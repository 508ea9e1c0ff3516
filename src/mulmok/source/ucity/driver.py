"""A U-City data server, asked at the channels' intervals for all that is newer than what was taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from mulmok.model.errors import SourceError
from mulmok.model.text import Text, text
from mulmok.model.time import HOUR
from mulmok.source.civil_time import Within
from mulmok.source.conversation import Conversation
from mulmok.source.newest import Newest
from mulmok.source.polling import Polling
from mulmok.source.port import Deliver, Seen, Setup
from mulmok.source.records import Reader, written
from mulmok.source.settings import Given, SettingKey
from mulmok.source.takings import Takings, in_pieces
from mulmok.source.ucity.exchange import Exchange
from mulmok.source.ucity.plan import (
    PIECE,
    PORT,
    SETTINGS,
    Plan,
    timeout_of,
    usual_item,
    wrong_settings,
)


@dataclass
class UcityDriver:
    """Asks for records by time (DUMP); there is no other question."""

    settings: ClassVar[tuple[SettingKey, ...]] = SETTINGS
    momentary: ClassVar[bool] = False

    setup: Setup
    plan: Plan
    takings: Takings

    @classmethod
    def build(cls, setup: Setup) -> UcityDriver:
        """Make it; nothing is asked yet. Raises InputError."""
        usual = {index: usual_item(channel) for index, channel in setup.feeding()}
        place = f"{setup.settings['host']}:{setup.settings.get('port', PORT)}"
        reader = Reader.of(setup, usual, {})
        return cls(setup, Plan.of(setup), Takings(setup, reader, place, Newest.of(setup)))

    @staticmethod
    def wrong(given: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
        """Say what of the settings does not go together."""
        return wrong_settings(given)

    @property
    def trouble(self) -> Text | None:
        """What is wrong with single channels while the rest goes on."""
        return self.takings.trouble

    def seen(self) -> Mapping[int, Seen]:
        """Give what was last seen of each channel."""
        return self.takings.seen()

    async def run(self, deliver: Deliver) -> None:
        """Ask until cancelled. Raises SourceError when the server does not answer as it should."""
        setup, given = self.setup, self.setup.settings
        port = int(str(given.get("port", PORT)))
        line = Conversation(str(given["host"]), port, timeout_of(given))
        exchange = Exchange(line, checked=given.get("checksum") != "none")
        polling = Polling(setup.clock, setup.feeding(), at_once=True)
        try:
            while True:
                await polling.turn()
                await self._look(exchange, deliver)
        finally:
            await line.close()

    async def _look(self, exchange: Exchange, deliver: Deliver) -> None:
        """Take all that is new, in order of time."""
        setup, now = self.setup, self.setup.clock.now()
        begin = self.plan.begin(self.takings.newest.level, now)
        if setup.trial:
            begin = now - max(HOUR, self.plan.overlap)

        async def piece(first: int, last: int) -> bool:
            begun = setup.clock.now()
            answer = await exchange.ask(self.plan.past(first, last))
            place = Within(self.plan.civil, first, last, written(answer.records))
            read = self.takings.reader.read(answer.records, place)
            if read.items:
                self.takings.begin_past(self.takings.reader.absent(read))
            await self.takings.take_past(read, deliver, setup.clock.now() - begun)
            if not answer.ended:
                raise SourceError(
                    text("{place} does not end its answer (EOT)", place=self.takings.place)
                )
            return True

        await in_pieces(begin, now, PIECE, piece)

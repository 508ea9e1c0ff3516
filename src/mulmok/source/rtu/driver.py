"""A sewer RTU, asked at the channels' intervals, and for what was missed while it was not to be had."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from mulmok.model.errors import SourceError
from mulmok.model.text import Text, text
from mulmok.model.time import DAY, NEVER
from mulmok.source.civil_time import Within
from mulmok.source.conversation import Conversation
from mulmok.source.newest import Newest
from mulmok.source.polling import Polling
from mulmok.source.port import Deliver, Sampled, Seen, Setup
from mulmok.source.records import Reader, written
from mulmok.source.rtu.commands import Order
from mulmok.source.rtu.exchange import Answer, Exchange, RefusedError
from mulmok.source.rtu.items import SCALES
from mulmok.source.rtu.plan import SETTINGS, Plan, timeout_of, wrong_settings
from mulmok.source.rtu.sampler import SAMPLER, sample_order, sampled_of, sampler_faults
from mulmok.source.settings import Given, SettingKey
from mulmok.source.takings import Takings, in_pieces

#: Refused so often in a row, the past is done without. Site choice.
_REFUSALS = 3


@dataclass
class RtuDriver:
    """Asks what is shown now (RDAT), and what was measured meanwhile (DUMP)."""

    settings: ClassVar[tuple[SettingKey, ...]] = SETTINGS
    sampler_settings: ClassVar[tuple[SettingKey, ...]] = SAMPLER
    momentary: ClassVar[bool] = False

    setup: Setup
    plan: Plan
    takings: Takings
    #: Whoever asks has the connection for himself until he is answered.
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _exchange: Exchange | None = None
    #: What it refuses to do, though it goes on measuring.
    _refused: dict[str, Text] = field(default_factory=dict)
    _refusals: int = 0
    _told_at: int = NEVER

    @classmethod
    def build(cls, setup: Setup) -> RtuDriver:
        """Make it; nothing is asked yet. Raises InputError."""
        usual = {index: channel.quantity.code for index, channel in setup.feeding()}
        place = f"{setup.settings['site']} {setup.settings['host']}:{setup.settings['port']}"
        reader = Reader.of(setup, usual, SCALES)
        return cls(setup, Plan.of(setup), Takings(setup, reader, place, Newest.of(setup)))

    @staticmethod
    def wrong(given: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
        """Say what of the settings does not go together."""
        return wrong_settings(given)

    @staticmethod
    def sampler_wrong(given: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
        """Say what of a sampler's settings does not go together."""
        return sampler_faults(given)

    @property
    def trouble(self) -> Text | None:
        """What is wrong while the rest goes on."""
        return next(iter(self._refused.values()), None) or self.takings.trouble

    def seen(self) -> Mapping[int, Seen]:
        """Give what was last seen of each channel."""
        return self.takings.seen()

    async def run(self, deliver: Deliver) -> None:
        """Ask until cancelled. Raises SourceError when the RTU does not answer as it should."""
        setup, clock, given = self.setup, self.setup.clock, self.setup.settings
        line = Conversation(str(given["host"]), int(str(given["port"])), timeout_of(given))
        site = self.plan.site if given.get("check_site") is True else ""
        self._refused.clear()
        self._told_at = NEVER
        try:
            self._exchange = Exchange(line, self.plan.checksum, site)
            await line.ready()
            # All there was up to here was asked for; the newest reading is all that is known of before.
            asked = self.takings.newest.level
            polling = Polling(clock, setup.feeding(), at_once=True)
            while True:
                await polling.turn()
                if not setup.trial:
                    await self._tell_time()
                    if clock.now() - asked > 2 * self.plan.every:
                        await self._catch_up(asked, clock.now(), deliver)
                await self._poll(deliver)
                asked = clock.now()
        finally:
            self._exchange = None
            await line.close()

    async def order(self, command: Order) -> None:
        """Tell the RTU something, between two requests; back when it has taken it.

        Raises SourceError when it refuses, does not answer, or is not connected: an order is never
        kept for later.
        """
        await self._ask(self.plan.frame(command))

    async def sample(self, given: Mapping[str, Given]) -> Sampled:
        """Have the auto-sampler take a sample, and ask which bottle it was. Raises SourceError."""
        await self.order(sample_order(given))
        try:
            shown = await self._ask(self.plan.present())
        except SourceError:
            return Sampled()  # it was taken, though nothing is known of the bottle
        return sampled_of(given, shown.records)

    async def _poll(self, deliver: Deliver) -> None:
        begun = self.setup.clock.now()
        answer = await self._ask(self.plan.present())
        now = self.setup.clock.now()
        read = self.takings.reader.read(answer.records, self.plan.civil.about(now))
        gap = None if self.setup.trial else self.takings.gap(read)
        if gap is not None:
            await self._dump(max(gap[0], now - self.plan.resend), gap[1], deliver)
        await self.takings.take_present(read, deliver, now - begun)
        self._see_end(answer)

    async def _catch_up(self, level: int, now: int, deliver: Deliver) -> None:
        await self._dump(self.plan.begin(level, now), now, deliver)

    async def _dump(self, begin: int, end: int, deliver: Deliver) -> None:
        """Ask for the past, in order of time; one that is refused is not asked for."""

        async def piece(first: int, last: int) -> bool:
            answer = await self._ask(self.plan.past(first, last))
            if answer.full and last > first:
                return False
            place = Within(self.plan.civil, first, last, written(answer.records))
            await self.takings.take_past(self.takings.reader.read(answer.records, place), deliver)
            self._see_end(answer)
            return True

        try:
            await in_pieces(begin, end, self.plan.piece, piece)
            self._refused.pop("DUMP", None)
            self._refusals = 0
        except RefusedError as refusal:
            # What is not asked for now is lost: it may only have been busy.
            self._refusals += 1
            if self._refusals < _REFUSALS:
                raise
            self._refused["DUMP"] = text(
                "what was missed is not sent again: {why}", why=refusal.text
            )

    def _see_end(self, answer: Answer) -> None:
        """Raise SourceError when an answer had no end; what it had is taken by now."""
        if not answer.ended:
            raise SourceError(
                text("{place} does not end its answer (EOT)", place=self.takings.place)
            )

    async def _tell_time(self) -> None:
        now = self.setup.clock.now()
        if self.setup.settings.get("set_time") is not True or now - self._told_at < DAY:
            return
        self._told_at = now
        try:
            await self._ask(self.plan.clock(now))
            self._refused.pop("TIME", None)
        except RefusedError as refusal:
            self._refused["TIME"] = text("its clock cannot be set: {why}", why=refusal.text)

    async def _ask(self, request: bytes) -> Answer:
        async with self._turn:
            if self._exchange is None:
                raise SourceError(text("{place} is not connected", place=self.takings.place))
            return await self._exchange.ask(request)

"""Asks a SensorThings service for new Observations, Datastream by Datastream."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from mulmok.model.errors import SourceError
from mulmok.model.text import Text, text
from mulmok.model.time import HOUR
from mulmok.source.address import next_url
from mulmok.source.answer import Answer
from mulmok.source.batch import Gathering
from mulmok.source.cursor import Cursor
from mulmok.source.payload import PayloadError, Read
from mulmok.source.polling import Polling
from mulmok.source.port import Deliver, Seen, Setup
from mulmok.source.sensorthings.decode import Observations, observations_of, signal_in_unit
from mulmok.source.sensorthings.plan import MOST_PAGES, Plan, slices, wrong_settings
from mulmok.source.sensorthings.settings import SETTINGS
from mulmok.source.service import AbsentError, BusyError, Service
from mulmok.source.settings import Given, SettingKey
from mulmok.source.signal import Signal
from mulmok.source.troubles import Troubles, unread

#: How long what a Datastream says of its unit is believed [ns]. Site choice.
_UNIT = HOUR


@dataclass
class SensorThingsDriver:
    """Fetches Observations; see the module."""

    settings: ClassVar[tuple[SettingKey, ...]] = SETTINGS
    momentary: ClassVar[bool] = False

    setup: Setup
    plan: Plan
    service: Service
    cursor: Cursor
    signals: Mapping[int, Signal]
    _units: dict[int, tuple[Signal | None, int]] = field(default_factory=dict)
    _seen: dict[int, Seen] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Nothing was asked yet."""
        self._troubles = Troubles({index: one.id for index, one in self.setup.feeding()})

    @classmethod
    def build(cls, setup: Setup) -> SensorThingsDriver:
        """Make it. Raises InputError."""
        plan, cursor = Plan.of(setup), Cursor.of(setup, setup.members)
        return cls(setup, plan, Service.of(setup), cursor, setup.signals())

    @staticmethod
    def wrong(settings: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
        """Say what does not go together."""
        return wrong_settings(settings)

    @property
    def trouble(self) -> Text | None:
        """Which Datastreams are not there, or say what cannot be understood."""
        return self._troubles.text

    def seen(self) -> Mapping[int, Seen]:
        """What each Datastream showed last."""
        return self._seen

    async def run(self, deliver: Deliver) -> None:
        """Ask at each turn until cancelled. Raises SourceError when nothing can be had."""
        self._troubles.clear()
        self._units.clear()
        polling = Polling(self.setup.clock, self.setup.feeding(), at_once=True)
        shortest = min(channel.every for _, channel in self.setup.feeding())
        async with self.service:
            while True:
                due = await polling.turn()
                try:
                    await self._turn(list(due), deliver)
                    self._troubles.say_of_all(None)
                except BusyError as busy:
                    # It answers and says when: this turn is missed, which is less than beginning anew.
                    self._troubles.say_of_all(busy.text)
                    now = self.setup.clock.now()
                    await self.setup.clock.sleep_until(now + min(busy.wait, shortest))

    async def _turn(self, due: list[int], deliver: Deliver) -> None:
        known = {index: signal for index in due if (signal := await self._signal(index))}
        since = {index: self.cursor.since(index) for index in known}
        if not since:
            return
        for begin, end in slices(since, self.setup.clock.now()):
            rows = Gathering()
            for index, signal in known.items():
                if end is None or since[index] < end:
                    await self._fetch(index, signal, max(begin, since[index]), end, rows)
            for arrival in self.cursor.fresh(rows.batch()).arrivals():
                await deliver(arrival)
                self.cursor.took(arrival)
            self.cursor.settle()
        self.cursor.finish(known)

    async def _fetch(
        self, index: int, signal: Signal, since: int, until: int | None, rows: Gathering
    ) -> None:
        """Fetch the Observations of one Datastream, page by page."""
        plan, trial = self.plan, self.setup.trial
        url = plan.newest(index) if trial else plan.observations(index, since, until)
        pages = set[str]()
        trouble: Text | None = None
        while url and len(pages) < MOST_PAGES:
            if url in pages:
                raise SourceError(text("the pages of {url} go in circles", url=plan.stream(index)))
            pages.add(url)
            begun = self.setup.clock.now()
            try:
                answer = await self.service.ask(url)
                page = await asyncio.to_thread(self._read, answer, index, signal, rows)
            except AbsentError as fault:
                trouble = fault.text
                break
            trouble = page.trouble or trouble
            if page.last is not None:
                self._note(index, page.last, begun)
            url = "" if trial or not page.next else next_url(answer.url, page.next)
        self._say(index, trouble)
        if len(pages) == MOST_PAGES and url:
            raise SourceError(
                text("{url} has more than {most} pages", url=plan.stream(index), most=MOST_PAGES)
            )

    async def _signal(self, index: int) -> Signal | None:
        """Give the signal in the unit of its Datastream; None where that is not known."""
        now = self.setup.clock.now()
        signal, asked = self._units.get(index, (None, -_UNIT))
        if signal is not None and now - asked < _UNIT:
            return signal
        channel = self.setup.channels[index]
        own = self.setup.each.get(channel.id, {})
        try:
            answer = await self.service.ask(self.plan.stream(index))
        except AbsentError as fault:
            self._say(index, fault.text)
            return None
        signal, trouble = signal_in_unit(channel, own, self.signals[index], answer.document())
        self._units[index] = signal, now
        if trouble is not None:
            self._say(index, trouble)
        return signal

    def _read(self, answer: Answer, index: int, signal: Signal, rows: Gathering) -> Observations:
        known = self.plan.statuses.get(index)
        try:
            return observations_of(answer.document(), index, signal, known, rows)
        except PayloadError as fault:
            raise SourceError(
                Text("{place}: {why}", {"place": answer.place, "why": fault.text})
            ) from None

    def _say(self, index: int, words: Text | None) -> None:
        self._troubles.say(index, words)
        if words is not None and index not in self._seen:
            place = f"Datastream {self.plan.streams[index]}"
            self._seen[index] = unread(place, self.setup.clock.now(), words)

    def _note(self, index: int, read: Read, begun: int) -> None:
        now = self.setup.clock.now()
        self._seen[index] = Seen(
            place=f"Datastream {self.plan.streams[index]}",
            raw=read.raw,
            number=read.number,
            value=read.value,
            status=read.status,
            at=read.at,
            received_at=now,
            took=now - begun,
            fault=read.trouble,
        )

"""Asks a service over HTTP at the channels' intervals, page by page, from where it was left."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from mulmok.model.errors import SourceError
from mulmok.model.text import Text, text
from mulmok.source.answer import Answer
from mulmok.source.cursor import Cursor
from mulmok.source.http_pull.decode import Page, page_of
from mulmok.source.http_pull.plan import Plan, headers_of, wrong_settings
from mulmok.source.http_pull.settings import SETTINGS
from mulmok.source.polling import Polling
from mulmok.source.port import Deliver, Seen, Setup
from mulmok.source.service import MOST_PAGES, BusyError, Service
from mulmok.source.settings import Given, SettingKey
from mulmok.source.troubles import Troubles, unread


@dataclass
class HttpPullDriver:
    """Fetches documents; see the module."""

    settings: ClassVar[tuple[SettingKey, ...]] = SETTINGS

    setup: Setup
    plan: Plan
    service: Service
    cursor: Cursor
    _seen: dict[int, Seen] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Nothing was asked yet."""
        self._troubles = Troubles({index: one.id for index, one in self.setup.feeding()})

    @classmethod
    def build(cls, setup: Setup) -> HttpPullDriver:
        """Make it. Raises InputError."""
        plan = Plan.of(setup)
        service = Service.of(setup, headers_of(setup.settings))
        return cls(setup, plan, service, Cursor.of(setup, plan.timed))

    @staticmethod
    def wrong(settings: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
        """Say what does not go together."""
        return wrong_settings(settings)

    @property
    def momentary(self) -> bool:
        """Whether the document shows only the present: then what is not fetched in time is lost."""
        return not self.plan.timed

    @property
    def trouble(self) -> Text | None:
        """What could not be found or understood in the latest document."""
        return self._troubles.text

    def seen(self) -> Mapping[int, Seen]:
        """What each channel showed last."""
        return self._seen

    async def run(self, deliver: Deliver) -> None:
        """Ask at each turn until cancelled. Raises SourceError when nothing can be had."""
        self._troubles.clear()
        at_once = self.setup.trial or self.plan.timed == set(self.plan.fields)
        polling = Polling(self.setup.clock, self.setup.feeding(), at_once=at_once)
        shortest = min(channel.every for _, channel in self.setup.feeding())
        async with self.service:
            while True:
                due = await polling.turn()
                try:
                    await self._fetch(due, deliver)
                    self._troubles.say_of_all(None)
                except BusyError as busy:
                    # It answers and says when: this turn is missed, which is less than beginning anew.
                    self._troubles.say_of_all(busy.text)
                    now = self.setup.clock.now()
                    await self.setup.clock.sleep_until(now + min(busy.wait, shortest))

    async def _fetch(self, due: Mapping[int, int], deliver: Deliver) -> None:
        plan, now = self.plan, self.setup.clock.now()
        timed = [index for index in due if index in plan.timed]
        url, body = plan.request(min((self.cursor.since(one) for one in timed), default=now), now)
        asked, known = dict(due), set[str]()
        for _ in range(MOST_PAGES):
            known.add(url)
            begun = self.setup.clock.now()
            answer = await self.service.ask(url, plan.method, body)
            page, following = await asyncio.to_thread(self._read, answer, asked)
            self._note(page, answer, self.setup.clock.now() - begun)
            for arrival in self.cursor.fresh(page.batch).arrivals():
                await deliver(arrival)
                self.cursor.took(arrival)
            if following is None:
                self.cursor.finish(timed)
                return
            if following in known:
                raise SourceError(text("the pages of {url} go in circles", url=answer.place))
            # What shows only the present stands on the first page.
            url, asked = following, {index: due[index] for index in timed}
        raise SourceError(
            text("{url} has more than {most} pages", url=answer.place, most=MOST_PAGES)
        )

    def _read(self, answer: Answer, due: Mapping[int, int]) -> tuple[Page, str | None]:
        document = answer.document() if self.plan.wants_json else None
        page = page_of(self.plan, document, answer.words(), due)
        return page, self.plan.following(answer.url, document)

    def _note(self, page: Page, answer: Answer, took: int) -> None:
        now = self.setup.clock.now()
        for index, words in page.troubles.items():
            self._troubles.say(index, words)
            if words is not None:
                self._seen[index] = unread(answer.place, now, words)
        for index, read in page.last.items():
            place = f"{answer.place} {self.plan.paths[index]}".strip()
            self._seen[index] = Seen(
                place,
                read.raw,
                read.number,
                read.value,
                read.status,
                read.at,
                now,
                took,
                page.troubles.get(index),
            )

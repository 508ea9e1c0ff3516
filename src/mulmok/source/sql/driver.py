"""Asks a historian's table for new rows, in order of time, page by page."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar

from mulmok.model.errors import SourceError
from mulmok.model.text import Text, text
from mulmok.model.time import format_instant
from mulmok.source.cursor import Cursor
from mulmok.source.instants import InstantError
from mulmok.source.polling import Polling
from mulmok.source.port import Deliver, Seen, Setup
from mulmok.source.settings import Given, SettingKey
from mulmok.source.sql.database import Database
from mulmok.source.sql.decode import Codes, Table, table_of
from mulmok.source.sql.plan import Plan, wrong_settings
from mulmok.source.sql.query import (
    Asking,
    Checked,
    Layout,
    check_columns,
    newest_rows,
    page_size,
    rows_since,
    sample_time,
)
from mulmok.source.sql.settings import SETTINGS
from mulmok.source.sql.times import Times, moments, times_of
from mulmok.source.troubles import Troubles, unread


@dataclass
class SqlDriver:
    """Reads a table; see the module."""

    settings: ClassVar[tuple[SettingKey, ...]] = SETTINGS
    momentary: ClassVar[bool] = False

    setup: Setup
    plan: Plan
    database: Database
    cursor: Cursor
    _times: Times | None = None
    _table: Checked = field(default_factory=lambda: Checked({}, {}))
    _codes: Codes = field(default_factory=Codes)
    _seen: dict[int, Seen] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Nothing was asked yet."""
        self._troubles = Troubles({index: one.id for index, one in self.setup.feeding()})

    @classmethod
    def build(cls, setup: Setup) -> SqlDriver:
        """Make it. Raises InputError."""
        database = Database.of(str(setup.settings["url"]), setup.beside)
        return cls(setup, Plan.of(setup), database, Cursor.of(setup, setup.members))

    @staticmethod
    def wrong(settings: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
        """Say what does not go together."""
        return wrong_settings(settings)

    @property
    def trouble(self) -> Text | None:
        """Which columns are not there, and what in them cannot be understood."""
        return self._troubles.text

    def seen(self) -> Mapping[int, Seen]:
        """What each channel showed last."""
        return self._seen

    async def run(self, deliver: Deliver) -> None:
        """Ask at each turn until cancelled. Raises SourceError when nothing can be had."""
        self._troubles.clear()
        self._times = None
        self._table = await self.database.ask(lambda line: check_columns(line, self.plan))
        for index, words in self._table.missing.items():
            self._say(index, words)
        polling = Polling(self.setup.clock, self.setup.feeding(), at_once=True)
        while True:
            due = [index for index in await polling.turn() if index not in self._table.missing]
            if due:
                await self._turn(due, deliver)

    async def _turn(self, due: list[int], deliver: Deliver) -> None:
        times = await self._known_times()
        if times is None:
            return  # there is no row yet
        layout, now = Layout.of(self.plan, due), self.setup.clock.now()
        asking = Asking(self.plan, layout, times, self._table.tags)
        begin = since = min(self.cursor.since(index) for index in due)
        while True:
            work = (
                partial(newest_rows, asking=asking, now=now)
                if self.setup.trial
                else partial(rows_since, asking=asking, since=since, now=now)
            )
            rows = await self.database.ask(work)
            took = self.setup.clock.now() - now
            table = await asyncio.to_thread(table_of, self.plan, layout, times, rows, self._codes)
            self._note(table, took)
            for arrival in self.cursor.fresh(table.batch).arrivals():
                await deliver(arrival)
                self.cursor.took(arrival)
            if self.setup.trial or len(rows) < page_size(layout):
                break
            self.cursor.settle()
            since = self._onward(times, since, table, len(rows))
        self.cursor.finish(due)
        self._miss(due, begin)

    async def _known_times(self) -> Times | None:
        """Tell how times stand in the table; None as long as there are none."""
        form, aware = self.plan.form, self._table.aware
        try:
            if self._times is None and aware is not None:
                self._times = moments(form, aware=aware)
            elif self._times is None:
                sample = await self.database.ask(lambda line: sample_time(line, self.plan))
                if sample is not None:
                    self._times = times_of(sample, form, given=self.plan.counted)
        except InstantError as fault:
            raise SourceError(
                text("time_column {column}: {why}", column=self.plan.time, why=fault.text)
            ) from None
        return self._times

    def _onward(self, times: Times, since: int, table: Table, count: int) -> int:
        """From when on the next page is asked for; raises SourceError where that is no further."""
        newest = table.newest
        if newest is None or str(times.bound(newest).value) == str(times.bound(since).value):
            raise SourceError(
                text(
                    "{count} rows of {table} have one time, {at}, or none that can be read: no way on from there",
                    count=count,
                    table=self.plan.name,
                    at=format_instant(since if newest is None else newest),
                )
            )
        return newest

    def _miss(self, due: list[int], since: int) -> None:
        """Say of which tags there is no row at all, though there was time for some."""
        now = self.setup.clock.now()
        for index in due:
            column, every = self.plan.columns[index], self.setup.channels[index].every
            if column.tag is None or self.cursor.heard(index) or now - since < 3 * every:
                continue
            self._say(
                index,
                text(
                    'no row of {table} since {since} has {column} = "{tag}": is tag right?',
                    table=self.plan.name,
                    since=format_instant(since // 10**9 * 10**9),
                    column=self.plan.tags,
                    tag=column.tag,
                ),
            )

    def _say(self, index: int, words: Text) -> None:
        self._troubles.say(index, words)
        if index not in self._seen:
            place = f"{self.plan.name} {self.plan.columns[index].place}"
            self._seen[index] = unread(place, self.setup.clock.now(), words)

    def _note(self, table: Table, took: int) -> None:
        now = self.setup.clock.now()
        self._troubles.say_of_all(table.unread)
        for index, words in table.troubles.items():
            self._troubles.say(index, words)
        for index, read in table.last.items():
            place = f"{self.plan.name} {self.plan.columns[index].place}"
            self._seen[index] = Seen(
                place,
                read.raw,
                read.number,
                read.value,
                read.status,
                read.at,
                now,
                took,
                read.trouble,
            )

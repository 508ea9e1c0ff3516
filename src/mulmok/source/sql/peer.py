"""A historian that writes: it makes the table a site file asks, and lets it grow with simulated readings."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from mulmok.model.errors import SourceError
from mulmok.model.status import Status
from mulmok.model.text import Text
from mulmok.model.time import HOUR, to_datetime
from mulmok.source.peer import Instruments
from mulmok.source.port import Setup
from mulmok.source.sql.plan import Plan
from mulmok.source.sql.times import times_of

#: How far back the table begins that is made. Our choice.
BACK = HOUR


@dataclass
class SqlPeer:
    """The table of one source."""

    setup: Setup
    plan: Plan
    instruments: Instruments
    engine: sa.Engine

    @classmethod
    def build(cls, setup: Setup, instruments: Instruments, host: str) -> SqlPeer:  # noqa: ARG003 - it listens nowhere
        """Make it; the database itself must be there, but for an SQLite file."""
        url = make_url(str(setup.settings["url"]))
        if url.get_backend_name() == "sqlite":
            url = url.set(database=str(setup.beside / str(url.database)))
        elif url.drivername == "postgresql":
            url = url.set(drivername="postgresql+psycopg")
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        return cls(setup, Plan.of(setup), instruments, engine)

    @property
    def place(self) -> str:
        """Where it writes."""
        return f"{self.engine.url.render_as_string(hide_password=True)} {self.plan.name}"

    async def serve(self) -> None:
        """Write what is shown, as it is shown, until cancelled. Raises SourceError."""
        every = {index: channel.every for index, channel in self.setup.feeding()}
        step, clock = min(every.values()), self.setup.clock
        try:
            done = await asyncio.to_thread(self._begun, clock.now() - BACK)
            while True:
                now = clock.now()
                await asyncio.to_thread(self._write, self.rows(done, now))
                done = now
                await clock.sleep_until((now // step + 1) * step)
        except SQLAlchemyError as fault:
            why = str(fault).partition("\n")[0]
            raise SourceError(Text("{place}: {why}", {"place": self.place, "why": why})) from fault

    def rows(self, begin: int, end: int) -> list[dict[str, Any]]:
        """Give the rows of a stretch of time: after `begin`, up to `end` [ns UTC]."""
        found: dict[tuple[int, str | None], dict[str, Any]] = {}
        for index, channel in self.setup.feeding():
            column, every = self.plan.columns[index], channel.every
            for at in range((begin // every + 1) * every, end + 1, every):
                row = found.setdefault((at, column.tag), dict.fromkeys(self._names()))
                value, status = self.instruments.show(index, at)
                number = column.signal.number(value)
                row[self.plan.time] = self._time(at)
                row[column.value] = None if math.isnan(number) else round(number, 6)
                if self.plan.tags is not None:
                    row[self.plan.tags] = column.tag
                if column.status is not None:
                    codes = {meant: code for code, meant in (column.statuses or {}).items()}
                    row[column.status] = codes.get(status, Status(status).name)
        return [found[key] for key in sorted(found, key=str)]

    def _begun(self, since: int) -> int:
        """Make the table where it is not there; give its newest time, or `since` where it has none."""
        table = self._table()
        with self.engine.begin() as connection:
            table.metadata.create_all(connection)
            time = table.c[self.plan.time]
            newest = connection.execute(sa.select(time).order_by(time.desc()).limit(1)).scalar()
        if newest is None:
            return since
        times = times_of(newest, self.plan.form, given=self.plan.counted)
        return max(since, times.read(newest))

    def _write(self, rows: list[dict[str, Any]]) -> None:
        with self.engine.begin() as connection:
            if rows:
                connection.execute(self._table().insert(), rows)

    def _names(self) -> list[str]:
        names = [self.plan.time, *([] if self.plan.tags is None else [self.plan.tags])]
        for column in self.plan.columns.values():
            names += [column.value, *([] if column.status is None else [column.status])]
        return list(dict.fromkeys(names))

    def _table(self) -> sa.Table:
        values = {column.value for column in self.plan.columns.values()}
        columns = [
            sa.Column(name, self._time_type(), index=True)
            if name == self.plan.time
            else sa.Column(name, sa.Float() if name in values else sa.String(64))
            for name in self._names()
        ]
        return sa.Table(self.plan.table, sa.MetaData(), *columns, schema=self.plan.schema)

    def _time(self, at: int) -> Any:
        if self._has_moments:
            moment = to_datetime(at)
            zone = self.plan.form.zone
            return moment if zone is None else moment.astimezone(zone).replace(tzinfo=None)
        return self.plan.form.write(at)

    def _time_type(self) -> sa.types.TypeEngine[Any]:
        if self._has_moments:
            return sa.DateTime(timezone=self.plan.form.zone is None)
        return sa.BigInteger() if isinstance(self._time(0), int) else sa.String(40)

    @property
    def _has_moments(self) -> bool:
        """Whether times are points in time of the database; SQLite has none."""
        return not self.plan.counted and self.engine.dialect.name != "sqlite"

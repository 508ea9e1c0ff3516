"""Lists tables that hold times and numbers, with a value of each column or tag."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from mulmok.model.errors import SourceError
from mulmok.model.text import Text, text
from mulmok.source.discovery import Found, Proposal
from mulmok.source.instants import InstantError, TimeForm
from mulmok.source.settings import Given, SettingKey
from mulmok.source.sql.database import Database
from mulmok.source.sql.decode import number_of

#: Rows that are looked at, and tables. Site choices.
ROWS, TABLES = 500, 50
_TIMES = re.compile(r"time|date|stamp|^ts$|^at$|일시|시각|시간", re.IGNORECASE)
_STATES = re.compile(r"stat|qual|unit|flag|상태|단위", re.IGNORECASE)
_FORMS = ("s", "ms", "%Y-%m-%d %H:%M:%S", "%Y%m%d%H%M%S", "%Y%m%d%H%M", "filetime")


class SqlDiscoverer:
    """Looks into a database."""

    settings: ClassVar[tuple[SettingKey, ...]] = (
        SettingKey("url", "text", text("address of the database; one with a password in it stands as env:NAME or file:PATH"), '"sqlite:///history.db"', required=True),
        SettingKey("schema", "text", text("schema whose tables are looked at"), '"scada"', usual="the database's usual one"),
        SettingKey("table", "text", text("the one table to look at"), '"history"', usual="all of them"),
    )  # fmt: skip

    @staticmethod
    async def discover(given: Mapping[str, Given], patience_s: float) -> list[Found]:
        """Look into each table. Raises SourceError."""
        url = str(given["url"])
        database = Database.of(url, Path.cwd())
        schema = str(given["schema"]) if "schema" in given else None
        wanted = str(given["table"]) if "table" in given else None
        shared: dict[str, Given] = {"url": url}
        if schema is not None:
            shared["schema"] = schema
        found: list[Found] = []
        try:
            async with asyncio.timeout(patience_s):
                names = await database.ask(lambda line: _tables(line, schema, wanted))
                for name in names[:TABLES]:
                    rows = await database.ask(partial(_sample, schema=schema, name=name))
                    place = found_in(name, *rows)
                    if place is not None:
                        found.append(replace(place, settings={**shared, **place.settings}))
        except TimeoutError:
            if not found:
                raise SourceError(
                    text("nothing came within {seconds:g} s", seconds=patience_s)
                ) from None
        return found or [Found(shared, (), (text("no table holds a time and a number"),))]


def _tables(connection: sa.Connection, schema: str | None, wanted: str | None) -> list[str]:
    looking = sa.inspect(connection)
    names = [*looking.get_table_names(schema), *looking.get_view_names(schema)]
    return sorted(names) if wanted is None else [name for name in names if name == wanted]


def _sample(
    connection: sa.Connection, schema: str | None, name: str
) -> tuple[list[str], list[Sequence[Any]]]:
    """Give the columns of a table, and some of its rows, the newest where there is a column of times."""
    columns = [str(one["name"]) for one in sa.inspect(connection).get_columns(name, schema)]
    table = sa.table(name, *(sa.column(one) for one in columns), schema=schema)
    asked = sa.select(table).limit(ROWS)
    time = next((one for one in columns if _TIMES.search(one)), None)
    if time is not None:
        asked = asked.order_by(table.c[time].desc())
    try:
        return columns, [tuple(row) for row in connection.execute(asked)]
    except SQLAlchemyError:
        return columns, []  # a table that may not be read is none for us


def found_in(table: str, columns: list[str], rows: list[Sequence[Any]]) -> Found | None:
    """Give what of a table could be channels; None: nothing, for it has no times or no numbers."""
    values = {name: [row[place] for row in rows] for place, name in enumerate(columns)}
    timed = [(name, form) for name in columns if (form := _form(name, values[name])) is not None]
    if not timed:
        return None
    # A column of times that is called so, before one that only looks like it.
    time, form = next((one for one in timed if _TIMES.search(one[0])), timed[0])
    settings: dict[str, Given] = {"table": table, "time_column": time, **form}
    remarks = (text("its times have no offset: is zone right?"),) if "zone" in form else ()
    numbers = [name for name in columns if name != time and _are_numbers(values[name])]
    tags = next(
        (
            name
            for name in columns
            if name != time and not _STATES.search(name) and _are_tags(values[name])
        ),
        None,
    )
    if not numbers:
        return None
    if tags is not None:
        value = next((name for name in numbers if "val" in name.lower()), numbers[-1])
        settings |= {"channel_column": tags, "value_column": value}
        newest: dict[str, object] = {}
        for tag, shows in zip(values[tags], values[value], strict=True):
            newest.setdefault(str(tag), shows)
        proposals = [
            Proposal(tag, {"tag": tag}, _shown(shows)) for tag, shows in sorted(newest.items())
        ]
        remarks = (*remarks, _partly(len(rows)))
    else:
        proposals = [
            Proposal(name, {"column": name}, _shown(_first(values[name]))) for name in numbers
        ]
    return Found(settings, tuple(proposals), remarks)


def _partly(count: int) -> Text:
    return text("these are the tags of its newest {count} rows: there may be more", count=count)


def _form(name: str, values: Iterable[object]) -> dict[str, Given] | None:
    """Give the settings with which a column of times is read; None: it is none."""
    have = _first(values)
    if isinstance(have, datetime):
        return {} if have.tzinfo is not None else {"zone": "works"}
    if have is None or isinstance(have, date | bool) or not _TIMES.search(name):
        return None
    if isinstance(have, str):
        try:
            moment = datetime.fromisoformat(have.strip())
        except ValueError:
            moment = None
        if moment is not None and not have.strip().isdigit():
            return {} if moment.tzinfo is not None else {"zone": "works"}
    for form in _FORMS:
        try:
            TimeForm(form, UTC).read(have)
        except InstantError:
            continue
        return {"time_format": form, **({"zone": "works"} if "%" in form else {})}
    return None


def _are_numbers(values: Iterable[object]) -> bool:
    there = [one for one in values if one is not None and not isinstance(one, bool)]
    return bool(there) and all(
        not isinstance(one, datetime) and number_of(one)[1] is None for one in there[:20]
    )


def _are_tags(values: Sequence[object]) -> bool:
    """Whether words repeat there as tags do, and none is a number."""
    words = [one for one in values if isinstance(one, str)]
    return (
        len(words) == len(values) > 0
        and len(set(words)) <= max(len(words) // 2, 1)
        and not _are_numbers(words)
        and len(set(words)) > 1
    )


def _first(values: Iterable[object]) -> object:
    return next((one for one in values if one is not None), None)


def _shown(value: object) -> str:
    return "" if value is None else str(value)[:40]

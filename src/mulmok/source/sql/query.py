"""What is asked of the database: of which columns, from when on, how many rows at most."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import NoSuchTableError

from mulmok.model.errors import SourceError
from mulmok.model.nearest import closest
from mulmok.model.text import Text, text
from mulmok.model.time import DAY
from mulmok.source.batch import MOST
from mulmok.source.sql.plan import Plan
from mulmok.source.sql.times import Times

Row = Sequence[Any]
#: How far ahead of our clock a row may be; beyond lie clocks that were never set, and infinity [ns].
AHEAD = DAY


@dataclass(frozen=True, slots=True)
class Layout:
    """Which column of a row holds what; the first is the time.

    names     columns that are asked for
    tag       place of the channel's name; None: each channel has its column
    value, status   places by index of the channel
    """

    names: tuple[str, ...]
    tag: int | None
    value: Mapping[int, int]
    status: Mapping[int, int]

    @classmethod
    def of(cls, plan: Plan, members: Iterable[int]) -> Layout:
        """Lay out what some channels need."""
        members = tuple(members)
        shared = [plan.time] if plan.tags is None else [plan.time, plan.tags]
        own = [plan.columns[index].value for index in members]
        said = [name for index in members if (name := plan.columns[index].status) is not None]
        names = tuple(dict.fromkeys([*shared, *own, *said]))
        place = {name: number for number, name in enumerate(names)}
        return cls(
            names,
            None if plan.tags is None else place[plan.tags],
            {index: place[plan.columns[index].value] for index in members},
            {
                index: place[name]
                for index in members
                if (name := plan.columns[index].status) is not None
            },
        )


@dataclass(frozen=True, slots=True)
class Asking:
    """What rows are asked for; `tags` as in `Checked`."""

    plan: Plan
    layout: Layout
    times: Times
    tags: Mapping[int, str | int]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a table has.

    missing   channels whose column is not there, by index, with what to say of it
    tags      what stands in the column of the tags for each channel; numbers where that has numbers
    aware     its times are points in time, with their zone or not; None: only a row can tell
    """

    missing: Mapping[int, Text]
    tags: Mapping[int, str | int]
    aware: bool | None = None


def check_columns(connection: sa.Connection, plan: Plan) -> Checked:
    """Compare a plan with its table. Raises SourceError when what all channels need is not there."""
    looking = sa.inspect(connection)
    try:
        there = {one["name"]: one["type"] for one in looking.get_columns(plan.table, plan.schema)}
    except NoSuchTableError:
        there = {}
    if not there:
        known = [*looking.get_table_names(plan.schema), *looking.get_view_names(plan.schema)]
        raise SourceError(
            text("there is no table {table}{near}", table=plan.name, near=_near(plan.table, known))
        )
    for name in (plan.time, plan.tags):
        if name is not None and name not in there:
            raise SourceError(_no_column(plan, name, there))
    missing, tags = dict[int, Text](), dict[int, str | int]()
    counted = plan.tags is not None and isinstance(there[plan.tags], sa.Integer | sa.Numeric)
    for index, column in plan.columns.items():
        if column.tag is not None:
            tags[index] = column.tag
            if counted and column.tag.isascii() and column.tag.isdigit():
                tags[index] = int(column.tag)
            elif counted:
                missing[index] = text(
                    'column {column} holds numbers, and tag is "{tag}"',
                    column=plan.tags,
                    tag=column.tag,
                )
        for name in (column.value, column.status):
            if name is not None and name not in there:
                missing[index] = _no_column(plan, name, there)
    if len(missing) == len(plan.columns):
        raise SourceError(next(iter(missing.values())))
    moment, aware = there[plan.time], None
    # A row may hold what no program can read, such as infinity. SQLite only calls texts times.
    if connection.dialect.name == "postgresql" and isinstance(moment, sa.DateTime):
        aware = moment.timezone
    return Checked(missing, tags, aware)


def sample_time(connection: sa.Connection, plan: Plan) -> object:
    """Give the time of any row as it stands there; None: there is no row."""
    time = _column(plan.time)
    return connection.execute(sa.select(time).select_from(_table(plan)).where(time.is_not(None)).limit(1)).scalar()  # fmt: skip


def rows_since(connection: sa.Connection, asking: Asking, since: int, now: int) -> list[Row]:
    """Give the oldest rows from `since` on [ns UTC], at most `page_size`, in order of time.

    A page is small enough to be had at once: a cursor kept at the server would be one thing more to
    be left open when the line is cut.
    """
    plan, layout, times = asking.plan, asking.layout, asking.times
    time = _column(plan.time)
    asked: sa.Select[Any] = (
        sa.select(*(_column(name) for name in layout.names))
        .select_from(_table(plan))
        .where(time >= times.bound(since), time <= times.bound(now + AHEAD))
        .order_by(time)
        .limit(page_size(layout))
    )
    if plan.tags is not None:
        tags = [asking.tags[index] for index in layout.value]
        asked = asked.where(_column(plan.tags).in_(tags))
    return [tuple(row) for row in connection.execute(asked)]


def newest_rows(connection: sa.Connection, asking: Asking, now: int) -> list[Row]:
    """Give the newest row of each channel."""
    plan, layout, times = asking.plan, asking.layout, asking.times
    time: sa.ColumnClause[Any] = _column(plan.time)
    found: list[Row] = []
    for index in layout.value:
        column = plan.columns[index]
        asked: sa.Select[Any] = (
            sa.select(*(_column(name) for name in layout.names))
            .select_from(_table(plan))
            .where(time <= times.bound(now + AHEAD), _column(column.value).is_not(None))
            .order_by(time.desc())
            .limit(1)
        )
        if plan.tags is not None:
            asked = asked.where(_column(plan.tags) == asking.tags[index])
        found += [tuple(row) for row in connection.execute(asked)]
    return found


def page_size(layout: Layout) -> int:
    """How many rows are asked for at a time, so that they are no more than `MOST` readings."""
    return MOST if layout.tag is not None else max(MOST // len(layout.value), 1)


def _column(name: str) -> sa.ColumnClause[Any]:
    return sa.column(name)


def _table(plan: Plan) -> sa.TableClause:
    return sa.table(plan.table, schema=plan.schema)


def _no_column(plan: Plan, name: str, there: Collection[str]) -> Text:
    return text(
        "table {table} has no column {column}{near}",
        table=plan.name,
        column=name,
        near=_near(name, there),
    )


def _near(name: str, known: Collection[str]) -> Text:
    plain = {one.lower(): one for one in known}
    near = closest(name, sorted(plain))
    if near is not None:
        return text("; did you mean {near}?", near=plain[near])
    if not known:
        return Text("")
    return text("; there are {names}", names=", ".join(sorted(known)[:12]))

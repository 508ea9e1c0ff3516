"""Which columns of which table feed which channel, from the settings.

Names of tables and columns only: they are looked up in the database and quoted by SQLAlchemy. There
is no SQL in a site file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from mulmok.model.errors import InputError
from mulmok.model.status import Status
from mulmok.model.text import Text, text
from mulmok.model.time import from_datetime
from mulmok.source.instants import TimeForm, time_faults
from mulmok.source.port import Setup
from mulmok.source.settings import Given
from mulmok.source.signal import Signal, signal_faults

#: Instants whose texts must stand in their order: a form that does not sort cannot be asked for what is new.
_STEPS = tuple(
    from_datetime(datetime(2025, 12, 30, 23, 50, tzinfo=UTC) + timedelta(days=29.5 * step))
    for step in range(16)
)


@dataclass(frozen=True, slots=True)
class Column:
    """Where one channel stands: in a column, and in a long table in the rows of a tag."""

    value: str
    tag: str | None
    status: str | None
    statuses: Mapping[str, Status] | None
    signal: Signal

    @property
    def place(self) -> str:
        """What it is called in the database."""
        return self.value if self.tag is None else self.tag


@dataclass(frozen=True)
class Plan:
    """A table and what of it is asked.

    tags     column that says which channel a row is of; None: each channel has its column
    form     how times stand there that are no points in time of the database
    """

    table: str
    schema: str | None
    time: str
    tags: str | None
    form: TimeForm
    counted: bool
    columns: Mapping[int, Column]

    @classmethod
    def of(cls, setup: Setup) -> Plan:
        """Make it from settings that the table of settings has checked. Raises InputError."""
        given, signals = setup.settings, setup.signals()
        tags, value = _word(given.get("channel_column")), _word(given.get("value_column"))
        if (tags is None) != (value is None):
            raise InputError(_HALF)
        columns = {}
        for index, channel in setup.feeding():
            own = setup.each.get(channel.id, {})
            codes = own.get("statuses")
            columns[index] = Column(
                value=value or str(own.get("column", channel.id)),
                tag=None if tags is None else str(own.get("tag", channel.id)),
                status=_word(own.get("status_column")),
                statuses=(
                    {code: Status[name] for code, name in codes.items()}
                    if isinstance(codes, Mapping)
                    else None
                ),
                signal=signals[index],
            )
        return cls(
            table=str(given["table"]),
            schema=_word(given.get("schema")),
            time=str(given["time_column"]),
            tags=tags,
            form=TimeForm.of(given, setup.zone.name),
            counted="time_format" in given,
            columns=columns,
        )

    @property
    def name(self) -> str:
        """Name of the table, with its schema."""
        return self.table if self.schema is None else f"{self.schema}.{self.table}"


_HALF = text(
    "channel_column and value_column go together: the one says of what a row is, the other how much"
)


def wrong_settings(given: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
    """Say what does not go together: key and fault."""
    yield from time_faults(given)
    yield from signal_faults(given)
    url = str(given.get("url", "env:"))
    if not url.startswith(("env:", "file:")):
        try:
            make_url(url)
        except ArgumentError:
            example = "postgresql://mulmok@10.0.0.5/historian"
            yield "url", text('want an address such as "{example}"', example=example)
    long = "channel_column" in given
    if long != ("value_column" in given):
        yield ("channel_column" if long else "value_column"), _HALF
    if long and "column" in given:
        yield "column", text("stands without channel_column only; with it want tag")
    if not long and "tag" in given:
        yield "tag", text("stands with channel_column only; without it want column")
    form = str(given.get("time_format", "iso"))
    if "%" in form:
        written = [str(TimeForm(form).write(at)) for at in _STEPS]
        if written != sorted(written):
            yield (
                "time_format",
                text("times of this form do not sort as texts, so nobody can ask for the newest: want a table or view with another"),
            )  # fmt: skip


def _word(given: Given | None) -> str | None:
    return None if given is None else str(given)

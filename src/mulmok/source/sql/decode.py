"""Rows of a table to readings; pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from mulmok.model.status import Status
from mulmok.model.text import Text, text
from mulmok.source.batch import Batch, Gathering
from mulmok.source.instants import InstantError, TimeForm
from mulmok.source.json_path import finder
from mulmok.source.payload import Field, Read
from mulmok.source.signal import Signal
from mulmok.source.sql.plan import Column, Plan
from mulmok.source.sql.query import Layout, Row
from mulmok.source.sql.times import Times

#: What a status code says is read as in a document: of one that is the code alone, beside any number.
_ANY, _ALL = finder("`0`"), finder("@")


@dataclass(frozen=True)
class Table:
    """What rows said.

    last      newest reading of each channel, by its index
    troubles  what could not be understood, by the index of the channel; None: one that is well
    newest    latest time of all rows [ns UTC]; None: none could be read
    unread    why times could not be read; None: all could
    """

    batch: Batch
    last: Mapping[int, Read]
    troubles: Mapping[int, Text | None]
    newest: int | None
    unread: Text | None


@dataclass
class Codes:
    """What status codes mean, each looked up once."""

    _known: dict[tuple[int, object], tuple[Status, Text | None]] = field(default_factory=dict)

    def mean(self, index: int, column: Column, code: object) -> tuple[Status, Text | None]:
        """Give the status, and what is not understood of it."""
        if isinstance(code, Decimal):
            code = float(code)
        if not isinstance(code, str | int | float | None):
            code = str(code)
        key = (index, code)
        if key not in self._known:
            one = Field(Signal(), TimeForm(), _ANY, None, _ALL, column.statuses)
            (read,) = one.read(code.strip() if isinstance(code, str) else code, 0)
            self._known[key] = read.status, read.trouble
        return self._known[key]


def table_of(plan: Plan, layout: Layout, times: Times, rows: Sequence[Row], codes: Codes) -> Table:
    """Read rows; one whose time cannot be read is left out."""
    gathered, last = Gathering(), dict[int, Read]()
    troubles: dict[int, Text | None] = {}
    by_tag: dict[str, list[int]] = {}
    for index in layout.value:
        by_tag.setdefault(str(plan.columns[index].tag), []).append(index)
    newest, unread = None, None
    for row in rows:
        try:
            at = times.read(row[0])
        except InstantError as fault:
            unread = fault.text
            continue
        newest = at if newest is None else max(newest, at)
        members: Iterable[int] = layout.value
        if layout.tag is not None:
            tag = str(row[layout.tag])
            # Some databases fill a column of fixed width with spaces.
            members = by_tag[tag] if tag in by_tag else by_tag.get(tag.rstrip(), [])
        for index in members:
            column, have = plan.columns[index], row[layout.value[index]]
            number, trouble = number_of(have)
            value, status = column.signal.value(number)
            if index in layout.status:
                said, unknown = codes.mean(index, column, row[layout.status[index]])
                status, trouble = (status if said is Status.NORMAL else said), trouble or unknown
            if trouble is not None and math.isnan(number):
                status = Status.COMM_FAIL
            blank = layout.tag is None and have is None and status is Status.NORMAL
            gathered.add(index, at, value, status, blank=blank)
            if not blank:
                troubles[index] = trouble
                if index not in last or at >= last[index].at:
                    last[index] = Read(at, str(have)[:200], number, value, status, trouble)
    return Table(gathered.batch(), last, troubles, newest, unread)


def number_of(have: object) -> tuple[float, Text | None]:
    """Give the number that stood in a column, and why it is none; NULL is a missing value."""
    if have is None:
        return math.nan, None
    if isinstance(have, int | float | Decimal):
        try:
            return float(have), None
        except (OverflowError, ValueError):
            pass
    elif isinstance(have, str):
        words = have.strip()
        if not words or words.lower() in ("nan", "null", "none"):
            return math.nan, None
        try:
            if "_" not in words:
                return float(words), None
        except ValueError:
            pass
    return math.nan, text('"{have}" is no number', have=str(have)[:60])

"""The time column of a file to instants: ISO 8601 with an offset, or naive with a zone."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from mulmok.model.block import Instants
from mulmok.model.errors import InputError
from mulmok.model.text import Text, text
from mulmok.model.time import EARLIEST, FOREVER, LATEST, NEVER, from_datetime
from mulmok.source.files.table import Table, in_file
from mulmok.source.files.zones import to_utc
from mulmok.source.instants import InstantError, TimeForm

_NS = pa.timestamp("ns")
_NS_UTC = pa.timestamp("ns", "UTC")
#: Forms of `source.instants` that are no pattern of strptime.
_COUNTED = ("s", "ms", "us", "ns", "filetime")
#: Morning and afternoon as Windows writes them in Korea.
_KOREAN = {"오전": "AM", "오후": "PM"}
_WANT = text("an ISO 8601 time such as 2026-01-31T09:00:00+09:00")


def instants(
    table: Table,
    zone: ZoneInfo | None,
    time_format: str | None = None,
    series: NDArray[np.int16] | None = None,
) -> tuple[Instants, tuple[Text, ...]]:
    """Read the column `time` as instants [ns UTC], with warnings.

    `time_format` is a strptime pattern for files that do not speak ISO 8601. `series` is the
    channel of each row where rows of several are mixed.
    """
    column = table.columns["time"]
    if column.null_count:
        row = int(np.flatnonzero(column.is_null().to_numpy())[0])
        raise table.wrong(row, text("the time is empty, want {want}", want=_WANT))
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if time_format in _COUNTED and not pa.types.is_timestamp(column.type):
        wall, naive = _counted(table, column, time_format), False
    elif pa.types.is_timestamp(column.type):
        wall, naive = _plain(table, column), column.type.tz is None
    elif pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        wall, naive = _parsed(table, column, time_format)
    else:
        raise in_file(
            table.file,
            text(
                'the column "time" is {type}: want timestamps or ISO 8601 text',
                type=str(column.type),
            ),
        )
    warnings: tuple[Text, ...] = ()
    if naive:
        if zone is None:
            raise _naive(table, 0)
        wall, gaps = to_utc(wall, zone, series)
        if gaps:
            warnings = (
                text(
                    "{file}: {count} times never were in {zone} (clocks put forward): "
                    "read with the offset before the change",
                    file=table.file,
                    count=gaps,
                    zone=zone.key,
                ),
            )
    _check_years(table, wall)
    return wall, warnings


def _plain(table: Table, column: pa.ChunkedArray) -> Instants:
    target = _NS if column.type.tz is None else _NS_UTC
    try:
        return _ns(column.cast(target))
    except pa.ArrowInvalid:
        raise in_file(
            table.file,
            text("some times lie outside the years 1990 to 2100: is the clock of the logger set?"),
        ) from None


def _ns(column: pa.ChunkedArray) -> Instants:
    return np.array(column.cast(pa.int64()).to_numpy(), np.int64)


def _shown(table: Table, row: int) -> str:
    """Give the time of a row as it stands in the file."""
    column = table.columns["time"]
    if not pa.types.is_timestamp(column.type):
        return str(column[row].as_py())
    moment = np.datetime64(column[row].value, column.type.unit)
    return str(moment.astype("datetime64[s]")).replace("T", " ")


class NaiveTimeError(InputError):
    """Times without an offset, and nothing says of which zone; whoever asked can say how to."""


def _naive(table: Table, row: int) -> NaiveTimeError:
    return NaiveTimeError(
        text(
            '{file}: naive time "{have}" on {where}: write an offset such as +09:00',
            file=table.file,
            have=_shown(table, row),
            where=table.where(row),
        )
    )


def _parsed(
    table: Table, column: pa.ChunkedArray, time_format: str | None
) -> tuple[Instants, bool]:
    """Wall-clock or UTC times of text, and whether they are naive."""
    if time_format not in (None, "iso"):
        return _patterned(table, column, time_format)
    trimmed = pc.utf8_trim_whitespace(column)
    for target in (_NS_UTC, _NS):
        try:
            return _ns(trimmed.cast(target)), target is _NS
        except pa.ArrowInvalid:
            continue
    return _one_by_one(table, column)


def _one_by_one(table: Table, column: pa.ChunkedArray) -> tuple[Instants, bool]:
    """Take the slow way: rarer ISO forms, or the first row that is wrong."""
    at = np.empty(table.rows, np.int64)
    first: bool | None = None
    for row, words in enumerate(column.to_pylist()):
        try:
            moment = datetime.fromisoformat(words.strip())
        except ValueError:
            raise table.wrong(
                row, text('the time is "{have}", want {want}', have=words, want=_WANT)
            ) from None
        naive = moment.tzinfo is None
        if first is None:
            first = naive
        elif naive != first:
            raise table.wrong(
                row,
                text(
                    'the time "{have}" differs in kind from those before it: '
                    "write an offset on every time or on none",
                    have=words,
                ),
            )
        at[row] = min(max(_wall(moment), NEVER), FOREVER)
    return at, bool(first)


def _wall(moment: datetime) -> int:
    """Give UTC of an aware time, the wall clock's own count of a naive one [ns]."""
    return from_datetime(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _counted(table: Table, column: pa.ChunkedArray, time_format: str) -> Instants:
    """Instants of counts since an epoch."""
    encoded = pc.dictionary_encode(column.combine_chunks())
    form, known = TimeForm(time_format), np.empty(len(encoded.dictionary), np.int64)
    for index, count in enumerate(encoded.dictionary.to_pylist()):
        try:
            known[index] = form.read(count)
        except InstantError as fault:
            row = int(pc.index(encoded.indices, index).as_py())
            raise table.wrong(row, fault.text) from None
    at: Instants = known[encoded.indices.to_numpy()]
    return at


def _patterned(table: Table, column: pa.ChunkedArray, time_format: str) -> tuple[Instants, bool]:
    encoded = pc.dictionary_encode(column.combine_chunks())
    known = np.empty(len(encoded.dictionary), np.int64)
    aware = "%z" in time_format
    korean = "%p" in time_format
    for index, words in enumerate(encoded.dictionary.to_pylist()):
        try:
            said = _in_english(words) if korean else words
            moment = datetime.strptime(said.strip(), time_format)  # noqa: DTZ007
            known[index] = min(max(_wall(moment), NEVER), FOREVER)
        except (ValueError, re.error):
            row = int(pc.index(encoded.indices, index).as_py())
            raise table.wrong(
                row,
                text(
                    'the time is "{have}", want the form {format}', have=words, format=time_format
                ),
            ) from None
    return known[encoded.indices.to_numpy()], not aware


def _in_english(words: str) -> str:
    for korean, english in _KOREAN.items():
        words = words.replace(korean, english)
    return words


def with_date(table: Table) -> Table:
    """Give a table whose column of dates is put before that of times, where there is one."""
    date, time = table.columns.get("date"), table.columns.get("time")
    if date is None or time is None:
        return table
    try:
        both = pc.binary_join_element_wise(date.cast(pa.string()), time.cast(pa.string()), " ")
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return table
    rest = {name: column for name, column in table.columns.items() if name != "date"}
    return replace(table, columns={**rest, "time": both})


def _check_years(table: Table, at: Instants) -> None:
    outside = (at < EARLIEST) | (at >= LATEST)
    if outside.any():
        row = int(np.argmax(outside))
        raise table.wrong(
            row,
            text(
                "the time {have} lies outside the years 1990 to 2100: "
                "is the clock of the logger set?",
                have=_shown(table, row),
            ),
        )

"""Readings files to readings: every way in which a file can be wrong is said here or below.

`read_readings` takes any number of files of one site and gives their readings in time order. A
file is read whole or not at all: the first thing wrong in it is an `InputError` that names file,
line and what would be right. What can be set right without guessing is done and told in
`warnings`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mulmok.model.block import Instants
from mulmok.model.channel import Channel
from mulmok.model.message import Readings
from mulmok.model.text import Text, text
from mulmok.source.files.csv_table import half_written
from mulmok.source.files.form import Form
from mulmok.source.files.header import read_header
from mulmok.source.files.long import channel_column, long_rows
from mulmok.source.files.newest import Cell, newest_cells
from mulmok.source.files.rows import Rows, in_order, joined, signalled, without_repeats
from mulmok.source.files.table import NoReadings, Table, Tail, renamed
from mulmok.source.files.tables import read_table
from mulmok.source.files.times import instants, with_date
from mulmok.source.files.wide import Seen, wide_rows
from mulmok.source.files.zones import named_zone


@dataclass(frozen=True, slots=True, eq=False)
class ReadResult:
    """What the files said.

    rows       readings sorted by (at, channel), each pair once
    missing    how many of them have no value
    duplicates, conflicts   rows left out because an earlier one had their channel and instant,
               and how many of these said something else
    reordered  rows that stood before an earlier row of their series
    ignored    columns or channels left out as asked
    lacking    columns that were named and are not there
    newest     newest cell of each channel by its index, if it was asked for
    """

    rows: Rows
    missing: int
    duplicates: int
    conflicts: int
    reordered: int
    ignored: tuple[str, ...]
    warnings: tuple[Text, ...]
    lacking: tuple[str, ...] = ()
    newest: Mapping[int, Cell] = field(default_factory=dict)


def read_readings(
    paths: Sequence[Path],
    channels: Sequence[Channel],
    zone: str | None = None,
    *,
    time_format: str | None = None,
    ignore_unknown: bool = False,
    columns: Mapping[str, str] | None = None,
    progress: Callable[[float], None] | None = None,
) -> ReadResult:
    """Read CSV, Parquet and XLSX files, wide or long, values in canonical units.

    The other options are those of `Form`; progress is told the share done [0..1] after each file.
    A last line without a line end is left out with a warning; one that lacks fields besides is
    certainly cut short, and the file is refused. Raises InputError.
    """
    form = Form(zone, time_format, ignore_unknown, columns or {})
    reader = _Reader(channels, form)
    for done, path in enumerate(paths, start=1):
        table = read_table(Path(path), form)
        if table.tail is not None and table.tail.fields < table.tail.wanted:
            raise half_written(table.file, table.tail)
        reader.take(table)
        if table.tail is not None:
            reader.warn(left_out(table.file, table.tail))
        if progress is not None:
            progress(done / len(paths))
    return reader.result()


def read_body(
    table: Table,
    channels: Sequence[Channel],
    form: Form,
    *,
    repeats: bool = False,
    newest: bool = False,
) -> ReadResult:
    """Read one table that came some other way than by a path.

    repeats   whether rows that repeat an instant of their channel stay: whoever judges them tells
              the sender
    newest    whether the newest cell of each channel is wanted
    """
    reader = _Reader(channels, form, newest=newest)
    reader.take(table)
    return reader.result(repeats=repeats)


def left_out(file: str, tail: Tail) -> Text:
    """Say that the last line of a file was not read, and why."""
    return text(
        "{file}, {where} has no line end, so its last value may be cut short: the line was left "
        "out; end it to have it read",
        file=file,
        where=tail.where,
    )


class _Reader:
    """Gathers the readings of one table after the other."""

    def __init__(self, channels: Sequence[Channel], form: Form, *, newest: bool = False) -> None:
        self._channels = channels
        self._index = {
            channel.id: place
            for place, channel in enumerate(channels)
            if form.members is None or place in form.members
        }
        self._zone = None if form.zone is None else named_zone(form.zone)
        self._form = form
        self._seen = Seen()
        self._parts: list[Rows] = []
        self._words: Counter[str] = Counter()
        self._ignored: dict[str, None] = {}
        self._warnings: list[Text] = []
        self._lacking: dict[str, None] = {}
        self._newest: dict[int, Cell] | None = {} if newest else None
        self._reordered = 0

    def take(self, table: Table) -> None:
        form, channel = self._form, None
        table = with_date(renamed(table, form.columns))
        lenient = form.ignore_unknown or bool(form.told)
        header = read_header(table, self._index, ignore_unknown=lenient)
        ignored = header.ignored
        if header.long:
            channel, more = channel_column(table, self._index, form.columns, ignore_unknown=lenient)
            ignored += more
            at, warned = instants(table, self._zone, form.time_format, channel)
            self._note_order(table, at, channel)
            rows, words = long_rows(table, channel, at, form)
        else:
            at, warned = instants(table, self._zone, form.time_format)
            self._note_order(table, at, None)
            rows, words = wide_rows(table, header, at, self._channels, self._seen, form)
            self._lacking |= {
                column: None
                for column, name in form.columns.items()
                if name in form.told and name not in table.columns
            }
        plain, rows = rows, signalled(rows, form.signals)
        if self._newest is not None:
            self._newest |= newest_cells(table, header, at, channel, rows, plain)
        self._parts.append(rows)
        self._words += words
        self._ignored |= dict.fromkeys(ignored)
        self._warnings.extend(warned)

    def warn(self, words: Text) -> None:
        self._warnings.append(words)

    def _note_order(self, table: Table, at: Instants, channel: NDArray[np.int16] | None) -> None:
        """Count rows older than one before them in their series, and say where the first stands."""
        if bool((at[1:] >= at[:-1]).all()):
            return
        late = np.zeros(len(at), np.bool_)
        for series in [None] if channel is None else np.unique(channel):
            rows = np.arange(len(at)) if series is None else np.flatnonzero(channel == series)
            late[rows] = at[rows] < np.maximum.accumulate(at[rows])
        count = int(late.sum())
        if count:
            self._reordered += count
            self._warnings.append(
                text(
                    "{file}: {count} rows were out of time order, the first on {where}: sorted",
                    file=table.file,
                    count=count,
                    where=table.where(int(np.argmax(late))),
                )
            )

    def result(self, *, repeats: bool = False) -> ReadResult:
        rows, duplicates, conflicts = in_order(joined(self._parts)), 0, 0
        if not repeats:
            rows, duplicates, conflicts = without_repeats(rows)
        if not len(rows):
            raise NoReadings(text("there is no reading in these files: every cell is empty"))
        if duplicates:
            self._warnings.append(
                text(
                    "{count} rows repeat a channel and time already read ({conflicts} with another "
                    "value): the first is kept",
                    count=duplicates,
                    conflicts=conflicts,
                )
            )
        self._warnings.extend(
            text(
                '{count} cells say "{word}" instead of a number: taken as missing',
                count=count,
                word=word,
            )
            for word, count in self._words.most_common()
        )
        # Where columns are named one by one, the others are nobody's business.
        if self._ignored and not self._form.told:
            self._warnings.append(
                text("left out, not in the site: {columns}", columns=", ".join(self._ignored))
            )
        return ReadResult(
            rows,
            int(np.isnan(rows.value).sum()),
            duplicates,
            conflicts,
            self._reordered,
            tuple(self._ignored),
            tuple(self._warnings),
            tuple(self._lacking),
            self._newest or {},
        )


def chunks(rows: Rows, span: int, source: str = "files") -> Iterator[Readings]:
    """Cut sorted rows into messages that each cover at most `span` [ns] of event time.

    Cuts lie on whole multiples of `span`, so that the same file gives the same messages wherever
    it begins. `received_at` is 0: of the past nobody knows it.
    """
    if not len(rows):
        return
    first, last = int(rows.at[0]) // span, int(rows.at[-1]) // span
    edges = np.searchsorted(rows.at, np.arange(first + 1, last + 1, dtype=np.int64) * span)
    for begin, end in zip([0, *edges.tolist()], [*edges.tolist(), len(rows)], strict=True):
        if begin == end:
            continue
        part = rows.take(slice(begin, end))
        yield Readings(0, part.channel, part.at, part.value, part.status, source)

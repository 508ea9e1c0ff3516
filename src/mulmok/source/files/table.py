"""A file as columns of cells, whatever it was written in, and where each row stands in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from mulmok.model.errors import InputError
from mulmok.model.text import Text, text


class HalfWritten(InputError):  # noqa: N818 - named for what the file is
    """The file ends before it should: whoever writes it may not have finished."""


class NoReadings(InputError):  # noqa: N818 - named for what the file is
    """The file is empty, or nothing stands below its header yet."""


@dataclass(frozen=True, slots=True)
class Tail:
    """The last line of a file when it has no line end: it may be cut short and is not in the table.

    where   which line it is
    fields  how many it has, of how many wanted
    """

    where: Text
    fields: int
    wanted: int


@dataclass(frozen=True, slots=True)
class Table:
    """Columns by name, all of the same length.

    `where` says where row `i` (from 0) stands, in words a person can look it up by.
    """

    file: str
    columns: dict[str, pa.ChunkedArray]
    rows: int
    where: Callable[[int], Text]
    tail: Tail | None = None

    def wrong(self, row: int, message: Text) -> InputError:
        """Make the error of one row."""
        return InputError(
            text(
                "{file}, {where}: {message}",
                file=self.file,
                where=self.where(row),
                message=message,
            )
        )


def in_file(file: str, message: Text, kind: type[InputError] = InputError) -> InputError:
    """Make the error of a file as a whole."""
    return kind(text("{file}: {message}", file=file, message=message))


#: Stands between a name that was there before and its number: no file has it in a name.
AGAIN = "\0"


def checked_names(names: Sequence[str]) -> list[str]:
    """Names of a header as they are compared: trimmed, `time` in any case.

    One that is there again is told apart, and refused only where it means something (`twice`).
    """
    clean = [name.replace(AGAIN, "?").strip() for name in names]
    clean = [name.lower() if name.lower() in {"time", "channel"} else name for name in clean]
    known: Counter[str] = Counter()
    told = []
    for name in clean:
        known[name] += 1
        told.append(f"{name}{AGAIN}{known[name]}" if name and known[name] > 1 else name)
    return told


def renamed(table: Table, columns: Mapping[str, str]) -> Table:
    """Give the table with its columns named as they are meant; `columns` says what is which."""
    names = [columns.get(name, name) for name in table.columns]
    for name in table.columns:
        if plain(name) != name and plain(name) in columns:
            raise twice(table.file, plain(name))
    for place, name in enumerate(names):
        if name in names[:place]:
            raise twice(table.file, name)
    return replace(table, columns=dict(zip(names, table.columns.values(), strict=True)))


def plain(name: str) -> str:
    """Give a column's name as it stands in the file."""
    return name.partition(AGAIN)[0]


def twice(file: str, column: str) -> InputError:
    """Make the error of a column that stands there twice."""
    return in_file(
        file,
        text('the column "{column}" stands twice in the header: keep one of them', column=column),
    )

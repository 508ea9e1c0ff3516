"""A file as columns of cells, whatever it was written in, and where each row stands in it."""

from __future__ import annotations

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


def checked_names(file: str, names: Sequence[str]) -> list[str]:
    """Names of a header as they are compared: trimmed, `time` in any case; doubled ones refused."""
    clean = [name.strip() for name in names]
    clean = [name.lower() if name.lower() in {"time", "channel"} else name for name in clean]
    _each_once(file, clean)
    return clean


def renamed(table: Table, columns: Mapping[str, str]) -> Table:
    """Give the table with its columns named as they are meant; `columns` says what is which."""
    names = [columns.get(name, name) for name in table.columns]
    _each_once(table.file, names)
    return replace(table, columns=dict(zip(names, table.columns.values(), strict=True)))


def _each_once(file: str, names: Sequence[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen and name:
            raise in_file(
                file,
                text(
                    'the column "{column}" stands twice in the header: keep one of them',
                    column=name,
                ),
            )
        seen.add(name)

"""A file as columns of cells, whatever it was written in, and where each row stands in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from mulmok.model.errors import InputError
from mulmok.model.text import Text, text


class HalfWritten(InputError):  # noqa: N818 - named for what the file is
    """The file ends in the middle of a line: whoever writes it may not have finished."""


@dataclass(frozen=True, slots=True)
class Table:
    """Columns by name, all of the same length.

    `where` says where row `i` (from 0) stands, in words a person can look it up by.
    """

    file: str
    columns: dict[str, pa.ChunkedArray]
    rows: int
    where: Callable[[int], Text]

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


def in_file(file: str, message: Text) -> InputError:
    """Make the error of a file as a whole."""
    return InputError(text("{file}: {message}", file=file, message=message))


def checked_names(file: str, names: Sequence[str]) -> list[str]:
    """Names of a header as they are compared: trimmed, `time` in any case; doubled ones refused."""
    clean = [name.strip() for name in names]
    clean = [name.lower() if name.lower() in {"time", "channel"} else name for name in clean]
    seen: set[str] = set()
    for name in clean:
        if name in seen and name:
            raise in_file(
                file,
                text(
                    'the column "{column}" stands twice in the header: keep one of them',
                    column=name,
                ),
            )
        seen.add(name)
    return clean

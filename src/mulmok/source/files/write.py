"""Readings to files: CSV, Parquet or XLSX, wide or long, as `read` takes them back.

A file appears under its name only when it is whole. Times are ISO 8601 with an offset (UTC, or of
the zone asked for). In wide CSV a missing reading is `NaN` and no reading at all is an empty cell.
Text cells that a spreadsheet would take for a formula are guarded.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import pyarrow as pa

from mulmok.model.block import Bits, Bytes
from mulmok.model.errors import InputError, MulmokError
from mulmok.model.text import text
from mulmok.source.files.layout import Layout
from mulmok.source.files.rows import Rows
from mulmok.source.files.sinks import csv_sink, parquet_sink
from mulmok.source.files.write_xlsx import xlsx_sink
from mulmok.source.files.zones import named_zone

#: Letters of a path that are said.
_READ = 200

Shape = Literal["wide", "long"]


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Rows sorted by (at, channel) to be written, with their QARTOD flags and reasons if wanted."""

    rows: Rows
    flag: Bytes | None = None
    reasons: Bits | None = None


class Sink(Protocol):
    """Something tables are written to, one after the other."""

    def write(self, table: pa.Table) -> None:
        """Append the rows of a table; all have the same columns."""
        ...

    def close(self) -> None:
        """Finish the file."""
        ...


_SINKS: dict[str, Callable[[Path, pa.Schema], Sink]] = {
    ".csv": csv_sink,
    ".parquet": parquet_sink,
    ".pq": parquet_sink,
    ".xlsx": xlsx_sink,
}


def write_readings(
    path: Path,
    pieces: Iterable[Piece],
    ids: Sequence[str],
    *,
    shape: Shape = "wide",
    flags: bool = False,
    zone: str | None = None,
) -> int:
    """Write pieces that follow one another in time; give the number of readings written.

    The kind of file is told by the suffix of `path`. An instant must not be split between two
    pieces of a wide file. Raises InputError for a suffix nobody knows, MulmokError when the disk
    refuses.
    """
    open_sink = _SINKS.get(path.suffix.lower())
    if open_sink is None:
        raise InputError(
            text("{file}: want a name that ends in .csv, .parquet or .xlsx", file=str(path))
        )
    layout = Layout(
        tuple(ids),
        wide=shape == "wide",
        flags=flags,
        zone=None if zone is None else named_zone(zone),
        typed=path.suffix.lower() in {".parquet", ".pq"},
    )
    half = path.with_name(f".{path.name}.part")
    written = 0
    try:
        sink = open_sink(half, layout.schema)
        for piece in pieces:
            if len(piece.rows):
                sink.write(layout.table(piece.rows, piece.flag, piece.reasons))
                written += len(piece.rows)
        sink.close()
        half.replace(path)
    except OSError as fault:
        raise MulmokError(
            text(
                "{file}: cannot be written: {reason}",
                file=_short(path),
                reason=_reason(fault),
            )
        ) from fault
    finally:
        # Whatever ended it: once whole, the file is not under this name any more.
        with suppress(OSError):
            half.unlink(missing_ok=True)
    return written


def _reason(fault: OSError) -> str:
    """Say what the disk said: a library's own words name the half-written file, which nobody knows."""
    return os.strerror(fault.errno) if fault.errno else str(fault)


def _short(path: Path) -> str:
    """Give a path as far as a person reads it."""
    words = str(path)
    return words if len(words) <= _READ else f"{words[:_READ]}…"

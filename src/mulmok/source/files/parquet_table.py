"""Parquet to columns, in the types they were written in."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq

from mulmok.model.text import text
from mulmok.source.files.table import HalfWritten, NoReadings, Table, checked_names, in_file

#: How a Parquet file begins and ends.
MARK = b"PAR1"
#: Most cells that are read: packed, a thousand million equal ones are a few bytes. Site choice: a
#: year of a hundred channels each minute; some 1 GB of memory.
CELLS = 53_000_000


def parquet_table(data: bytes, file: str) -> Table:
    """Read the bytes of a Parquet file."""
    if not data:
        raise in_file(file, text("the file is empty: want a header line and readings"), NoReadings)
    if data.startswith(MARK) and not data.endswith(MARK):
        unended = text("this Parquet file has no end: is the file still being written?")
        raise in_file(file, unended, HalfWritten)
    try:
        held = pq.ParquetFile(io.BytesIO(data))
        cells = held.metadata.num_rows * held.metadata.num_columns
        if cells > CELLS:
            raise in_file(
                file, text("it has {cells} cells, at most {most} are read", cells=cells, most=CELLS)
            )
        table = held.read()
        table.validate(full=True)
        names = checked_names(table.column_names)
    except (pa.ArrowException, OSError, ValueError) as fault:
        raise in_file(
            file,
            text(
                "this Parquet file cannot be read ({reason}): copy or export it again",
                reason=next(iter(str(fault).splitlines()), "").rstrip("."),
            ),
        ) from None
    return Table(
        file,
        {name: table.column(index) for index, name in enumerate(names) if name},
        table.num_rows,
        lambda row: text("row {row}", row=row + 1),
    )

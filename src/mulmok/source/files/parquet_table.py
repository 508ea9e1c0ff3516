"""Parquet to columns, in the types they were written in."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq

from mulmok.model.text import text
from mulmok.source.files.table import HalfWritten, NoReadings, Table, checked_names, in_file

#: How a Parquet file begins and ends.
MARK = b"PAR1"


def parquet_table(data: bytes, file: str) -> Table:
    """Read the bytes of a Parquet file."""
    if not data:
        raise in_file(file, text("the file is empty: want a header line and readings"), NoReadings)
    if data.startswith(MARK) and not data.endswith(MARK):
        unended = text("this Parquet file has no end: is the file still being written?")
        raise in_file(file, unended, HalfWritten)
    try:
        table = pq.read_table(io.BytesIO(data))
    except (pa.ArrowInvalid, OSError, pa.ArrowNotImplementedError) as fault:
        raise in_file(
            file,
            text(
                "this Parquet file cannot be read ({reason}): copy or export it again",
                reason=str(fault).splitlines()[0].rstrip("."),
            ),
        ) from None
    names = checked_names(file, table.column_names)
    return Table(
        file,
        {name: table.column(index) for index, name in enumerate(names) if name},
        table.num_rows,
        lambda row: text("row {row}", row=row + 1),
    )

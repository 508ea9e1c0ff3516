"""Parquet to columns, in the types they were written in."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq

from mulmok.model.text import text
from mulmok.source.files.table import Table, checked_names, in_file


def parquet_table(data: bytes, file: str) -> Table:
    """Read the bytes of a Parquet file."""
    if not data:
        raise in_file(file, text("the file is empty: want a header line and readings"))
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

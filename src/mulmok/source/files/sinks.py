"""CSV and Parquet, written a table at a time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

#: A spreadsheet that opens a cell beginning so takes it for a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guarded(word: str) -> str:
    """Give a word no spreadsheet takes for a formula."""
    return f"'{word}" if word.startswith(FORMULA) else word


class _Csv:
    def __init__(self, path: Path, schema: pa.Schema) -> None:
        names = [guarded(name) for name in schema.names]
        fields = [pa.field(name, pa.string()) for name in names]
        self._schema = pa.schema(fields)
        self._writer = pacsv.CSVWriter(
            path, self._schema, write_options=pacsv.WriteOptions(quoting_style="needed")
        )

    def write(self, table: pa.Table) -> None:
        columns = [self._words(table.column(place)) for place in range(table.num_columns)]
        self._writer.write_table(pa.Table.from_arrays(columns, schema=self._schema))

    def _words(self, column: pa.ChunkedArray) -> pa.ChunkedArray:
        if pa.types.is_floating(column.type):
            # An empty cell says that nothing was due; a missing reading is said in a word.
            words = column.cast(pa.string())
            return pc.if_else(pc.is_nan(column), "NaN", words)
        if pa.types.is_string(column.type):
            unguarded = np.array(pc.starts_with(column, FORMULA[0]).fill_null(False).to_numpy())
            for sign in FORMULA[1:]:
                unguarded |= pc.starts_with(column, sign).fill_null(False).to_numpy()
            if unguarded.any():
                return pc.if_else(
                    pa.array(unguarded), pc.binary_join_element_wise("'", column, ""), column
                )
            return column
        return column.cast(pa.string())

    def close(self) -> None:
        self._writer.close()


class _Parquet:
    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._writer = pq.ParquetWriter(path, schema, compression="zstd")

    def write(self, table: pa.Table) -> None:
        self._writer.write_table(table)

    def close(self) -> None:
        self._writer.close()


def csv_sink(path: Path, schema: pa.Schema) -> _Csv:
    """Open a CSV file."""
    return _Csv(path, schema)


def parquet_sink(path: Path, schema: pa.Schema) -> _Parquet:
    """Open a Parquet file."""
    return _Parquet(path, schema)

"""A path to a table: which kind of file it is, and whether it can be read at all."""

from __future__ import annotations

from pathlib import Path

from mulmok.model.errors import InputError
from mulmok.model.text import text
from mulmok.source.files.csv_table import csv_table
from mulmok.source.files.parquet_table import MARK, parquet_table
from mulmok.source.files.table import Table, in_file
from mulmok.source.files.xlsx_table import xlsx_table

_ZIP = b"PK\x03\x04"


def read_table(path: Path) -> Table:
    """Read a file; what it is is told by its first bytes and its name."""
    if path.is_dir():
        raise in_file(
            str(path),
            text("this is a folder: name the files in it, as in {want}", want=f"{path}/*.csv"),
        )
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise in_file(str(path), text("there is no such file")) from None
    except OSError as fault:
        raise InputError(
            text(
                "{file}: cannot be read: {reason}",
                file=str(path),
                reason=fault.strerror or str(fault),
            )
        ) from None
    return table_of(data, str(path))


def table_of(data: bytes, name: str) -> Table:
    """Tell CSV, Parquet and XLSX apart and read the bytes."""
    if data.startswith(MARK) or name.lower().endswith((".parquet", ".pq")):
        return parquet_table(data, name)
    if data.startswith(_ZIP) or name.lower().endswith(".xlsx"):
        return xlsx_table(data, name)
    return csv_table(data, name)

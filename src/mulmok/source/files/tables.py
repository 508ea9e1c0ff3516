"""A path to a table: which kind of file it is, and whether it can be read at all."""

from __future__ import annotations

from pathlib import Path

from mulmok.model.errors import InputError
from mulmok.model.text import text
from mulmok.source.files.csv_table import csv_table
from mulmok.source.files.form import PLAIN, Form
from mulmok.source.files.parquet_table import MARK, parquet_table
from mulmok.source.files.table import Table, in_file
from mulmok.source.files.xlsx_table import xlsx_table

_ZIP = b"PK\x03\x04"
#: What is dropped in place of a readings file, by how it begins, and what is said of it.
_OTHERS = {
    b"\xd0\xcf\x11\xe0": text(
        "this is a workbook of the old kind or one with a password: save it as XLSX or CSV, without"
    ),
    b"\x1f\x8b": text("this is packed with gzip: drop what is in it"),
    b"%pdf": text("this is a PDF: want CSV, Parquet or XLSX"),
    b"<!doctype": (_WEB := text("this is a web page under another name: export it as CSV or XLSX")),
    b"<html": _WEB,
    b"<?xml": text("this is XML: want CSV, Parquet or XLSX"),
}


def read_table(path: Path, form: Form = PLAIN) -> Table:
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
    return table_of(data, str(path), form)


def table_of(data: bytes, name: str, form: Form = PLAIN) -> Table:
    """Tell CSV, Parquet and XLSX apart by what they hold, and read the bytes."""
    if data.startswith(MARK):
        return parquet_table(data, name)
    if data.startswith(_ZIP):
        return xlsx_table(data, name, form)
    for mark, words in _OTHERS.items():
        if data[:64].lstrip().lower().startswith(mark):
            raise in_file(name, words)
    return csv_table(data, name, form)

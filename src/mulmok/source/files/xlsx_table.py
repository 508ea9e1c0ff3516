"""XLSX to columns of text: all sheets that have the header of the first."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from mulmok.model.text import text
from mulmok.source.files.table import NoReadings, Table, checked_names, in_file

Cell = int | float | str | bool | time | date | datetime | timedelta


def _words(cell: Cell) -> str | None:
    """Give a cell as CSV would show it."""
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return repr(cell) if isinstance(cell, float) else str(cell)


def xlsx_table(data: bytes, file: str) -> Table:
    """Read the bytes of an XLSX file; a row is named by its number on its sheet."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [
            book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in book.sheet_names
        ]
    except CalamineError as fault:
        raise in_file(
            file, text("this workbook cannot be read ({reason}): save it again", reason=str(fault))
        ) from None
    sheets = [rows for rows in sheets if rows]
    if not sheets:
        raise in_file(file, text("the file is empty: want a header line and readings"), NoReadings)
    header = sheets[0][0]
    names = checked_names(file, [str(name) for name in header])
    cells: list[list[Cell]] = []
    lines: list[int] = []
    for rows in sheets:
        if rows[0] != header:
            continue
        for number, row in enumerate(rows[1:], start=2):
            if any(cell != "" for cell in row):
                cells.append(list(row))
                lines.append(number)
    columns = {
        name: pa.chunked_array([pa.array([_words(row[index]) for row in cells], pa.string())])
        for index, name in enumerate(names)
        if name
    }
    return Table(file, columns, len(cells), lambda row: text("line {line}", line=lines[row]))

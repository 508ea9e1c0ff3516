"""XLSX to columns of text: the first sheet with readings, and all that have its header."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from mulmok.model.text import text
from mulmok.source.files.form import PLAIN, Form
from mulmok.source.files.heading import header_place
from mulmok.source.files.table import NoReadings, Table, checked_names, in_file
from mulmok.source.files.workbook import check_workbook

Cell = int | float | str | bool | time | date | datetime | timedelta
Sheet = list[list[Cell]]


def xlsx_table(data: bytes, file: str, form: Form = PLAIN) -> Table:
    """Read the bytes of an XLSX file; a row is named by its number on its sheet."""
    check_workbook(data, file)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = book.sheet_names
        if form.sheet is not None and form.sheet not in names:
            raise in_file(
                file,
                text(
                    'there is no sheet "{sheet}" in it: it has {have}',
                    sheet=form.sheet,
                    have=", ".join(names),
                ),
            )
        wanted = names if form.sheet is None else [form.sheet]
        sheets = [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in wanted]
    except CalamineError as fault:
        raise in_file(
            file, text("this workbook cannot be read ({reason}): save it again", reason=str(fault))
        ) from None
    sheets = [rows for rows in sheets if rows]
    if not sheets:
        raise in_file(file, text("the file is empty: want a header line and readings"), NoReadings)
    places = [header_place(map(_as_names, rows), form) for rows in sheets]
    first = _first_with_readings(sheets, places, form)
    header = _header(sheets[first], places[first])
    if not header:
        raise in_file(file, text("the file is empty: want a header line and readings"), NoReadings)
    cells: list[list[Cell]] = []
    lines: list[int] = []
    for rows, place in zip(sheets[first:], places[first:], strict=True):
        if _header(rows, place) != header:
            continue
        for number, row in enumerate(rows[place + 1 + form.below :], place + 2 + form.below):
            if any(cell != "" for cell in row):
                cells.append(row)
                lines.append(number)
    columns = {
        name: pa.chunked_array([pa.array([_words(row[index]) for row in cells], pa.string())])
        for index, name in enumerate(checked_names(header))
        if name
    }
    return Table(file, columns, len(cells), lambda row: text("line {line}", line=lines[row]))


def _first_with_readings(sheets: Sequence[Sheet], places: Sequence[int], form: Form) -> int:
    """Give the place of the first sheet that has a column of times; of the first, where none has."""
    for number, (rows, place) in enumerate(zip(sheets, places, strict=True)):
        if any(name in form.times or name.lower() == "time" for name in _header(rows, place)):
            return number
    return 0


def _header(rows: Sheet, place: int) -> list[str]:
    return _as_names(rows[place]) if place < len(rows) else []


def _as_names(row: Sequence[Cell]) -> list[str]:
    return [str(cell).strip() for cell in row]


def _words(cell: Cell) -> str | None:
    """Give a cell as CSV would show it."""
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return repr(cell) if isinstance(cell, float) else str(cell)

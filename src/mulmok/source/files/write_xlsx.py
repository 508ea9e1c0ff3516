"""XLSX, written row by row in constant memory; a new sheet where one is full."""

from __future__ import annotations

import math
from pathlib import Path

import pyarrow as pa
import xlsxwriter

from mulmok.source.files.sinks import guarded

#: A sheet holds 1 048 576 rows (Excel's limit); one is the header.
SHEET_ROWS = 1_000_000


class _Xlsx:
    def __init__(self, path: Path, schema: pa.Schema) -> None:
        # Strings stay strings: nothing is taken for a formula, an address or a number.
        self._file = path.open("wb")
        self._book = xlsxwriter.Workbook(self._file, {"constant_memory": True})
        self._bold = self._book.add_format({"bold": True})
        self._names = [guarded(name) for name in schema.names]
        self._row = SHEET_ROWS + 1

    def _new_sheet(self) -> None:
        self._sheet = self._book.add_worksheet()
        self._sheet.freeze_panes(1, 1)
        self._sheet.set_column(0, 0, 26)
        for place, name in enumerate(self._names):
            self._sheet.write_string(0, place, name, self._bold)
        self._row = 1

    def write(self, table: pa.Table) -> None:
        for cells in zip(*(column.to_pylist() for column in table.columns), strict=True):
            if self._row > SHEET_ROWS:
                self._new_sheet()
            for place, cell in enumerate(cells):
                if cell is None:
                    continue
                if isinstance(cell, str):
                    self._sheet.write_string(self._row, place, guarded(cell))
                elif math.isfinite(cell):
                    self._sheet.write_number(self._row, place, cell)
                else:
                    # Cells hold no NaN and no infinity: they are written in words.
                    word = "NaN" if math.isnan(cell) else ("inf" if cell > 0 else "-inf")
                    self._sheet.write_string(self._row, place, word)
            self._row += 1

    def close(self) -> None:
        if self._row > SHEET_ROWS:
            self._new_sheet()
        with self._file:
            self._book.close()


def xlsx_sink(path: Path, schema: pa.Schema) -> _Xlsx:
    """Open a workbook."""
    return _Xlsx(path, schema)

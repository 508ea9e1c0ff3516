"""Workbooks that would take more than there is are refused before they are opened."""

from __future__ import annotations

import contextlib
import io
import struct
import zipfile

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from unit.source.channels import make_channel

from mulmok.model.errors import InputError
from mulmok.source.files.form import PLAIN
from mulmok.source.files.read import read_body
from mulmok.source.files.table import HalfWritten
from mulmok.source.files.tables import table_of
from mulmok.source.files.workbook import UNPACKED, check_workbook

WORKS = (make_channel("inlet.ph"),)
SHEET = "xl/worksheets/sheet1.xml"


def book(rows: int = 3, *, far: tuple[int, int] | None = None) -> bytes:
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, ["time", "inlet.ph"])
        for row in range(1, rows):
            sheet.write_row(row, 0, [f"2026-01-05T09:{row:02d}:00Z", 7.1])
        if far is not None:
            sheet.write(*far, "x")
    return sink.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """Give the workbook with one part put in place of another."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(sink, "w") as new:
        for part in old.infolist():
            body = content if part.filename == name else old.read(part.filename)
            new.writestr(part.filename, body, zipfile.ZIP_DEFLATED)
    return sink.getvalue()


def said(data: bytes) -> str:
    with pytest.raises(InputError) as caught:
        check_workbook(data, "a.xlsx")
    return str(caught.value)


def test_a_right_workbook_is_opened():
    check_workbook(book(), "a.xlsx")
    assert len(read_body(table_of(book(50), "a.xlsx"), WORKS, PLAIN).rows) == 49


def test_a_cell_in_the_last_corner_is_no_table():
    """Laid out that is 17 thousand million cells, of a file of 6 kB."""
    data = book(far=(1_048_575, 16_383))
    assert len(data) < 10_000
    assert said(data).startswith("a.xlsx: its sheets are laid out over 17179869184 cells")


@pytest.mark.parametrize(
    ("part", "was", "now"),
    [
        (SHEET, b'r="B3"', b'r="XFD99999999"'),
        (SHEET, b'<row r="3"', b"<row r='999999999'"),
        ("xl/sharedStrings.xml", b'uniqueCount="', b'uniqueCount="99999999'),
    ],
)
def test_room_is_not_made_for_what_a_part_only_says(part, was, now):
    """The library would ask for hundreds of gigabytes, and the process ends of that."""
    body = zipfile.ZipFile(io.BytesIO(book())).read(part)
    assert was in body
    assert "its sheets are laid out over" in said(with_part(book(), part, body.replace(was, now)))


def test_cells_that_do_not_say_where_they_are_are_counted():
    row = b"<row>" + b"<c><v>1</v></c>" * 100 + b"</row>"
    body = b"<worksheet><sheetData>" + row * 90_000 + b"</sheetData></worksheet>"
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as made:
        made.writestr("xl/workbook.xml", "<workbook/>")
        made.writestr(SHEET, body)  # not packed: a sheet like that packs as no table does
    assert "its sheets are laid out over 9" in said(sink.getvalue())


def test_a_part_that_unpacks_to_a_thousand_times_its_size_is_refused():
    bomb = with_part(book(), SHEET, b" " * (64 * 1024 * 1024))
    assert len(bomb) < 200_000
    assert "is packed as no table is" in said(bomb)


def test_a_workbook_that_says_how_large_it_is_is_believed():
    data = bytearray(book())
    place = data.rfind(SHEET.encode())
    place = data.rfind(b"PK\x01\x02", 0, place)
    data[place + 24 : place + 28] = struct.pack("<I", UNPACKED + 1)
    assert f"more than {UNPACKED // 1024 // 1024} MB" in said(bytes(data))


def test_a_part_that_holds_more_than_it_says_is_refused():
    data = bytearray(with_part(book(), SHEET, b"<worksheet>" + b"<c/>" * 100_000))
    place = data.rfind(b"PK\x01\x02", 0, data.rfind(SHEET.encode()))
    data[place + 24 : place + 28] = struct.pack("<I", 100)
    assert "is packed as no table is" in said(bytes(data))


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["a.csv", "b.csv"], "this is a ZIP and no workbook"),
        (["content.xml"], "this workbook is no XLSX"),
        (["xl/workbook.bin"], "this workbook is no XLSX"),
    ],
)
def test_another_zip_is_called_that(names, words):
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as made:
        for name in names:
            made.writestr(name, "x")
    assert words in said(sink.getvalue())


def test_half_a_workbook_is_waited_for():
    for length in (4, 100, len(book()) - 10):
        with pytest.raises(HalfWritten, match="has no end"):
            check_workbook(book()[:length], "a.xlsx")


@given(st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=4)), min_size=1, max_size=5))
def test_a_damaged_workbook_is_read_or_refused(edits):
    data = bytearray(BOOK)
    for place, bite in edits:
        begin = int(place * len(data))
        data[begin : begin + len(bite)] = bite
    with contextlib.suppress(InputError):
        read_body(table_of(bytes(data), "a.xlsx"), WORKS, PLAIN)


BOOK = book(20)

"""What a workbook would take to open, found out before: some kilobytes may hold 10^9 cells.

A workbook is a ZIP of XML. Its parts are unpacked piece by piece and counted, not kept; a part that
holds more than it says, or a sheet whose cells lie far apart, is refused. Opening it lays every
sheet out from its first cell to its last, whether there is anything between them or not.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

from mulmok.model.errors import InputError
from mulmok.model.text import text
from mulmok.source.files.table import HalfWritten, in_file

#: Most that a workbook may unpack to [bytes], and most cells of all its sheets together. Site
#: choice: a year of ten channels each minute; some 1 GB of memory.
UNPACKED = 512 * 1024 * 1024
CELLS = 8_000_000
#: A part beyond a size [bytes] that was packed tighter than this is no table. XML of numbers packs
#: by 5 to 20.
_SMALL, _TIGHTEST = 1024 * 1024, 200

_PIECE = 256 * 1024
_SHEET = re.compile(r"^xl/worksheets/[^/]+\.xml$")
#: A row or a cell with the place it says it has; one that says none follows the one before.
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br\s*=\s*[\"']\s*(\d{1,20})")
_CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br\s*=\s*[\"']\s*([A-Za-z]{1,20})(\d{1,20})")
_ROWS, _CELLS = re.compile(rb"<(?:\w+:)?row\b"), re.compile(rb"<(?:\w+:)?c\b")
#: How many there are of something: room is made for so many before any has been read.
_COUNT = re.compile(rb"[cC]ount\s*=\s*[\"']\s*\+?(\d{1,20})")
_ENCRYPTED = 0x1


def check_workbook(data: bytes, file: str) -> None:
    """See that a workbook can be opened. Raises InputError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, struct.error, NotImplementedError):
        raise in_file(
            file, text("this workbook has no end: is the file still being written?"), HalfWritten
        ) from None
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        if "xl/workbook.bin" in names or "content.xml" in names:
            raise in_file(file, text("this workbook is no XLSX: save it as XLSX"))
        raise in_file(file, text("this is a ZIP and no workbook: drop what is in it"))
    if sum(part.file_size for part in parts) > UNPACKED:
        raise _too_large(file)
    cells = 0
    for part in parts:
        unpacked = max(part.file_size, 1)
        if unpacked > _SMALL and unpacked > _TIGHTEST * max(part.compress_size, 1):
            raise _too_large(file)
        if _SHEET.match(part.filename):
            cells += _laid_out(_pieces(data, part, file))
        else:
            for piece in _pieces(data, part, file):
                cells = max([cells, *map(int, _COUNT.findall(piece))])
        if cells > CELLS:
            raise in_file(
                file,
                text(
                    "its sheets are laid out over {cells} cells, at most {most} are read: delete "
                    "what stands far below or beside the table",
                    cells=cells,
                    most=CELLS,
                ),
            )


def _laid_out(pieces: Iterator[bytes]) -> int:
    """Count the cells of a sheet, laid out from its first to its last; never too few."""
    width = height = rows = beside = 0
    for piece in pieces:
        for letters, row in _CELL.findall(piece):
            width, height = max(width, _column(letters)), max(height, int(row))
        height = max([height, *map(int, _ROW.findall(piece) + _COUNT.findall(piece))])
        first, *others = _ROWS.split(piece)
        rows += len(others)
        beside += len(_CELLS.findall(first))
        width = max(width, beside)
        for row in others:
            beside = len(_CELLS.findall(row))
            width = max(width, beside)
    return width * max(height, rows)


def _pieces(data: bytes, part: zipfile.ZipInfo, file: str) -> Iterator[bytes]:
    """Unpack a part piece by piece, each with the end of the one before: a cell may lie across."""
    head = data[part.header_offset : part.header_offset + 30]
    if len(head) < 30 or part.flag_bits & _ENCRYPTED or part.compress_type not in (0, 8):
        raise _unreadable(file)
    name, more = struct.unpack("<HH", head[26:30])
    begin = part.header_offset + 30 + name + more
    packed = memoryview(data)[begin : begin + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        yield bytes(packed)
        return
    unpacking, done, tail = zlib.decompressobj(-15), 0, b""
    for place in range(0, len(packed), _PIECE):
        rest = bytes(packed[place : place + _PIECE])
        while rest:
            try:
                piece = unpacking.decompress(rest, _PIECE)
            except zlib.error:
                raise _unreadable(file) from None
            rest = unpacking.unconsumed_tail
            done += len(piece)
            if done > part.file_size:
                raise _too_large(file)  # it says less than it holds
            yield tail + piece
            tail = piece[-100:]
            if not piece:
                break


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _too_large(file: str) -> InputError:
    return in_file(
        file,
        text(
            "unpacked this workbook has more than {most} MB, or is packed as no table is: save it "
            "as CSV",
            most=UNPACKED // 1024 // 1024,
        ),
    )


def _unreadable(file: str) -> InputError:
    return in_file(
        file, text("this workbook is damaged or packed in a way Excel does not: save it again")
    )

"""CSV to columns of text: encoding, delimiter and ragged lines told apart from the bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.csv as pacsv

from mulmok.model.errors import InputError
from mulmok.model.text import Text, text
from mulmok.source.files.line_ends import whole_lines
from mulmok.source.files.table import HalfWritten, NoReadings, Table, Tail, checked_names, in_file

_UTF16_MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def decoded(data: bytes, file: str) -> str:
    """Text of a file written in UTF-8 (with or without mark), UTF-16 with mark, or CP949."""
    if data[:2] in _UTF16_MARKS:
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\0" in data:
        raise in_file(file, text("this is no text: want CSV, Parquet or XLSX"))
    else:
        encodings = ("utf-8-sig", "cp949")
    for encoding in encodings:
        try:
            return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    raise in_file(file, text("the text is neither UTF-8 nor CP949: save it as UTF-8"))


def delimiter_of(header: str) -> str:
    """Tab, `;` or `,`: the one that stands most often in the header line."""
    return max("\t;,", key=header.count)


def _fields(line: str, delimiter: str) -> list[str]:
    """Fields of one line; none where the csv module gives up."""
    try:
        return next(csv.reader([line], delimiter=delimiter))
    except csv.Error:
        return []


def _numbered(words: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Give number and fields of each line that is not empty."""
    for number, line in enumerate(io.StringIO(words), start=1):
        bare = line.rstrip("\n")
        if bare:
            yield number, _fields(bare, delimiter)


def _line_of(words: str, row: int) -> Text:
    """Say where data row `row` stands: the header and empty lines are counted."""
    left = row + 1
    for number, line in enumerate(io.StringIO(words), start=1):
        if line.rstrip("\n"):
            if left == 0:
                return text("line {line}", line=number)
            left -= 1
    return text("line {line}", line=row + 2)


def _ragged(words: str, delimiter: str, width: int, file: str) -> InputError:
    """Say which line has too few or too many fields."""
    for number, fields in _numbered(words, delimiter):
        if len(fields) != width:
            return InputError(
                text(
                    "{file}, {where} has {have} fields, the header has {want}",
                    file=file,
                    where=text("line {line}", line=number),
                    have=len(fields),
                    want=width,
                )
            )
    return in_file(file, text("the quotes do not close: want RFC 4180 quoting"))


def csv_table(data: bytes, file: str, *, whole: bool = False) -> Table:
    """Read the bytes of a CSV file; every cell stays text, an empty one is null.

    A last line without a line end is left out and told in `tail`, unless the bytes are known to be
    `whole` (a body that came with its length).
    """
    if not data.strip():
        raise _empty(file)
    end = len(data) if whole else whole_lines(data)
    words = decoded(data[:end] or data, file)
    if not end:
        unended = text("there is no line end in it: is the file still being written?")
        raise in_file(file, unended, HalfWritten)
    start = len(words) - len(words.lstrip("\n"))
    header = words[start:].split("\n", 1)[0]
    if not header:
        raise _empty(file)
    delimiter = delimiter_of(header)
    names = checked_names(file, _fields(header, delimiter))
    width = len(names)
    tail = _tail(data, end, words, delimiter, width)
    columns = [str(index) for index in range(width)]
    try:
        table = pacsv.read_csv(
            io.BytesIO(words[start:].encode()),
            read_options=pacsv.ReadOptions(column_names=columns, skip_rows_after_names=1),
            parse_options=pacsv.ParseOptions(delimiter=delimiter),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid:
        raise _ragged(words, delimiter, width, file) from None
    if not table.num_rows and tail is not None:
        raise half_written(file, tail)
    return Table(
        file,
        {name: table.column(index) for index, name in enumerate(names) if name},
        table.num_rows,
        lambda row: _line_of(words, row),
        tail,
    )


def half_written(file: str, tail: Tail) -> HalfWritten:
    """Make the error of a file whose last line is cut short."""
    return HalfWritten(
        text(
            "{file}, {where} has {have} of {want} fields and no line end: "
            "is the file still being written?",
            file=file,
            where=tail.where,
            have=tail.fields,
            want=tail.wanted,
        )
    )


def _empty(file: str) -> InputError:
    return in_file(file, text("the file is empty: want a header line and readings"), NoReadings)


def _tail(data: bytes, end: int, words: str, delimiter: str, width: int) -> Tail | None:
    """Look at what stands after the last line end; it may end within a letter."""
    rest = data[end:].decode(_UTF16_MARKS.get(data[:2], "utf-8"), "replace").strip(" \t\0")
    if not rest:
        return None
    where = text("line {line}", line=words.count("\n") + 1)
    return Tail(where, len(_fields(rest, delimiter)), width)

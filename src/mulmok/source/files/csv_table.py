"""CSV to columns of text: encoding, delimiter and ragged lines told apart from the bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.csv as pacsv

from mulmok.model.errors import InputError
from mulmok.model.text import Text, text
from mulmok.source.files.form import PLAIN, Form
from mulmok.source.files.heading import TITLES, header_place
from mulmok.source.files.line_ends import whole_lines, wide_encoding
from mulmok.source.files.table import HalfWritten, NoReadings, Table, Tail, checked_names, in_file

_MARK = "\ufeff"


def decoded(data: bytes, file: str) -> str:
    """Text of a file written in UTF-8 or UTF-16 (with or without mark), or in CP949."""
    wide = wide_encoding(data)
    if wide is not None:
        encodings: tuple[str, ...] = (wide,)
    elif b"\0" in data:
        if b"\0" not in data.rstrip(b"\0"):
            # Its room is there, what belongs into it is still on its way.
            unfilled = text("it ends in empty bytes: is the file still being copied?")
            raise in_file(file, unfilled, HalfWritten)
        raise in_file(file, text("this is no text: want CSV, Parquet or XLSX"))
    else:
        encodings = ("utf-8", "cp949")
    for encoding in encodings:
        try:
            words = data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
        # Some writers mark what they append as if each piece were a file.
        return words.removeprefix(_MARK).replace(f"\n{_MARK}", "\n")
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


def _line_of(words: str, above: int, row: int) -> Text:
    """Say where data row `row` stands: what is above, the header and empty lines are counted."""
    left = row + 1
    for number, line in enumerate(io.StringIO(words), start=1):
        if line.rstrip("\n"):
            if left == 0:
                return text("line {line}", line=above + number)
            left -= 1
    return text("line {line}", line=above + row + 2)


def _ragged(words: str, above: int, delimiter: str, width: int, file: str) -> InputError:
    """Say which line has too few or too many fields."""
    for number, fields in _numbered(words, delimiter):
        if len(fields) != width:
            return InputError(
                text(
                    "{file}, {where} has {have} fields, the header has {want}",
                    file=file,
                    where=text("line {line}", line=above + number),
                    have=len(fields),
                    want=width,
                )
            )
    return in_file(file, text("the quotes do not close: want RFC 4180 quoting"))


def csv_table(data: bytes, file: str, form: Form = PLAIN, *, whole: bool = False) -> Table:
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
    body, above = _from_header(words, form)
    header = body.split("\n", 1)[0]
    if not header:
        raise _empty(file)
    delimiter = delimiter_of(header)
    names = checked_names(_fields(header, delimiter))
    width = len(names)
    tail = _tail(data, end, words, delimiter, width)
    columns = [str(index) for index in range(width)]
    try:
        table = pacsv.read_csv(
            io.BytesIO(body.encode()),
            read_options=pacsv.ReadOptions(column_names=columns, skip_rows_after_names=1),
            parse_options=pacsv.ParseOptions(delimiter=delimiter),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid:
        raise _ragged(body, above, delimiter, width, file) from None
    if table.num_rows <= form.below and tail is not None:
        raise half_written(file, tail)
    table = table.slice(form.below)
    return Table(
        file,
        {name: table.column(index) for index, name in enumerate(names) if name},
        table.num_rows,
        lambda row: _line_of(body, above, row + form.below),
        tail,
    )


def _from_header(words: str, form: Form) -> tuple[str, int]:
    """Give the text from its header on, and how many lines stand above it."""
    lines = words.split("\n", TITLES)[:TITLES]
    cells = (_fields(line, delimiter_of(line)) if line else [] for line in lines)
    above = header_place(cells, form)
    if above == 0 and form.skip is None:
        above = len(words) - len(words.lstrip("\n"))
    return (words if not above else words.split("\n", above)[-1]), above


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
    rest = data[end:].decode(wide_encoding(data) or "utf-8", "replace").strip(" \t\0")
    if not rest:
        return None
    where = text("line {line}", line=words.count("\n") + 1)
    return Tail(where, len(_fields(rest, delimiter)), width)

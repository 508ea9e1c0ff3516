"""What the files in a folder hold: columns, their newest cells, and how the times are written."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import ClassVar

import pyarrow as pa

from mulmok.model.errors import InputError, SourceError
from mulmok.model.text import Text, text
from mulmok.source.discovery import Found, Proposal
from mulmok.source.files.folder import Folder, shown
from mulmok.source.files.form import Form
from mulmok.source.files.plan import SETTINGS
from mulmok.source.files.reach import Reach, TooLargeError, read_whole
from mulmok.source.files.table import Table, plain
from mulmok.source.files.tables import table_of
from mulmok.source.settings import Given, SettingKey

#: Forms of times that are tried, the unambiguous ones first.
_PATTERNS = (
    "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y.%m.%d %H:%M:%S", "%Y/%m/%d %H:%M",
    "%Y.%m.%d %H:%M", "%Y%m%d%H%M%S", "%Y%m%d%H%M", "%Y-%m-%d %p %I:%M:%S", "%Y/%m/%d %p %I:%M:%S",
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M",
    "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M",
    "%y-%m-%d %H:%M:%S", "%y/%m/%d %H:%M",
)  # fmt: skip
#: Cells of a column that are looked at.
_CELLS = 50
#: Files that are tried, the newest first, and lines that may be the header.
_FILES, _LINES = 5, 12


class FilesDiscoverer:
    """Reads the newest file of a folder."""

    settings: ClassVar[tuple[SettingKey, ...]] = tuple(
        key for key in SETTINGS if key.name in ("folder", "recursive", "sheet", "skip")
    )

    @staticmethod
    async def discover(given: Mapping[str, Given], patience_s: float) -> list[Found]:
        """Look into the newest files. Raises SourceError when there is none to be read."""
        path = Path(str(given["folder"]))
        reach = Reach(str(path), patience_s)
        folder = Folder(path, given.get("recursive") is True)
        try:
            names = await reach.ask(lambda: list(folder.newest(_FILES)))
        except OSError as fault:
            raise _unreadable(str(path), fault.strerror or str(fault)) from fault
        if not names:
            raise SourceError(text("there is no readings file in {folder}", folder=str(path)))
        reasons: list[Text] = []
        for name in names:
            try:
                data, _ = await reach.ask(partial(read_whole, path / name))
            except (OSError, TooLargeError) as fault:
                reasons.append(text("{file}: {message}", file=shown(name), message=str(fault)))
                continue
            try:
                table = await asyncio.to_thread(_table, data, shown(name), given)
            except InputError as fault:
                reasons.append(fault.text)
                continue
            return [_found(table, given)]
        raise SourceError(reasons[0])


def _unreadable(folder: str, reason: str) -> SourceError:
    return SourceError(
        text("the folder {folder} cannot be read: {reason}", folder=folder, reason=reason)
    )


def _table(data: bytes, file: str, given: Mapping[str, Given]) -> Table:
    """Read a file from the first line that makes a header of it. Raises InputError."""
    sheet = None if "sheet" not in given else str(given["sheet"])
    told = given.get("skip")
    tried = [told] if isinstance(told, int) else range(_LINES)
    first: InputError | None = None
    times = text(
        "{file}: no column looks like times: tell the line of the header (skip=2)", file=file
    )
    for skip in tried:
        try:
            table = table_of(data, file, Form(skip=skip, sheet=sheet))
        except InputError as fault:
            first = first or fault
            continue
        if len(table.columns) > 1 and table.rows and _time_column(table) is not None:
            return table
        first = first or InputError(times)
    raise first or InputError(times)


def _found(table: Table, given: Mapping[str, Given]) -> Found:
    column, pattern, naive = _time_column(table) or ("time", None, False)
    long = {"channel", "value"} <= table.columns.keys()
    settings: dict[str, Given] = {"folder": str(given["folder"])}
    remarks = [text("only {file} was looked at, the newest that can be read", file=table.file)]
    settings |= {name: given[name] for name in ("recursive", "sheet") if name in given}
    if column != "time":
        settings["time_column"] = column
    if pattern is not None:
        settings["time_format"] = pattern
        if "%d" in pattern and not pattern.startswith(("%Y", "%y")):
            remarks.append(
                text("whether day or month comes first is a guess: {format}", format=pattern)
            )
    if naive:
        settings["zone"] = "works"
        remarks.append(
            text(
                'the times have no offset: zone = "works" says that they are of the works\' zone, '
                "daylight saving included"
            )
        )
    numbers = [name for name in table.columns if name != column]
    if any("," in cell for name in numbers for cell in _cells(table, name)[:_CELLS]):
        settings["decimal"] = ","
        remarks.append(text("a comma is taken for what stands before the decimals: is it?"))
    below = _words_below(table, column)
    if below:
        settings["below"] = below
    if long:
        return Found(settings, tuple(_of_long(table)), tuple(remarks))
    proposals = [
        Proposal(
            label=plain(name),
            own={"column": plain(name)},
            shows=next(reversed(cells), ""),
            unit=str(table.columns[name][below - 1].as_py() or "") if below else "",
        )
        for name in numbers
        if (cells := _cells(table, name)[below:]) and _is_number(cells[-1])
    ]
    others = [plain(name) for name in numbers if plain(name) not in {p.label for p in proposals}]
    if others:
        remarks.append(text("these hold no numbers: {columns}", columns=", ".join(others[:20])))
    return Found(settings, tuple(proposals), tuple(remarks))


def _of_long(table: Table) -> Iterator[Proposal]:
    """Give what a file with one reading a row has: the names in its column of channels."""
    newest = dict(zip(_all(table, "channel"), _all(table, "value"), strict=True))
    for name, value in newest.items():
        if name:
            yield Proposal(label=name, own={"column": name}, shows=value)


def _all(table: Table, name: str) -> list[str]:
    return ["" if cell is None else str(cell).strip() for cell in table.columns[name].to_pylist()]


def _cells(table: Table, name: str) -> list[str]:
    """Give the cells of a column that are not empty."""
    return [str(cell) for cell in table.columns[name].to_pylist() if cell is not None]


def _words_below(table: Table, times: str) -> int:
    """Count rows above the first that has a time."""
    column = table.columns[times]
    if pa.types.is_timestamp(column.type):
        return 0
    for place, cell in enumerate(column.to_pylist()[:_LINES]):
        if cell is not None and _form_of([str(cell)]) is not None:
            return place
    return 0


def _time_column(table: Table) -> tuple[str, str | None, bool] | None:
    """Give the first column of times, their form (None: ISO 8601), and whether they are naive."""
    for name, column in table.columns.items():
        if pa.types.is_timestamp(column.type):
            return name, None, column.type.tz is None
        cells = [str(cell) for cell in column.to_pylist()[: _CELLS + _LINES] if cell is not None]
        for begin in range(min(_LINES, len(cells))):
            form = _form_of(cells[begin:])
            if form is not None:
                return name, *form
    return None


def _form_of(cells: list[str]) -> tuple[str | None, bool] | None:
    if not cells or not all(len(cell.strip()) >= len("26/1/5 9:00") for cell in cells):
        return None
    for pattern in (None, *_PATTERNS):
        moments = list(_read(cells, pattern))
        if len(moments) == len(cells):
            return pattern, moments[0].tzinfo is None
    return None


def _read(cells: list[str], pattern: str | None) -> Iterator[datetime]:
    for cell in cells:
        words = cell.strip().replace("오전", "AM").replace("오후", "PM")
        try:
            if pattern is None:
                yield datetime.fromisoformat(words)
            else:
                yield datetime.strptime(words, pattern)  # noqa: DTZ007 - only tried
        except ValueError:
            return


def _is_number(cell: str) -> bool:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return True

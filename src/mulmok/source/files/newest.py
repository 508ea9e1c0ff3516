"""What stood last in a file for each channel: the cell as it was written, and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mulmok.model.block import Instants
from mulmok.model.status import Status
from mulmok.model.text import Text, text
from mulmok.source.files.header import Header
from mulmok.source.files.rows import Rows
from mulmok.source.files.table import Table

#: Longest cell that is shown.
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Cell:
    """The newest cell of one channel.

    number   what it holds, before scale and unit; NaN: no number
    value    [canonical unit]
    """

    place: Text
    raw: str
    number: float
    value: float
    status: Status
    at: int


def newest_cells(
    table: Table,
    header: Header,
    at: Instants,
    channel: NDArray[np.int16] | None,
    rows: Rows,
    plain: Rows,
) -> dict[int, Cell]:
    """Give the newest cell of each channel that has one.

    at, channel  of each row of the table; channel is None where it is wide
    rows, plain  the readings of the table, and the same before scale and unit
    """
    found = {}
    for index, column, place in _places(table, header, at, channel):
        here = np.flatnonzero((rows.channel == index) & (rows.at == at[place]))
        if not len(here):
            continue
        cell = table.columns[column][place].as_py()
        found[index] = Cell(
            text("{file}, {where}", file=table.file, where=table.where(place)),
            "" if cell is None else str(cell)[:_LONGEST],
            float(plain.value[here[0]]),
            float(rows.value[here[0]]),
            Status(int(rows.status[here[0]])),
            int(at[place]),
        )
    return found


def _places(
    table: Table, header: Header, at: Instants, channel: NDArray[np.int16] | None
) -> Iterator[tuple[int, str, int]]:
    """Give each channel with its column and the row of the table in which its newest cell stands."""
    if channel is None:
        for name, index in header.channels:
            rows = np.flatnonzero(table.columns[name].is_valid().to_numpy())
            if len(rows):
                yield index, name, int(rows[np.argmax(at[rows])])
        return
    for index in np.unique(channel[channel >= 0]).tolist():
        rows = np.flatnonzero(channel == index)
        yield index, "value", int(rows[np.argmax(at[rows])])

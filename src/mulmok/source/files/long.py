"""Long files: one reading a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from mulmok.model.block import Instants
from mulmok.model.text import text
from mulmok.source.files.form import Form
from mulmok.source.files.header import unknown_channel
from mulmok.source.files.rows import Rows
from mulmok.source.files.table import Table
from mulmok.source.files.values import numbers, statuses

#: Stands for a channel the site does not have and that is left out.
UNKNOWN = -1


def channel_column(
    table: Table, index: Mapping[str, int], columns: Mapping[str, str], *, ignore_unknown: bool
) -> tuple[NDArray[np.int16], tuple[str, ...]]:
    """Index of the channel of each row, and the names left out; `columns` says what is which."""
    column = table.columns["channel"]
    if not pa.types.is_dictionary(column.type):
        if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
            column = column.cast(pa.string())
        column = pc.utf8_trim_whitespace(column)
        column = pc.dictionary_encode(column)
    encoded = column.combine_chunks()
    if encoded.null_count:
        row = int(np.flatnonzero(encoded.is_null().to_numpy(zero_copy_only=False))[0])
        raise table.wrong(row, text("the channel is empty"))
    written = [str(name).strip() for name in encoded.dictionary.to_pylist()]
    names = [columns.get(name, name) for name in written]
    unknown = [name for name in names if name not in index]
    if unknown and not ignore_unknown:
        raise unknown_channel(table.file, unknown[0], index, more=len(unknown) - 1)
    known = np.array([index.get(name, UNKNOWN) for name in names], np.int16)
    return known[encoded.indices.to_numpy()], tuple(unknown)


def long_rows(
    table: Table, channel: NDArray[np.int16], at: Instants, form: Form
) -> tuple[Rows, Counter[str]]:
    """Give the readings of a long table in the file's order; an empty value is a missing reading."""
    cells = numbers(table, "value", form.decimal)
    if "status" in table.columns:
        status = statuses(table, "status", form.statuses)
    else:
        status = np.zeros(table.rows, np.uint8)
    rows = Rows(channel, at, cells.value, status)
    known = channel != UNKNOWN
    return (rows if bool(known.all()) else rows.take(known)), cells.words

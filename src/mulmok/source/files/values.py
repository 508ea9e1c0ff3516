"""A column of cells to numbers: what is empty, what is a word, what is wrong.

Empty cells and words (`Bad`, `n/a`, `-`) have no number; words are counted, because a word always
says that a reading was due. Numbers may be anything a float holds, infinities included: whether
they are believable is the quality stage's business.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from mulmok.model.block import Bytes, Values
from mulmok.model.errors import InputError
from mulmok.model.status import Status, parse_status
from mulmok.model.text import text
from mulmok.source.files.table import Table

_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$|^[+-]?[iI]nf(inity)?$"
#: A number that reads otherwise where other signs stand before decimals and between thousands.
_COMMA = re.compile(r"[+-]?\d+(,\d+)+(\.\d+)?|[+-]?\d+(\.\d{3})*,\d+")
#: Thousands, and what stands before the decimals, by the sign for the latter.
_GROUPED = {
    ".": (r"^([+-]?\d{1,3})((?:,\d{3})+)(\.\d+)?$", ","),
    ",": (r"^([+-]?\d{1,3})((?:\.\d{3})+)(,\d+)?$", "."),
}


@dataclass(frozen=True, slots=True)
class Cells:
    """Numbers of a column.

    value  NaN where there is no number
    empty  nothing stood in the cell
    words  how often which word stood in place of a number
    """

    value: Values
    empty: NDArray[np.bool_]
    words: Counter[str]


class DecimalError(InputError):
    """Numbers that may mean this or that; whoever asked can say which."""


def numbers(table: Table, name: str, decimal: str | None = None) -> Cells:
    """Read one column of values; `decimal` says what stands before the decimals of text.

    Nobody having said it, a comma is an error: 1,234 may be a little more than one.
    """
    column = table.columns[name]
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_null(kind):
        return Cells(np.full(table.rows, np.nan), np.ones(table.rows, np.bool_), Counter())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _of_text(table, name, column, decimal)
    try:
        value = np.array(column.cast(pa.float64(), safe=False).to_numpy(), np.float64)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise table.wrong(
            0, text('the column "{column}" is {type}: want numbers', column=name, type=str(kind))
        ) from None
    # A writer that knows no null leaves NaN: both are an empty cell.
    return Cells(value, np.isnan(value), Counter())


def _of_text(table: Table, name: str, column: pa.ChunkedArray, decimal: str | None) -> Cells:
    trimmed = pc.utf8_trim_whitespace(column)
    if decimal is not None:
        column = trimmed = _with_points(trimmed, decimal)
    empty = np.array(pc.fill_null(pc.equal(trimmed, ""), True).to_numpy(), np.bool_)
    try:
        value = np.array(column.cast(pa.float64()).to_numpy(), np.float64)
        if not (np.isnan(value) & ~empty).any():
            return Cells(value, empty, Counter())
    except pa.ArrowInvalid:
        pass
    good = pc.match_substring_regex(trimmed, _NUMBER)
    value = np.array(
        pc.if_else(good, trimmed, pa.scalar(None, trimmed.type)).cast(pa.float64()).to_numpy(),
        np.float64,
    )
    wordy = np.isnan(value) & ~empty
    words: Counter[str] = Counter()
    for entry in pc.value_counts(trimmed.filter(pa.array(wordy))).to_pylist():
        word = entry["values"]
        if decimal is None and _COMMA.fullmatch(word):
            row = int(pc.index(trimmed, word).as_py())
            fault = table.wrong(
                row,
                text(
                    '{column} has "{have}": want a decimal point, as in {want}',
                    column=name,
                    have=word,
                    want=_plain_number(word),
                ),
            )
            raise DecimalError(fault.text)
        words[word] += int(entry["counts"])
    return Cells(value, empty, words)


def _with_points(column: pa.ChunkedArray, decimal: str) -> pa.ChunkedArray:
    """Give numbers with a point before the decimals and nothing between thousands."""
    pattern, between = _GROUPED[decimal]
    grouped = pc.match_substring_regex(column, pattern)
    column = pc.if_else(grouped, pc.replace_substring(column, between, ""), column)
    if decimal == ",":
        column = pc.replace_substring_regex(column, r"^([+-]?\d*),(\d+)", r"\1.\2")
    return column


def _plain_number(word: str) -> str:
    """Guess what a number with commas is, for an example."""
    if word.count(",") > 1 or "." in word[word.rfind(",") :]:
        return word.replace(",", "")
    return word.replace(".", "").replace(",", ".")


def statuses(table: Table, name: str, known_as: Mapping[str, Status] | None = None) -> Bytes:
    """Read one column of instrument status words or codes; empty is NORMAL.

    `known_as` says what the writer's codes mean; without it they are names and codes of ours.
    """
    column = table.columns[name]
    if pa.types.is_floating(column.type):
        column = column.cast(pa.int64(), safe=False)
    encoded = pc.dictionary_encode(column.combine_chunks(), null_encoding="encode")
    known = np.empty(len(encoded.dictionary), np.uint8)
    for index, word in enumerate(encoded.dictionary.to_pylist()):
        try:
            known[index] = _status("" if word is None else str(word).strip(), known_as)
        except ValueError:
            row = int(pc.index(encoded.indices, index).as_py())
            if known_as is not None:
                unnamed = text(
                    'the status "{have}" is not known: name it in statuses', have=str(word)
                )
                raise table.wrong(row, unnamed) from None
            raise table.wrong(
                row,
                text(
                    '{column} has "{have}": want NORMAL, STOPPED, NO_FLOW, CALIBRATING, '
                    "MAINTENANCE, COMM_FAIL, DEVICE_FAULT, POWER_FAIL, TRIAL, RESENT "
                    "or a code 0 to 9",
                    column=name,
                    have=str(word),
                ),
            ) from None
    rows: Bytes = known[encoded.indices.to_numpy()]
    return rows


def _status(word: str, known_as: Mapping[str, Status] | None) -> Status:
    if known_as is None or not word:
        return parse_status(word)
    if word not in known_as:
        raise ValueError(word)
    return known_as[word]

"""Rows: readings on their way between a file and the journal, with their order made sure of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mulmok.model.block import Bytes, Instants, Values
from mulmok.model.status import Status
from mulmok.source.signal import Signal


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Readings as arrays of one length.

    channel  index in the works' channel list
    at       instants measured [ns UTC]
    value    [canonical unit]; missing is NaN
    status   instrument status
    """

    channel: NDArray[np.int16]
    at: Instants
    value: Values
    status: Bytes

    def __len__(self) -> int:
        """Count the readings."""
        return len(self.at)

    def take(self, which: NDArray[np.intp] | NDArray[np.bool_] | slice) -> Rows:
        """Give some of the rows, in the order asked for."""
        return Rows(self.channel[which], self.at[which], self.value[which], self.status[which])


def signalled(rows: Rows, signals: Mapping[int, Signal]) -> Rows:
    """Give rows whose numbers have become values by the signal of their channel."""
    if not signals or not len(rows):
        return rows
    value, status = rows.value.copy(), rows.status.copy()
    for index, signal in signals.items():
        here = rows.channel == index
        value[here], said = signal.values(rows.value[here])
        # What the writer says of an instrument goes before what its current says.
        status[here] = np.where(status[here] == Status.NORMAL, said, status[here])
    return Rows(rows.channel, rows.at, value, status)


def joined(parts: list[Rows]) -> Rows:
    """Put rows behind each other."""
    if len(parts) == 1:
        return parts[0]
    return Rows(
        np.concatenate([part.channel for part in parts]) if parts else np.empty(0, np.int16),
        np.concatenate([part.at for part in parts]) if parts else np.empty(0, np.int64),
        np.concatenate([part.value for part in parts]) if parts else np.empty(0, np.float64),
        np.concatenate([part.status for part in parts]) if parts else np.empty(0, np.uint8),
    )


def in_order(rows: Rows) -> Rows:
    """Sort by (at, channel); rows that are equal in both stay in the order they came."""
    later = rows.at[1:] > rows.at[:-1]
    same = rows.at[1:] == rows.at[:-1]
    if bool((later | (same & (rows.channel[1:] >= rows.channel[:-1]))).all()):
        return rows
    return rows.take(np.lexsort((rows.channel, rows.at)))


def without_repeats(rows: Rows) -> tuple[Rows, int, int]:
    """Keep the first row of each (channel, at) of sorted rows; count repeats and conflicts.

    A repeat that says something else than the row kept is a conflict.
    """
    repeat = np.zeros(len(rows), np.bool_)
    repeat[1:] = (rows.at[1:] == rows.at[:-1]) & (rows.channel[1:] == rows.channel[:-1])
    if not repeat.any():
        return rows, 0, 0
    kept = np.maximum.accumulate(np.where(repeat, 0, np.arange(len(rows))))[repeat]
    value, first = rows.value[repeat], rows.value[kept]
    differs = ~((value == first) | (np.isnan(value) & np.isnan(first)))
    differs |= rows.status[repeat] != rows.status[kept]
    return rows.take(~repeat), int(repeat.sum()), int(differs.sum())


def beyond(rows: Rows, before: Rows) -> tuple[Rows, int]:
    """Give the rows whose (channel, at) was not there before, and how many others have changed."""
    both = joined([before, rows])
    order = np.lexsort((both.channel, both.at))
    ordered = both.take(order)
    _, _, conflicts = without_repeats(ordered)
    new = np.ones(len(order), np.bool_)
    new[1:] = (ordered.at[1:] != ordered.at[:-1]) | (ordered.channel[1:] != ordered.channel[:-1])
    return ordered.take(new & (order >= len(before))), conflicts

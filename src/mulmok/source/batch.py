"""Readings on their way from an answer to an `Arrival`: gathered, in order of time, in bounded pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mulmok.model.block import Bytes, Instants, Values
from mulmok.source.port import Arrival

#: Readings handed over at a time, so that a year of one source does not hold up the others.
MOST = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Readings as arrays of one length; `blank` are empty cells of a table, which may say nothing."""

    channel: NDArray[np.int16]
    at: Instants
    value: Values
    status: Bytes
    blank: NDArray[np.bool_]

    def __len__(self) -> int:
        """Count the readings."""
        return len(self.at)

    def take(self, rows: NDArray[np.intp]) -> Batch:
        """Give some of the rows, in the order asked for."""
        return Batch(
            self.channel[rows], self.at[rows], self.value[rows], self.status[rows], self.blank[rows]
        )

    def arrivals(self) -> Iterator[Arrival]:
        """Give the rows in order of time, at most `MOST` at a time."""
        order = np.argsort(self.at, kind="stable")
        for begin in range(0, len(order), MOST):
            rows = order[begin : begin + MOST]
            yield Arrival(self.channel[rows], self.at[rows], self.value[rows], self.status[rows])


@dataclass(slots=True)
class Gathering:
    """Rows so far."""

    channel: list[int] = field(default_factory=list)
    at: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    status: list[int] = field(default_factory=list)
    blank: list[bool] = field(default_factory=list)

    def add(self, index: int, at: int, value: float, status: int, *, blank: bool = False) -> None:
        """Add a reading."""
        self.channel.append(index)
        self.at.append(at)
        self.value.append(value)
        self.status.append(status)
        self.blank.append(blank)

    def batch(self) -> Batch:
        """Give what was gathered."""
        return Batch(
            np.array(self.channel, np.int16),
            np.array(self.at, np.int64),
            np.array(self.value, np.float64),
            np.array(self.status, np.uint8),
            np.array(self.blank, np.bool_),
        )


def joined(parts: Iterable[Batch]) -> Batch:
    """Put batches behind each other."""
    parts = [part for part in parts if len(part)] or [Gathering().batch()]
    return Batch(
        np.concatenate([part.channel for part in parts]),
        np.concatenate([part.at for part in parts]),
        np.concatenate([part.value for part in parts]),
        np.concatenate([part.status for part in parts]),
        np.concatenate([part.blank for part in parts]),
    )

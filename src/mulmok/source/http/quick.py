"""The quick way through a body in which nothing is wrong: by column, not by reading.

Where anything is odd it gives nothing, and the way reading by reading says what it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from mulmok.model.block import Instants
from mulmok.model.status import parse_status
from mulmok.model.time import EARLIEST, parse_instant
from mulmok.source.port import Arrival


def quick(
    index: Mapping[str, int],
    names: Sequence[str],
    instants: Sequence[str | int | None],
    values: Sequence[float | None],
    statuses: Sequence[str | int | None] | None,
    latest: int,
) -> Arrival | None:
    """Give the rows of columns of one length; None where one of them is not as it should be."""
    if not names:
        return None
    try:
        channel = np.array([index[name] for name in names], np.int16)
        at = _instants(instants)
        value = np.array(values, np.float64)
        status = np.zeros(len(names), np.uint8)
        if statuses is not None:
            known = {
                word: parse_status("" if word is None else str(word)) for word in set(statuses)
            }
            status = np.array([known[word] for word in statuses], np.uint8)
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError):
        return None
    if int(at.max()) > latest or int(at.min()) < EARLIEST:
        return None
    return Arrival(channel, at, value, status)


def _instants(instants: Sequence[str | int | None]) -> Instants:
    """Give instants, each text of them read once. Raises ValueError, TypeError or OverflowError."""
    if isinstance(instants[0], str):
        known = {words: parse_instant(words) for words in set(instants)}  # type: ignore[arg-type]
        return np.array([known[words] for words in instants], np.int64)
    return np.array(instants, np.int64)

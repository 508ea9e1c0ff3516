"""The journal: every message in the order it was judged, numbered without a gap."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from mulmok.model.message import Message
from mulmok.store.codec import message_from_bytes, message_to_bytes
from mulmok.store.sql import queries

#: Entries read at once: no statement stays open over what the reader does with them.
_PAGE = 500


def append(
    connection: sqlite3.Connection,
    keys: NDArray[np.int64],
    messages: Sequence[Message],
    received_at: int,
) -> list[int]:
    """Write messages behind the last one, inside the caller's transaction; gives their numbers."""
    first = last_seq(connection) + 1
    numbers = list(range(first, first + len(messages)))
    entries = [
        (number, received_at, message_to_bytes(message, keys))
        for number, message in zip(numbers, messages, strict=True)
    ]
    connection.executemany(queries()["append"], entries)
    return numbers


def read(
    connection: sqlite3.Connection, after: int, index: dict[int, int]
) -> Iterator[tuple[int, Message]]:
    """Give number and message of the entries after `after`; `index`: channel index of each key."""
    while page := connection.execute(queries()["journal_after"], (after, _PAGE)).fetchall():
        for seq, body in page:
            message = message_from_bytes(body, index)
            if message is not None:
                yield seq, message
        after = page[-1][0]


def last_seq(connection: sqlite3.Connection) -> int:
    """Number of the last entry; 0 when there was none. It never goes back, whatever is dropped."""
    return int(connection.execute(queries()["last_seq"]).fetchone()[0])

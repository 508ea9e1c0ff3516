"""Long stretches of the past into the store: whole days go in sealed, only the rest row by row."""

from __future__ import annotations

import sqlite3
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mulmok.model.block import Block
from mulmok.model.judgement import Expectation, Judgement
from mulmok.model.time import DAY
from mulmok.store.history import judged_rows, last_rows, record, record_words, tuples
from mulmok.store.seal import seal_day
from mulmok.store.sql import queries

#: From so many rows a channel-day on it is worth packing at once. Site choice: an analyser of 30 min.
_WORTH = 24
_QUARTER = DAY // 4


def record_past(
    connection: sqlite3.Connection,
    keys: NDArray[np.int64],
    judgement: Judgement,
    configuration: int | None,
) -> None:
    """Write a judgement on past readings, inside the caller's transaction."""
    for run in judgement.runs:
        if len(run.block):
            _keep(connection, keys, run.block, run.expectation)
    if judgement.late is not None:
        record(connection, keys, [(0, Judgement(late=judgement.late))])
    record_words(connection, [(0, judgement)], configuration)


def _keep(
    connection: sqlite3.Connection,
    keys: NDArray[np.int64],
    block: Block,
    expectation: Expectation,
) -> None:
    whole = judged_rows(block, expectation)
    of_rows = keys[block.channel_of_rows()]
    rest: list[slice] = []
    for channel, key in enumerate(keys.tolist()):
        mine = block.rows(channel)
        if mine.start == mine.stop:
            continue
        days = block.at[mine] // DAY
        edges = np.flatnonzero(np.diff(days)) + 1
        begins = [mine.start, *(mine.start + edges).tolist(), mine.stop]
        for begin, end in pairwise(begins):
            day = int(days[begin - mine.start])
            # The last day may go on in what comes next: packed at most four times, never row by row.
            finished = end < mine.stop or int(block.at[end - 1] - block.at[begin]) >= _QUARTER
            if finished and end - begin >= _WORTH:
                seal_day(connection, key, day, whole.part(slice(begin, end)))
            else:
                rest.append(slice(begin, end))
    for part in rest:
        connection.executemany(queries()["add_row"], tuples(of_rows[part], whole.part(part)))
    ends = np.array(last_rows(block), np.int64)
    connection.executemany(queries()["set_latest"], tuples(of_rows[ends], whole.part(ends)))

"""A year of one channel to a thousand buckets, beside plain SQL over rows."""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from mulmok.model.block import Block
from mulmok.model.judgement import Expectation, Judged, Judgement
from mulmok.model.time import DAY, MINUTE
from mulmok.store.sqlite import Store


def measure(days: int = 365) -> list[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as name:
        store = Store.open(Path(name))
        store.know_channels(["inlet.ph"])
        end = 20_000 * DAY
        start = end - days * DAY
        rng = np.random.default_rng(1)
        begun = time.perf_counter()
        for day in range(start, end, DAY):
            at = np.arange(day, day + DAY, MINUTE)
            value = np.round(7 + rng.normal(0, 0.1, len(at)), 2)
            store.write_bulk(_judged(at, value))
        written = time.perf_counter() - begun
        took = []
        with store.query() as query:
            for _ in range(9):
                begun = time.perf_counter()
                query.buckets("inlet.ph", start, end, 1000)
                took.append((time.perf_counter() - begun) * 1000)
        size = store.connection.execute(
            "SELECT sum(length(rows) + length(hourly)) FROM sealed"
        ).fetchone()[0]
        store.close()
        plain = _plain(Path(name) / "plain.sqlite", start, end)
    count = days * 1440
    return [
        ("rows written in bulk", f"{count / written / 1e3:.0f} k/s"),
        ("sealed size", f"{size / count:.1f} bytes a reading"),
        ("a year to 1 000 buckets, median", f"{statistics.median(took):.1f} ms"),
        (
            "peer: the same by SQL over a table with a row a reading",
            f"{plain:.0f} ms ({plain / statistics.median(took):.0f} times as long)",
        ),
    ]


def _judged(at: np.ndarray, value: np.ndarray) -> Judgement:
    n = len(at)
    ones = np.ones(n, np.uint8)
    block = Block(at, value, ones, np.zeros(n, np.uint8), np.zeros(n, np.uint32), np.array([0, n]))
    band = Expectation(value, value - 0.3, value + 0.3, np.zeros(n), value)
    return Judgement(runs=(Judged(block, band),))


def _plain(path: Path, start: int, end: int) -> float:
    """The usual table of a historian: a row a reading, its key (channel, at)."""
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE TABLE reading (channel INT, at INT, value REAL, PRIMARY KEY (channel, at)) "
        "WITHOUT ROWID"
    )
    rng = np.random.default_rng(1)
    connection.executemany(
        "INSERT INTO reading VALUES (1, ?, ?)",
        ((at, round(rng.normal(7, 0.1), 2)) for at in range(start, end, MINUTE)),
    )
    connection.commit()
    took = []
    for _ in range(5):
        begun = time.perf_counter()
        connection.execute(
            "SELECT (at - ?) / ?, min(value), max(value), avg(value), count(*) FROM reading "
            "WHERE channel = 1 AND at >= ? AND at < ? GROUP BY 1",
            (start, (end - start) // 1000, start, end),
        ).fetchall()
        took.append((time.perf_counter() - begun) * 1000)
    connection.close()
    return statistics.median(took)

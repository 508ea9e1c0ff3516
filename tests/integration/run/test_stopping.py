"""Stopped as a service manager stops things, a works leaves nothing to be done at the next start."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from integration.run.running import Works

from mulmok.store.sqlite import FILE


def test_a_works_told_to_end_leaves_a_snapshot_of_all_it_took(tmp_path: Path):
    works = Works(tmp_path)
    last = works.push(0)
    assert works.stop() == 0
    with closing(sqlite3.connect(works.data / FILE)) as connection:
        (journaled,) = connection.execute("SELECT max(seq) FROM journal").fetchone()
        (remembered,) = connection.execute("SELECT max(seq) FROM snapshot").fetchone()
    assert remembered == journaled >= last

"""kill -9 while writing and sealing: what was acknowledged is there, and no group in part."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from integration.store.ingest import SIZE
from integration.store.making import START

from mulmok.model.time import MINUTE
from mulmok.store.sqlite import Store

TESTS = Path(__file__).parents[2]


def killed_after(folder: Path, groups: int) -> int:
    """Let a process write until so many groups are acknowledged, kill it; give the last one."""
    process = subprocess.Popen(
        [sys.executable, "-m", "integration.store.ingest", str(folder)],
        cwd=TESTS,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    acked = [int(process.stdout.readline()) for _ in range(groups)]
    process.kill()
    # What it had acknowledged before the signal reached it counts too; half a line does not.
    acked += [int(line) for line in process.stdout if line.endswith("\n")]
    process.stdout.close()
    process.wait()
    return acked[-1]


@pytest.mark.parametrize("seed", [1, 2])
def test_kill_nine_loses_no_acknowledged_group_and_tears_none(tmp_path: Path, seed: int):
    chance, acked = random.Random(seed), -1
    for _ in range(4):
        last = killed_after(tmp_path, chance.randrange(1, 120))
        assert last > acked
        acked = last
        store = Store.open(tmp_path)
        try:
            kept = store.last_seq()
            assert kept >= (acked + 1) * SIZE, "an acknowledged group is missing"
            assert kept % SIZE == 0, "a group is there in part"
            assert store.connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            ask = store.connection.execute
            assert ask("SELECT count(*), count(DISTINCT at) FROM transition").fetchone() == (
                kept,
                kept,
            )
            assert len(store.pending_effects(limit=10**9)) == kept
            with store.query() as query:
                for channel, size in (("inlet.flow", 1), ("inlet.ph", 100)):
                    rows = query.rows(channel, START, START + 10**18)
                    assert rows.at.tolist() == [START + n * MINUTE for n in range(kept)]
                    assert rows.value.tolist() == [n / size for n in range(kept)]
            found = store.last_snapshot()
            assert found is None or found.seq <= kept
        finally:
            store.close()

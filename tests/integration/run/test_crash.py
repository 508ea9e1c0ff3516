"""SIGKILL at random moments: what was acknowledged is there, no alarm is lost or doubled."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from crash_child import START, scan

from mulmok.config.load import load_site
from mulmok.model.message import Readings
from mulmok.model.time import FOREVER, MINUTE
from mulmok.run.build import build_pipeline
from mulmok.run.replay import replay
from mulmok.store.query import Query

CHILD = Path(__file__).with_name("crash_child.py")
SITE = Path(__file__).parents[3] / "examples/smallest.toml"
KILLS = 22


def run_once(data: Path, first: int, end: int, patience: float | None) -> tuple[list[int], int]:
    """Start the works at scan `first`; kill it after `patience` [s] of taking scans, if given."""
    process = subprocess.Popen(
        [sys.executable, str(CHILD), str(SITE), str(data), str(first), str(end)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    acked = [int(process.stdout.readline())]
    if patience is not None:
        time.sleep(patience)
        process.send_signal(signal.SIGKILL)
    acked += [int(line) for line in process.stdout if line.endswith("\n")]
    process.stdout.close()
    return acked, process.wait()


def test_no_acknowledged_reading_and_no_alarm_is_lost_or_doubled_by_sigkill(tmp_path: Path):
    chance, data, acked = random.Random(7), tmp_path / "data", list[int]()
    for _ in range(KILLS):
        # The sender was not answered for the scan under way, so it sends it again.
        first = acked[-1] + 1 if acked else 0
        got, code = run_once(data, first, 10_000_000, chance.uniform(0, 0.25))
        assert code == -signal.SIGKILL
        acked += got
    end = acked[-1] + 200
    got, code = run_once(data, acked[-1] + 1, end, None)
    assert code == 0
    acked += got
    assert acked == list(range(end))

    site = load_site(SITE)
    with Query.open(data / "mulmok.sqlite") as query:
        for index, channel in enumerate(site.channels):
            rows = query.rows(channel.id, 0, FOREVER)
            expected = np.array([scan(number).value[index] for number in range(end)])
            np.testing.assert_array_equal(rows.at, START + MINUTE * np.arange(end))
            np.testing.assert_array_equal(rows.value, expected)
        kept = query.transitions_between(0, FOREVER)
    messages = (
        Readings(0, part.channel, part.at, part.value, part.status)
        for part in (scan(number) for number in range(end))
    )
    expected_alarms = replay(build_pipeline(site), messages, len(site.channels)).in_order()
    assert len(expected_alarms) > 20
    assert [(t.alarm, t.at, t.before, t.after) for t in kept] == [
        (t.alarm, t.at, t.before, t.after) for t in expected_alarms
    ]

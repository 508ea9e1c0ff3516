"""SIGKILL at random moments: what comes of it is what comes of a run that was never killed."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from crash_child import FLOW, PH, START, scan, step

from mulmok.config.load import load_site
from mulmok.model.time import FOREVER, MINUTE
from mulmok.source.port import Arrival
from mulmok.store.query import Query
from mulmok.store.sqlite import FILE

CHILD = Path(__file__).with_name("crash_child.py")
SITE = Path(__file__).with_name("crash.toml")
KILLS = 22
#: The newest scans still wait to be overtaken (`reorder`): they are in the journal and in the state.
HELD, BEHIND = 2, 3


def only_scans(number: int) -> bool:
    return all(isinstance(message, Arrival) for message in step(number))


def run_once(data: Path, first: int, end: int, patience: float | None) -> tuple[list[int], int]:
    """Start the works at step `first`; kill it after `patience` [s] of taking steps, if given."""
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


def outbox(query: Query) -> list[tuple[object, ...]]:
    asked = query.connection.execute("SELECT key, body, asked_at, done_at FROM outbox ORDER BY key")
    return asked.fetchall()


def test_what_was_killed_again_and_again_comes_to_what_was_left_in_peace(tmp_path: Path):
    chance, data, acked = random.Random(7), tmp_path / "data", list[int]()
    for _ in range(KILLS):
        # The sender was not answered for the step under way, so it sends all of it again.
        first = acked[-1] + 1 if acked else 0
        got, code = run_once(data, first, 10_000_000, chance.uniform(0, 0.25))
        assert code == -signal.SIGKILL
        acked += got
    end = acked[-1] + 250
    # What somebody orders or a source says moves time to its own instant, ahead of the clock.
    while not all(map(only_scans, range(end - BEHIND, end))):
        end += 1
    got, code = run_once(data, acked[-1] + 1, end, None)
    assert code == 0
    acked += got
    assert acked == list(range(end))

    peace = tmp_path / "peace"
    assert run_once(peace, 0, end, None) == (acked, 0)
    assert (data / "views.txt").read_text() == (peace / "views.txt").read_text()
    channels = load_site(SITE).channels
    with Query.open(data / FILE) as query, Query.open(peace / FILE) as other:
        told = query.transitions_between(0, FOREVER)
        assert {t.alarm for t in told} == {"ph-low", "ph-missing", "fault", "source-plc"}
        assert {"ACKED", "RTNUN", "SHLVD", "OOSRV"} <= {t.after.value for t in told}
        assert told == other.transitions_between(0, FOREVER)
        events = query.events(0, limit=10_000)
        assert len(events) >= 3
        assert events == other.events(0, limit=10_000)
        assert outbox(query) == outbox(other) != []
        assert query.loads("hour", 0, FOREVER) == other.loads("hour", 0, FOREVER)
        for index, channel in enumerate(channels):
            rows, same = query.rows(channel.id, 0, FOREVER), other.rows(channel.id, 0, FOREVER)
            # The clock stands three minutes behind what comes, so that no tick overtakes it.
            known = end - HELD - BEHIND
            np.testing.assert_array_equal(rows.at, START + MINUTE * np.arange(known))
            expected = np.array([scan(number).value[index] for number in range(known)])
            assert index in {FLOW, PH}
            np.testing.assert_array_equal(rows.value, expected)
            np.testing.assert_array_equal(rows.flag, same.flag)
            np.testing.assert_array_equal(rows.reasons, same.reasons)

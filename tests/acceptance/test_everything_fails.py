"""A telemetry box, an edge, a line and a works, all real programs, cut and killed in random order.

Afterwards every reading the box holds is in the works' store, exactly once. `MULMOK_CHAOS_S` says for
how many seconds things go wrong (a minute without it), `MULMOK_CHAOS_SEED` in which order.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from integration.run.line import Line
from integration.run.running import TOKEN, Works, free_port

from mulmok.config.load import load_site
from mulmok.model.time import FOREVER, SECOND
from mulmok.run.peers import SimulatedInstruments
from mulmok.run.simulation import simulator_of
from mulmok.store.query import Query
from mulmok.store.sqlite import FILE

CHAOS_S = float(os.environ.get("MULMOK_CHAOS_S", "60"))
SEED = int(os.environ.get("MULMOK_CHAOS_SEED", "1"))
EVERY = 2 * SECOND
CHANNELS = ("pump3.flow", "pump3.ec", "pump3.temperature")
WORKS = """
[works]
id = "pump3"
name = "pump3"
zone = "Asia/Seoul"
capacity = "30000 m3/d"
"""
CHANNEL = """
[[channel]]
id = "{id}"
quantity = "{quantity}"
every = "2 s"
"""
BOX = """
[[source]]
id = "box"
driver = "rtu"
host = "127.0.0.1"
port = {port}
site = "SW0003"
resend = "2 min"
timeout = "2 s"
"""


class Program:
    """One of the programs, in a process of its own, that may be killed and started again."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.folder, self.words = folder, words
        self.log = (folder / f"{words[0]}.log").open("ab")
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mulmok.cli", *self.words, "--lang", "en"],
            cwd=self.folder,
            env={**os.environ, "T": TOKEN},
            stdout=self.log,
            stderr=self.log,
        )

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(30)

    def again(self) -> None:
        self.kill()
        self.start()

    def end(self) -> None:
        self.kill()
        self.log.close()


def site_files(folder: Path, port: int) -> str:
    """Write the edge's site file; give that of the works."""
    plain = [CHANNEL.format(id=name, quantity=name.partition(".")[2]) for name in CHANNELS]
    own = [f'{words}[channel.source]\nid = "box"\n' for words in plain]
    (folder / "pump3.toml").write_text(
        WORKS + BOX.format(port=port) + "".join(own), encoding="utf-8"
    )
    return WORKS + "".join(plain)


def test_every_reading_the_box_holds_is_in_the_works_exactly_once(tmp_path):
    chance, box_port, port = random.Random(SEED), free_port(), free_port()
    words = site_files(tmp_path, box_port)
    (tmp_path / "works").mkdir()
    box = Program(tmp_path, "simulate", "rtu", "pump3.toml")
    works, line = Works(tmp_path / "works", words, port), Line(port)
    to = f"http://127.0.0.1:{line.port}"
    edge = Program(tmp_path, "edge", "pump3.toml", "--to", to, "--token", "env:T", "--data", "edge")

    def fell() -> None:
        nonlocal works
        works.kill()
        works = Works(tmp_path / "works", words, port)

    acts: list[Callable[[], None]] = [
        line.cut,
        line.mend,
        lambda: line.lose(2),
        box.again,
        edge.again,
        fell,
    ]
    try:
        until(lambda: len(kept(works, CHANNELS[0])) > 0, "the first reading")
        end = time.monotonic() + CHAOS_S
        while time.monotonic() < end:
            chance.choice(acts)()
            time.sleep(chance.uniform(0.2, 4.0))
        line.mend()
        line.lose(0)
        last = time.time_ns()
        until(
            lambda: all(kept(works, name).at[-1] >= last for name in CHANNELS), "the last reading"
        )
        check(tmp_path / "pump3.toml", works, last)
    finally:
        edge.end()
        box.end()
        line.close()
        works.kill()


def check(site_file: Path, works: Works, last: int) -> None:
    """Every reading from the first that was taken to the last is there once, with its value."""
    site = load_site(site_file)
    held = SimulatedInstruments(simulator_of(site, 1))
    for index, name in enumerate(CHANNELS):
        rows = kept(works, name)
        due = range(int(rows.at[0]), last, EVERY)
        shown = {at: held.show(index, at) for at in due}
        want = {at: value for at, (value, _) in shown.items() if not np.isnan(value)}
        have = dict(zip(rows.at.tolist(), rows.value.tolist(), strict=True))
        assert len(have) == len(rows), "once"
        missing = [at for at in want if at not in have]
        assert not missing, f"{len(missing)} of {len(want)} readings of {name} are lost"
        wrong = [at for at, value in want.items() if not np.isclose(have[at], value, atol=0.011)]
        assert not wrong, f"{len(wrong)} readings of {name} have another value"


def kept(works: Works, channel: str):
    with Query.open(works.data / FILE) as query:
        return query.rows(channel, 0, FOREVER)


def until(holds: Callable[[], bool], what: str, patience_s: float = 120.0) -> None:
    end = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < end, f"{what} never came"
        time.sleep(0.2)

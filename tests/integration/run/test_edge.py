"""An edge and its works, both real processes: what the edge took arrives once, whatever breaks."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from line import Line
from running import TOKEN, Works, free_port

from mulmok.model.flag import Flag
from mulmok.model.status import Status
from mulmok.model.time import DAY, FOREVER, HOUR, MINUTE
from mulmok.store.parcel import Parcel
from mulmok.store.parcels import Parcels
from mulmok.store.query import Query
from mulmok.store.sqlite import FILE

SITE = """
[works]
id = "far"
name = "far"
zone = "Asia/Seoul"

[[channel]]
id = "pump3.ph"
quantity = "ph"
every = "1 min"

[[channel]]
id = "pump3.ec"
quantity = "ec"
every = "1 min"
"""
CHANNELS = ("pump3.ph", "pump3.ec")
ALARM = """
[[alarm]]
id = "ph-low"
channel = "pump3.ph"
below = "5.0"
priority = 1
"""
DROP = """
[[source]]
id = "logger"
driver = "files"
folder = "incoming"
poll = "1 s"
channels = ["pump3.ph", "pump3.ec"]
"""
NOW = time.time_ns() // MINUTE * MINUTE


class Edge:
    """`mulmok edge` in a process of its own."""

    def __init__(
        self, folder: Path, port: int, site: str = SITE + DROP, token: str = TOKEN
    ) -> None:
        folder.mkdir(exist_ok=True)
        (folder / "incoming").mkdir(exist_ok=True)
        (folder / "edge.toml").write_text(site, encoding="utf-8")
        self.data = folder / "edge-data"
        command = [sys.executable, "-m", "mulmok.cli", "edge", "edge.toml", "--lang", "en"]
        self.log = (folder / "edge.log").open("ab")
        self.process = subprocess.Popen(
            [
                *command,
                "--to",
                f"http://127.0.0.1:{port}",
                "--token",
                "env:T",
                "--data",
                str(self.data),
            ],
            env={**os.environ, "T": token},
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=self.log,
        )

    def stop(self) -> int:
        self.process.terminate()
        code = self.process.wait(30)
        self.log.close()
        return code

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(30)
        self.log.close()

    @property
    def said(self) -> str:
        return Path(self.log.name).read_text(encoding="utf-8")


def eventually(holds, patience_s: float = 60.0):
    """Wait until something holds; give what it gave."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        found = holds()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("it never came to that")


def kept(works: Works, channel: str):
    with Query.open(works.data / FILE) as query:
        return query.rows(channel, 0, FOREVER)


def journal(folder: Path, *parcels: tuple[list[int], np.ndarray, np.ndarray], ids=CHANNELS) -> None:
    """An edge's journal with deliveries in it; nobody runs."""
    store = Parcels.open(folder / "edge-data", ids)
    for channel, at, value in parcels:
        numbers = store.numbers(ids)[channel]
        store.keep(Parcel(numbers, at, value, np.zeros(len(at), np.uint8)), NOW)
    store.close()


def minutes(begin: int, count: int, value=None, channel: int = 0):
    at = begin + MINUTE * np.arange(count, dtype=np.int64)
    values = np.round(7.0 + 0.3 * np.sin(np.arange(count) / 50.0), 2) if value is None else value
    return [channel] * count, at, np.asarray(values, np.float64)


def waits(folder: Path) -> int:
    store = Parcels.open(folder / "edge-data", CHANNELS)
    try:
        return store.backlog().readings
    finally:
        store.close()


@pytest.fixture
def works(tmp_path):
    (tmp_path / "works").mkdir()
    made = Works(tmp_path / "works", SITE + ALARM)
    yield made
    if made.process.poll() is None:
        made.stop()


def test_what_a_logger_writes_at_the_edge_is_in_the_works(tmp_path, works):
    edge = Edge(tmp_path / "edge", works.port)
    rows = [
        f"2026-01-05T00:{minute:02d}:00+09:00,{7 + minute / 100:.2f},{800 + minute}"
        for minute in range(30)
    ]
    words = "time,pump3.ph,pump3.ec\n" + "\n".join(rows) + "\n"
    (tmp_path / "edge/incoming/a.csv").write_text(words, encoding="utf-8")
    eventually(lambda: len(kept(works, "pump3.ec")) == 30)
    assert kept(works, "pump3.ph").value.tolist() == [7 + minute / 100 for minute in range(30)]
    assert edge.stop() == 0
    assert waits(tmp_path / "edge") == 0


def test_a_week_without_a_line_arrives_in_order_once_marked_as_sent_again_and_calls_nobody(
    tmp_path, works
):
    count = 7 * 24 * 60
    values = np.full(count, 7.0) + np.arange(count) % 7 / 100
    values[2000:2060] = 4.0  # an hour of acid, five days ago
    begin = NOW - count * MINUTE
    journal(
        tmp_path / "edge",
        *[
            minutes(begin + part * MINUTE, 60, values[part : part + 60])
            for part in range(0, count, 60)
        ],
    )
    edge = Edge(tmp_path / "edge", works.port)
    rows = eventually(lambda: (found := kept(works, "pump3.ph")) and len(found) == count and found)
    edge.stop()
    assert np.array_equal(rows.at, begin + MINUTE * np.arange(count))
    assert np.array_equal(rows.value, values)
    assert (rows.status[:-10] == Status.RESENT).all()
    assert (rows.flag[3000:9000] == Flag.GOOD).all(), "late, and judged all the same"
    with Query.open(works.data / FILE) as query:
        raised = [change for change in query.transitions() if change.alarm == "ph-low"]
    assert {change.after.value for change in raised} == {"UNACK", "RTNUN"}, "it is in the list"
    assert abs(raised[-1].at - (begin + 2000 * MINUTE)) < HOUR
    works.stop()
    with sqlite3.connect(works.data / FILE) as store:
        assert store.execute("SELECT count(*) FROM outbox").fetchone() == (0,), "nobody is called"


def test_an_answer_that_is_lost_makes_no_reading_come_twice(tmp_path, works):
    line = Line(works.port)
    try:
        line.lose(3)
        journal(tmp_path / "edge", *[minutes(NOW - DAY + hour * HOUR, 60) for hour in range(20)])
        edge = Edge(tmp_path / "edge", line.port)
        rows = eventually(
            lambda: (found := kept(works, "pump3.ph")) and len(found) == 1200 and found
        )
        eventually(lambda: "does not answer" in edge.said)
        assert (np.diff(rows.at) == MINUTE).all()
        edge.stop()
    finally:
        line.close()


def test_a_works_that_is_not_there_yet_gets_it_all_when_it_comes(tmp_path):
    port = free_port()
    journal(tmp_path / "edge", minutes(NOW - HOUR, 60))
    edge = Edge(tmp_path / "edge", port)
    eventually(lambda: "does not answer" in edge.said)
    (tmp_path / "works").mkdir()
    works = Works(tmp_path / "works", SITE, port)
    eventually(lambda: len(kept(works, "pump3.ph")) == 60)
    assert edge.stop() == 0
    works.stop()


def test_both_ends_may_be_killed_at_any_moment(tmp_path):
    (tmp_path / "works").mkdir()
    port = free_port()
    count = 3000
    journal(
        tmp_path / "edge",
        *[minutes(NOW - DAY * 3 + part * MINUTE, 10) for part in range(0, count, 10)],
    )
    works, edge = Works(tmp_path / "works", SITE, port), Edge(tmp_path / "edge", port)
    for number in range(4):
        time.sleep(0.4)
        if number % 2:
            works.kill()
            works = Works(tmp_path / "works", SITE, port)
        else:
            edge.kill()
            edge = Edge(tmp_path / "edge", port)
    rows = eventually(lambda: (found := kept(works, "pump3.ph")) and len(found) == count and found)
    assert (np.diff(rows.at) == MINUTE).all()
    edge.stop()
    works.stop()


def test_a_channel_the_works_does_not_have_is_laid_aside_and_the_others_go_on(tmp_path, works):
    ids = (*CHANNELS, "pump3.orp")
    extra = SITE + '[[channel]]\nid = "pump3.orp"\nquantity = "orp"\nevery = "1 min"\n' + DROP
    parcels = [
        minutes(NOW - HOUR, 30, channel=2),
        minutes(NOW - HOUR, 30),
        minutes(NOW - HOUR // 2, 30, channel=2),
    ]
    journal(tmp_path / "edge", *parcels, ids=ids)
    edge = Edge(tmp_path / "edge", works.port, extra)
    eventually(lambda: len(kept(works, "pump3.ph")) == 30)
    eventually(lambda: "pump3.orp" in edge.said)
    edge.stop()
    store = Parcels.open(tmp_path / "edge/edge-data", ids)
    backlog = store.backlog()
    store.close()
    assert (backlog.readings, backlog.refused) == (0, 60), (
        "nothing is lost: it is kept with its reason"
    )


def test_a_reading_of_next_week_is_laid_aside_alone(tmp_path, works):
    _, at, value = minutes(NOW - HOUR, 30)
    at[7] = NOW + 7 * DAY
    journal(tmp_path / "edge", ([0] * 30, at, value))
    edge = Edge(tmp_path / "edge", works.port)
    eventually(lambda: len(kept(works, "pump3.ph")) == 29)
    edge.stop()
    store = Parcels.open(tmp_path / "edge/edge-data", CHANNELS)
    assert store.backlog().refused == 1
    store.close()


def test_a_wrong_token_loses_nothing(tmp_path, works):
    journal(tmp_path / "edge", minutes(NOW - HOUR, 30))
    edge = Edge(tmp_path / "edge", works.port, token="wrong")
    eventually(lambda: "401" in edge.said)
    edge.stop()
    assert "wrong" not in edge.said.replace("wrong token", "")
    assert waits(tmp_path / "edge") == 30
    edge = Edge(tmp_path / "edge", works.port)
    eventually(lambda: len(kept(works, "pump3.ph")) == 30)
    edge.stop()

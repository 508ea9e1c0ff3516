"""Programs of mulmok as processes of their own, and what they cost, for the benchmarks."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from mulmok.store.query import Query
from mulmok.store.sqlite import FILE

TOKEN = "benchmark-token"
QUANTITIES = ("flow", "ph", "ec", "temperature", "turbidity", "tss", "cod", "nh4_n", "tn", "tp")


def names(count: int) -> list[str]:
    return [f"p{number // 10}.{QUANTITIES[number % 10]}" for number in range(count)]


def site(channels: list[str], every: str, more: str = "") -> str:
    lines = ['[works]\nid = "bench"\nname = "bench"\nzone = "Asia/Seoul"']
    lines.append('[http]\ntoken = "env:MULMOK_BENCH_TOKEN"')
    for channel in channels:
        quantity = channel.rpartition(".")[2].partition("-")[0]
        lines.append(f'[[channel]]\nid = "{channel}"\nquantity = "{quantity}"\nevery = "{every}"')
    return "\n".join(lines) + more


@contextmanager
def works(folder: Path, words: str) -> Iterator[tuple[int, psutil.Process]]:
    """A works as `mulmok run` has it: its port and its process."""
    (folder / "site.toml").write_text(words, encoding="utf-8")
    port = free_port()
    command = [
        "run",
        str(folder / "site.toml"),
        "--data",
        str(folder / "data"),
        "--port",
        str(port),
    ]
    with program(command) as process:
        wait(port)
        yield port, psutil.Process(process.pid)


@contextmanager
def program(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "mulmok.cli", *command],
        env={**os.environ, "MULMOK_BENCH_TOKEN": TOKEN},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait(port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("the works did not start")


def spent(process: psutil.Process) -> float:
    """Processor time of a process so far [s]."""
    times = process.cpu_times()
    return float(times.user + times.system)


def last(folder: Path, channel: str) -> int:
    with Query.open(folder / "data" / FILE) as query:
        row = query.latest().get(channel)
    return 0 if row is None else row.at

"""Readings pushed over HTTP into a running works: sustained rate, and the time of one scan."""

from __future__ import annotations

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

CHANNELS = 30
_TOKEN = "benchmark-token"


def _site(folder: Path) -> Path:
    lines = [
        '[works]\nid = "bench"\nname = { ko = "측정", en = "bench" }\nzone = "Asia/Seoul"',
        '[http]\ntoken = "env:MULMOK_BENCH_TOKEN"',
    ]
    quantities = ("flow", "ph", "ec", "temperature", "turbidity", "tss", "cod", "nh4_n", "tn", "tp")
    for number in range(CHANNELS):
        quantity = quantities[number % len(quantities)]
        lines.append(
            f'[[channel]]\nid = "p{number // 10}.{quantity}"\nquantity = "{quantity}"\nevery = "1 s"'
        )
    lines.append('[[alarm]]\nid = "low"\nchannel = "p0.ph"\nbelow = "5"')
    path = folder / "site.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def measure(seconds: float = 10.0, clients: int = 8) -> list[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        site = _site(folder)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [
            sys.executable,
            "-m",
            "mulmok.cli",
            "run",
            str(site),
            "--data",
            str(folder / "data"),
            "--port",
            str(port),
        ]
        begun = time.perf_counter()
        process = subprocess.Popen(
            command, env={**os.environ, "MULMOK_BENCH_TOKEN": _TOKEN}, stdout=subprocess.DEVNULL
        )
        try:
            _wait(port)
            now = time.time_ns() // 10**9 - 3 * 86_400
            _push(_connect(port), now)
            first = time.perf_counter() - begun
            single = _one_by_one(port, now + 1, 300)
            rate = _sustained(port, now + 1000, seconds, clients)
        finally:
            process.terminate()
            process.wait()
    return [
        ("start to first judged reading (kernels cached)", f"{first:.2f} s"),
        (
            f"one scan of {CHANNELS}, arrival to commit, median",
            f"{single[0]:.1f} ms (p95 {single[1]:.1f} ms)",
        ),
        (f"sustained, {clients} clients, scans of {CHANNELS}", f"{rate:,.0f} readings/s on disk"),
    ]


def _connect(port: int) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _wait(port: int) -> None:
    for _ in range(600):
        try:
            connection = _connect(port)
            connection.request("GET", "/health")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("the works did not start")


def _body(second: int) -> bytes:
    quantities = ("flow", "ph", "ec", "temperature", "turbidity", "tss", "cod", "nh4_n", "tn", "tp")
    values = (900, 7, 800, 18, 150, 200, 400, 30, 40, 5)
    at = second * 10**9
    return json.dumps(
        {
            "channel": [f"p{n // 10}.{quantities[n % 10]}" for n in range(CHANNELS)],
            "at_ns": [at] * CHANNELS,
            "value": [values[n % 10] * (1 + (second * 7 + n) % 13 / 200) for n in range(CHANNELS)],
        }
    ).encode()


def _push(connection: http.client.HTTPConnection, second: int) -> None:
    headers = {"Authorization": f"Bearer {_TOKEN}", "Content-Type": "application/json"}
    connection.request("POST", "/api/v1/readings", _body(second), headers)
    answer = connection.getresponse()
    said = answer.read()
    if answer.status >= 300:
        raise SystemExit(f"{answer.status}: {said.decode()}")


def _one_by_one(port: int, first: int, count: int) -> tuple[float, float]:
    connection, took = _connect(port), []
    for number in range(count):
        begun = time.perf_counter()
        _push(connection, first + number)
        took.append((time.perf_counter() - begun) * 1000)
    took.sort()
    return statistics.median(took), took[int(len(took) * 0.95)]


def _sustained(port: int, first: int, seconds: float, clients: int) -> float:
    lock, sent, next_second = threading.Lock(), 0, first
    end = time.perf_counter() + seconds

    def client() -> None:
        nonlocal sent, next_second
        connection = _connect(port)
        while time.perf_counter() < end:
            with lock:
                second, next_second = next_second, next_second + 1
            _push(connection, second)
            with lock:
                sent += CHANNELS

    begun = time.perf_counter()
    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sent / (time.perf_counter() - begun)

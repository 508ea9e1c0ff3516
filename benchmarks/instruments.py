"""Instruments into a running works, judged and on disk: readings for a second of its processor's time.

The works is a process of its own; what is measured is its processor time, so that devices, brokers
and pushing programs on the same machine do not count."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.page import Piece
from benchmarks.running import TOKEN, free_port, last, names, program, site, spent, wait, works
from mulmok.store.parcel import Parcel
from mulmok.store.parcels import Parcels
from mulmok.store.query import Query
from mulmok.store.sqlite import FILE

USUAL = (900.0, 7.0, 800.0, 18.0, 150.0, 200.0, 400.0, 30.0, 40.0, 5.0)
MINUTE = 60 * 10**9


def measure() -> Iterator[Piece]:
    yield from pushed()
    yield from mqtt()
    yield from modbus()
    yield from caught_up()


def pushed(batches: int = 400, instants: int = 25, clients: int = 4) -> Iterator[Piece]:
    channels = names(40)
    with (
        tempfile.TemporaryDirectory() as name,
        works(Path(name), site(channels, "1 s")) as (port, process),
    ):
        begin = time.time_ns() // 10**9 - batches * instants - 60
        bodies = [body(channels, begin + number * instants, instants) for number in range(batches)]
        push(port, bodies[:4], 1)
        before = spent(process)
        push(port, bodies[4:], clients)
        rate = (batches - 4) * instants * len(channels) / (spent(process) - before)
    yield "HTTP, batches of 1 000 readings as columns", f"{rate:,.0f} readings per CPU-second"


def body(channels: list[str], second: int, count: int) -> bytes:
    value = [
        round(USUAL[n % 10] * (1 + (at * 7 + n) % 13 / 200), 2)
        for at in range(second, second + count)
        for n in range(len(channels))
    ]
    at = np.repeat(np.arange(second, second + count) * 10**9, len(channels)).tolist()
    return json.dumps({"channel": channels * count, "at_ns": at, "value": value}).encode()


def push(port: int, bodies: list[bytes], clients: int) -> None:
    import http.client

    left, turn = iter(bodies), threading.Lock()
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            with turn:
                content = next(left, None)
            if content is None:
                return
            connection.request("POST", "/api/v1/readings", content, headers)
            answer = connection.getresponse()
            said = answer.read()
            if answer.status != 200:
                raise SystemExit(said.decode())

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


_PUBLISHER = """
import json, sys, time
import paho.mqtt.client as paho
port, messages, each, begin = map(int, sys.argv[1:])
client = paho.Client(paho.CallbackAPIVersion.VERSION2)
client.max_queued_messages_set(0)
client.max_inflight_messages_set(1000)
client.connect("127.0.0.1", port)
client.loop_start()
for number in range(messages):
    at = (begin + number) * 1000 if each > 1 else begin * 1000 + number
    values = {f"v{n}": 7.0 + (number * 7 + n) % 13 / 200 for n in range(each)}
    last = client.publish("bench/scan", json.dumps({"at": at, **values}), qos=1)
    if number % 5000 == 4999:
        last.wait_for_publish()
last.wait_for_publish()
client.loop_stop()
client.disconnect()
"""


def mqtt() -> Iterator[Piece]:
    broker = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if broker is None:
        yield "MQTT is skipped: mosquitto is not installed"
        return
    for each, messages in ((30, 20_000), (1, 1_000_000)):
        yield from _published(broker, each, messages)


def _published(broker: str, each: int, messages: int) -> Iterator[Piece]:
    """Publish documents of so many readings, and see what it costs until all are on disk."""
    channels = [f"p.ph-{number}" for number in range(each)]
    broker_port = free_port()
    words = site([], "1 s")
    words += f'\n[[source]]\nid = "mqtt"\ndriver = "mqtt"\nhost = "127.0.0.1"\nport = {broker_port}\ntime_format = "ms"'
    for number, channel in enumerate(channels):
        words += (
            f'\n[[channel]]\nid = "{channel}"\nquantity = "ph"\nevery = "1 s"\n[channel.source]\n'
            f'id = "mqtt"\ntopic = "bench/scan"\npath = "v{number}"\ntime_path = "at"'
        )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = (
            f"listener {broker_port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n"
        )
        (folder / "broker.conf").write_text(settings, encoding="utf-8")
        serving = subprocess.Popen(
            [broker, "-c", str(folder / "broker.conf")], stderr=subprocess.DEVNULL
        )
        try:
            wait(broker_port)
            with works(folder, words) as (_, process):
                time.sleep(5.0)
                before, memory = spent(process), list[float]()
                seconds = messages if each > 1 else messages // 1000
                begin = time.time_ns() // 10**9 - seconds - 10
                end = (
                    (begin + messages - 1) * 10**9
                    if each > 1
                    else begin * 10**9 + (messages - 1) * 10**6
                )
                sending = [
                    sys.executable,
                    "-c",
                    _PUBLISHER,
                    str(broker_port),
                    str(messages),
                    str(each),
                    str(begin),
                ]
                publisher = subprocess.Popen(sending)
                while last(folder, channels[-1]) < end:
                    memory.append(process.memory_info().rss / 1e6)
                    time.sleep(0.5)
                publisher.wait()
                rate = messages * each / (spent(process) - before)
        finally:
            serving.terminate()
            serving.wait()
    about = f"MQTT JSON, QoS 1, {messages:,} messages of {each}"
    yield about, f"{rate:,.0f} readings per CPU-second"
    tenth = memory[len(memory) // 10 :]
    yield (
        f"{about}: memory after a tenth, and at its most",
        f"{tenth[0]:.0f} MB, {max(tenth):.0f} MB",
    )


_DEVICES = """
import asyncio, sys
import numpy as np
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice
async def main():
    words = np.tile(np.frombuffer(np.array([7.1], ">f4").tobytes(), ">u2"), 30).astype(int).tolist()
    for port in map(int, sys.argv[1:]):
        data = SimData(0, values=words, datatype=DataType.REGISTERS)
        server = ModbusTcpServer(SimDevice(0, [data]), address=("127.0.0.1", port))
        await server.serve_forever(background=True)
    print("ready", flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


def modbus(devices: int = 50, values: int = 30, seconds: float = 30.0) -> Iterator[Piece]:
    ports = [free_port() for _ in range(devices)]
    channels = [f"d{device}.ph-{number}" for device in range(devices) for number in range(values)]
    more = [
        f'\n[[source]]\nid = "d{n}"\ndriver = "modbus"\nhost = "127.0.0.1"\nport = {port}'
        for n, port in enumerate(ports)
    ]
    words = site([], "1 s")
    for number, channel in enumerate(channels):
        words += (
            f'\n[[channel]]\nid = "{channel}"\nquantity = "ph"\nevery = "1 s"\n[channel.source]\n'
            f'id = "d{number // values}"\ntable = "holding"\nregister = {number % values * 2}\ntype = "float32"'
        )
    peers = subprocess.Popen(
        [sys.executable, "-c", _DEVICES, *map(str, ports)], stdout=subprocess.PIPE
    )
    try:
        assert peers.stdout is not None
        peers.stdout.readline()
        with (
            tempfile.TemporaryDirectory() as name,
            works(Path(name), words + "".join(more)) as (_, process),
        ):
            time.sleep(15.0)
            before, begun = spent(process), time.perf_counter()
            time.sleep(seconds)
            share = (spent(process) - before) / (time.perf_counter() - begun)
            with Query.open(Path(name) / "data" / FILE) as query:
                now = time.time_ns()
                kept = sum(len(query.rows(channel, now - 10 * 10**9, now)) for channel in channels)
    finally:
        peers.terminate()
        peers.wait()
    yield (
        f"Modbus TCP, {devices} devices of {values} float32 at 1 Hz",
        f"{share:.1%} of a core; {kept / 10:,.0f} readings/s of {devices * values:,} are on disk",
    )


def caught_up(days: int = 7, count: int = 40) -> Iterator[Piece]:
    channels = names(count)
    rng, scans = np.random.default_rng(1), days * 1440
    end = time.time_ns() // MINUTE * MINUTE
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        usual = np.array([USUAL[n % 10] for n in range(count)])
        parcels = Parcels.open(folder / "edge", channels)
        numbers = parcels.numbers(channels)
        parcels.connection.execute("PRAGMA synchronous = OFF")
        for scan in range(scans):
            value = np.round(
                usual * (1 + 0.05 * np.sin(scan / 200) + rng.normal(0, 0.01, count)), 2
            )
            at = np.full(count, end - (scans - scan) * MINUTE)
            parcels.keep(Parcel(numbers, at, value, np.zeros(count, np.uint8)), end)
        parcels.close()
        size = (folder / "edge/edge.sqlite").stat().st_size
        words = site(channels, "1 min")
        source = '\n[[source]]\nid = "x"\ndriver = "files"\nfolder = "."\nchannels = ["p0.ph"]\n'
        (folder / "edge.toml").write_text(words + source, encoding="utf-8")
        with works(folder, words) as (port, _):
            to = f"http://127.0.0.1:{port}"
            command = [
                "edge",
                str(folder / "edge.toml"),
                "--to",
                to,
                "--data",
                str(folder / "edge"),
            ]
            begun = time.perf_counter()
            with program([*command, "--token", "env:MULMOK_BENCH_TOKEN"]):
                while last(folder, channels[-1]) < end - MINUTE:
                    time.sleep(0.2)
                took = time.perf_counter() - begun
    yield (
        f"edge to works, {days} days of {count} channels at 1 min ({scans * count:,} readings)",
        f"{took:.1f} s until judged and on disk, both programs' start included",
    )
    yield (
        "the same in the edge's journal",
        f"{size / 1e6:.1f} MB, {size / scans / count:.1f} bytes a reading",
    )

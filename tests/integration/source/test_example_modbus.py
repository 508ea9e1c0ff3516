"""The example runs against its simulated devices, and its readings are in the store."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mulmok.cli import main
from mulmok.config.load import load_site
from mulmok.model.flag import Flag
from mulmok.model.status import Status
from mulmok.model.time import SECOND, parse_instant
from mulmok.run.clock import ScaledClock
from mulmok.run.engine import Engine
from mulmok.run.live import live
from mulmok.run.peers import build_peers, serve_peers

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "examples/modbus.toml"
SAMPLE = ROOT / "src/mulmok/source/modbus/sample.toml"
CHANNELS = ("inlet.ph", "inlet.ec", "inlet.temperature", "inlet.nh4_n", "inlet.uv254")
PATIENCE_S = 60.0


@pytest.fixture
def site(tmp_path):
    """The example on a port of its own, asked once a second."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = EXAMPLE.read_text(encoding="utf-8")
    path = tmp_path / "modbus.toml"
    path.write_text(words.replace("15020", str(port)).replace('"5 s"', '"1 s"'), encoding="utf-8")
    return path


@pytest.mark.parametrize("path", [EXAMPLE, SAMPLE], ids=["example", "sample"])
def test_it_is_right(path, capsys):
    assert main(["check", str(path)]) == 0
    assert capsys.readouterr().err == ""


def test_its_readings_are_judged_and_kept(site, tmp_path):
    # A Wednesday morning on which no instrument is being calibrated.
    loaded, clock = load_site(site), ScaledClock(parse_instant("2026-01-07T10:00:00+09:00"), 1)
    peers = build_peers(loaded, "modbus", "127.0.0.1", 1, clock, tmp_path)

    async def story():
        engine = Engine.open(loaded, tmp_path / "data", clock)
        serving = asyncio.create_task(serve_peers(peers, lambda _: None))
        try:
            await live(engine, lambda: kept(engine, {Flag.GOOD, Flag.SUSPECT}, Status.NORMAL))
            serving.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await serving
            # The devices are gone: what is not read is missing, and the source's alarm is raised.
            await live(engine, lambda: kept(engine, {Flag.MISSING}, Status.COMM_FAIL))
            assert engine.status().silent == ("gateway",)
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
            engine.close()

    asyncio.run(story())


async def kept(engine: Engine, flags: set[Flag], status: Status) -> None:
    """Wait until the newest reading of each channel is so."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while True:
        with engine.query() as query:
            latest = query.latest()
        if all(
            name in latest and latest[name].flag in flags and latest[name].status == status
            for name in CHANNELS
        ):
            assert all(latest[name].at % SECOND == 0 for name in CHANNELS)
            return
        assert asyncio.get_running_loop().time() < deadline, latest
        await asyncio.sleep(0.05)


@pytest.fixture
def loud_again():
    """A command that only looks turns the log off, for a process that then ends."""
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.usefixtures("loud_again")
def test_the_commands_of_the_how_to_work_together(site, capsys):
    command = [sys.executable, "-m", "mulmok.cli", "simulate", "modbus", str(site)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as simulated:
        try:
            assert simulated.stdout is not None
            assert "modbus is simulated: 127.0.0.1:" in simulated.stdout.readline()
            deadline = time.monotonic() + PATIENCE_S
            while main(["probe", str(site), "--wait", "2"]) != 0:
                assert time.monotonic() < deadline, capsys.readouterr()
            said = capsys.readouterr().out
            assert "unit 1, holding 0 (40001)" in said
            assert "unit 2, input 0 (30001)" in said
        finally:
            simulated.terminate()
            simulated.wait(30)

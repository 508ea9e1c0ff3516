"""A site file's works and the peer of its driver, both running: what one shows the other keeps."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from integration.source.pull_desk import lived_site

from mulmok.config.load import load_site
from mulmok.run.clock import SystemClock
from mulmok.run.peers import SimulatedInstruments, build_peers, serve_peers
from mulmok.run.simulation import simulator_of

PORTS = ("8471", "8472")


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def lived_beside_its_peer(
    example: Path, driver: str, folder: Path
) -> tuple[dict[str, list[tuple]], Callable[[str, int], tuple[object, int]]]:
    """Run both until each channel has a reading; give the readings, and what was shown at an instant."""
    words = example.read_text(encoding="utf-8")
    for port in PORTS:
        words = words.replace(f":{port}/", f":{free_port()}/")
    path = folder / "site.toml"
    path.write_text(words, encoding="utf-8")
    site = load_site(path)
    ready, stop = threading.Event(), threading.Event()

    async def serve() -> None:
        peers = build_peers(site, driver, "127.0.0.1", 1, SystemClock(), folder)
        serving = asyncio.create_task(serve_peers(peers, lambda _: ready.set()))
        while not stop.is_set() and not serving.done():  # noqa: ASYNC110 - another thread says so
            await asyncio.sleep(0.02)
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        assert ready.wait(30)
        members = len(site.channels)

        def holds(engine) -> bool:
            with engine.query() as query:
                return len(query.latest()) == members

        found = lived_site(path, folder / "data", holds)
    finally:
        stop.set()
        thread.join(30)
    instruments = SimulatedInstruments(simulator_of(site, 1))
    index = {channel.id: number for number, channel in enumerate(site.channels)}

    def shown(channel: str, at: int) -> tuple[object, int]:
        value, status = instruments.show(index[channel], at)
        return pytest.approx(value, abs=1e-2, nan_ok=True), int(status)

    return found, shown

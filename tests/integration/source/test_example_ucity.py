"""The example of a U-City data server, against its simulated server: asked and discovered."""

from __future__ import annotations

import asyncio
from pathlib import Path

from integration.run.running import free_port
from integration.source.telemetry.desk import listens

from mulmok.config.load import load_site
from mulmok.run.clock import SystemClock
from mulmok.run.naming import guess_quantity
from mulmok.run.peers import build_peers, serve_peers
from mulmok.run.probe import probe
from mulmok.source.ucity.discover import UcityDiscoverer

EXAMPLE = Path(__file__).parents[3] / "examples/ucity.toml"
SAMPLE = Path(__file__).parents[3] / "src/mulmok/source/ucity/sample.toml"


def test_the_example_shows_what_its_peer_shows_and_that_is_what_is_discovered(tmp_path):
    port, path = free_port(), tmp_path / "ucity.toml"
    path.write_text(EXAMPLE.read_text("utf-8").replace("16500", str(port)), encoding="utf-8")
    site = load_site(path)
    names = [channel.id for channel in site.channels]
    peers = build_peers(site, "ucity", "127.0.0.1", 1, SystemClock(), tmp_path)

    async def play():
        serving = asyncio.create_task(serve_peers(peers, lambda _: None))
        try:
            await listens(peers[0].place)
            given = {"host": "127.0.0.1", "port": port}
            return (
                await probe(site, names, SystemClock(), 20.0),
                await UcityDiscoverer.discover_at(given, 20.0, SystemClock()),
            )
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)

    found, (place,) = asyncio.run(play())
    for one in found:
        assert one.fault is None
        assert one.seen is not None
        assert one.channel.low <= one.seen.value <= one.channel.high
    guessed = {one.own["item"]: guess_quantity(one.label) for one in place.proposals}
    assert guessed == {"PHY": "ph", "CON": "ec", "TOC": "toc"}
    assert place.settings == {"host": "127.0.0.1", "port": port}
    assert list(tmp_path.glob("*.newest")) == []


def test_the_sample_of_the_driver_is_right():
    assert [channel.id for channel in load_site(SAMPLE).channels] == ["trunk.toc", "trunk.ph"]

"""The example of a sewer RTU, against its simulated RTU: asked, discovered, told to take a sample."""

from __future__ import annotations

import asyncio
from pathlib import Path

from integration.run.running import free_port
from integration.source.telemetry.desk import listens

from mulmok.config.load import load_site
from mulmok.model.status import Status
from mulmok.run.clock import SystemClock
from mulmok.run.naming import guess_quantity
from mulmok.run.peers import build_peers, serve_peers
from mulmok.run.probe import probe
from mulmok.run.sources import driver_of, setup_of
from mulmok.source.rtu.commands import Order
from mulmok.source.rtu.discover import RtuDiscoverer

EXAMPLE = Path(__file__).parents[3] / "examples/rtu.toml"
SAMPLE = Path(__file__).parents[3] / "src/mulmok/source/rtu/sample.toml"


def on_a_free_port(folder: Path):
    """The example with a port of its own, its site, its peer and the port."""
    port, path = free_port(), folder / "rtu.toml"
    path.write_text(EXAMPLE.read_text("utf-8").replace("15021", str(port)), encoding="utf-8")
    site = load_site(path)
    peers = build_peers(site, "rtu", "127.0.0.1", 1, SystemClock(), folder)
    return site, peers, port


def against_its_peer(peers, play):
    async def all_of_it():
        serving = asyncio.create_task(serve_peers(peers, lambda _: None))
        try:
            await listens(peers[0].place)
            return await play()
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)

    return asyncio.run(all_of_it())


def test_the_example_shows_what_its_peer_shows(tmp_path):
    site, peers, port = on_a_free_port(tmp_path)
    assert [peer.place for peer in peers] == [f"127.0.0.1:{port}"]
    names = [channel.id for channel in site.channels]
    found = against_its_peer(peers, lambda: probe(site, names, SystemClock(), 20.0))
    assert [one.channel.id for one in found] == names
    for one in found:
        assert one.fault is None
        assert one.seen is not None
        assert one.channel.low <= one.seen.value <= one.channel.high
        assert one.seen.status in set(Status)
        assert one.seen.raw.endswith(f"{one.seen.status:02d}")
    assert list(tmp_path.glob("*.newest")) == [], "who only looks leaves nothing"


def test_what_is_discovered_is_what_the_example_has(tmp_path):
    _, peers, port = on_a_free_port(tmp_path)
    given = {"host": "127.0.0.1", "port": port, "site": "SW0001"}
    (found,) = against_its_peer(peers, lambda: RtuDiscoverer.discover(given, 20.0))
    assert found.settings == given
    guessed = {one.own["item"]: guess_quantity(one.label, one.unit) for one in found.proposals}
    assert guessed == {"FVOLUD": "flow", "FLEVED": "level", "CONRAD": "ec", "TMP00": "temperature"}
    assert all(one.shows for one in found.proposals)


def test_the_example_s_sampler_is_told_on_the_rtu_s_line(tmp_path):
    site, peers, _ = on_a_free_port(tmp_path)
    (sampler,), (spec,) = site.samplers, site.sources
    driver = driver_of(spec).build(setup_of(site, spec, tmp_path, SystemClock()))

    async def play():
        came = asyncio.Event()

        async def deliver(_):
            came.set()

        running = asyncio.create_task(driver.run(deliver))
        try:
            async with asyncio.timeout(60):
                await came.wait()
                await driver.sample(sampler.settings)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    against_its_peer(peers, play)
    assert peers[0].told == [Order("SAMP")]


def test_the_sample_of_the_driver_is_right():
    assert [channel.id for channel in load_site(SAMPLE).channels] == [
        "pump3.flow",
        "pump3.level",
        "pump3.ec",
    ]

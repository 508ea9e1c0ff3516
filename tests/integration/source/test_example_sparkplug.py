"""The example runs against its simulated instruments; what is probed and discovered is what they send."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from integration.source.brokers import Broker, any_broker
from integration.source.watched import until

from mulmok.config.load import load_site
from mulmok.config.site import Site
from mulmok.model.errors import SourceError
from mulmok.model.status import Status
from mulmok.run.clock import SystemClock
from mulmok.run.engine import Engine
from mulmok.run.fragment import fragment
from mulmok.run.live import live
from mulmok.run.peers import build_peers, serve_peers
from mulmok.run.probe import probe
from mulmok.source.sparkplug.discover import SparkplugDiscoverer

ROOT = Path(__file__).parents[3]


@pytest.fixture
def broker(tmp_path: Path):
    with any_broker(tmp_path) as running:
        yield running


@pytest.fixture
def site(tmp_path: Path, broker: Broker) -> Site:
    words = (ROOT / "examples/sparkplug.toml").read_text("utf-8")
    path = tmp_path / "site.toml"
    path.write_text(
        words.replace("port = 1883", f'port = {broker.port}\nversion = "{broker.version}"').replace(
            '"10 s"', '"1 s"'
        ),
        encoding="utf-8",
    )
    return load_site(path)


def with_peers(site: Site, folder: Path, story) -> None:
    async def both() -> None:
        peers = build_peers(site, "sparkplug", "127.0.0.1", 1, SystemClock(), folder)
        serving = asyncio.create_task(serve_peers(peers, print))
        try:
            await story()
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)

    asyncio.run(both())


def test_the_example_and_the_sample_are_right_site_files():
    load_site(ROOT / "examples/sparkplug.toml")
    load_site(ROOT / "src/mulmok/source/sparkplug/sample.toml")


def test_the_example_runs_against_its_instruments(tmp_path: Path, site: Site):
    engine = Engine.open(site, tmp_path / "data", SystemClock())

    async def serve() -> None:
        await until(lambda: all(one.readings >= 2 for one in engine.instruments()))
        await until(lambda: engine.status().silent == ())

    try:
        with_peers(site, tmp_path, lambda: live(engine, serve))
        for one in engine.instruments():
            assert one.seen is not None
            assert one.seen.status is Status.NORMAL
            assert (one.fault, one.missing) == ("", 0)
        assert engine.instruments()[2].seen.place == "inlet/analyser-1 NH4-N"
    finally:
        engine.close()


def test_who_probes_sees_each_channel_and_takes_nothing_away(tmp_path: Path, site: Site):
    async def story() -> None:
        asked = await probe(site, [one.id for one in site.channels], SystemClock(), 20)
        assert [one.fault for one in asked] == [None] * 3
        assert [one.seen.status for one in asked] == [Status.NORMAL] * 3

    with_peers(site, tmp_path, story)
    assert list(tmp_path.glob("*.session")) == []


def test_what_is_discovered_is_a_site_file_of_what_they_send(
    tmp_path: Path, site: Site, broker: Broker
):
    async def story() -> None:
        given = {"host": "127.0.0.1", "port": broker.port, "version": broker.version}
        [place] = await SparkplugDiscoverer.discover({**given, "rebirth": True}, 4)
        assert place.settings == {**given, "group": "works"}
        assert [(one.label, one.own) for one in place.proposals] == [
            ("inlet/Process/pH", {"node": "inlet", "metric": "Process/pH"}),
            ("inlet/Process/Conductivity", {"node": "inlet", "metric": "Process/Conductivity"}),
            (
                "inlet/analyser-1/NH4-N",
                {"node": "inlet", "metric": "NH4-N", "device": "analyser-1"},
            ),
        ]
        found = tmp_path / "found.toml"
        head = (tmp_path / "site.toml").read_text("utf-8").split("[[source]]")[0]
        found.write_text(head + fragment("sparkplug", [place], str), encoding="utf-8")
        assert {one.quantity.id for one in load_site(found).channels} == {
            "ph", "ec", "nh4_n",
        }  # fmt: skip

    with_peers(site, tmp_path, story)


def test_a_peer_without_a_broker_says_so(tmp_path: Path, site: Site, broker: Broker):
    broker.stop()

    async def story() -> None:
        [peer] = build_peers(site, "sparkplug", "127.0.0.1", 1, SystemClock(), tmp_path)
        with pytest.raises(SourceError, match="cannot be reached"):
            await peer.serve()

    asyncio.run(story())

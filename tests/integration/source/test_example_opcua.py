"""examples/opcua.toml runs against its own simulated server, from the server's nodes to the store."""

from __future__ import annotations

import asyncio
from pathlib import Path

from integration.source.opcua_pki import make
from integration.source.opcua_plc import free_port
from integration.source.opcua_works import until

from mulmok.config.load import load_site
from mulmok.config.site import Site
from mulmok.model.errors import SourceError
from mulmok.model.flag import Flag
from mulmok.model.status import Status
from mulmok.model.time import DAY
from mulmok.run.clock import SystemClock
from mulmok.run.engine import Engine
from mulmok.run.fragment import fragment
from mulmok.run.live import live
from mulmok.run.peers import build_peers
from mulmok.run.probe import probe
from mulmok.source.opcua.discover import OpcuaDiscoverer

EXAMPLE = Path(__file__).parents[3] / "examples/opcua.toml"


def example(folder: Path, old: str = "", new: str = "") -> Site:
    words = EXAMPLE.read_text(encoding="utf-8").replace(":48410", f":{free_port()}")
    assert old in words
    path = folder / "site.toml"
    path.write_text(words.replace(old, new) if old else words, encoding="utf-8")
    return load_site(path)


class Bench:
    """The example's server and its works, both in this process."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site, self.folder = site, folder

    async def beside_server(self, play) -> None:
        (peer,) = build_peers(self.site, "opcua", "127.0.0.1", 7, SystemClock(), self.folder)
        assert peer.place == self.site.sources[0].settings["url"]
        serving = asyncio.create_task(peer.serve())
        try:
            await play()
            assert not serving.done()
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)

    def run(self, holds) -> Engine:
        """Run the works beside the server until something holds of its engine."""
        engine = Engine.open(self.site, self.folder / "data", SystemClock())
        try:
            asyncio.run(
                self.beside_server(lambda: live(engine, lambda: until(lambda: holds(engine))))
            )
            return engine
        finally:
            engine.close()


def good(engine: Engine) -> dict[str, int]:
    """Count the readings of each channel in the store that passed."""
    now = engine.now()
    with engine.query() as query:
        found = {each.id: query.rows(each.id, now - DAY, now) for each in engine.site.channels}
    return {name: int((rows.flag == Flag.GOOD).sum()) for name, rows in found.items()}


def test_all_its_channels_are_read_and_judged(tmp_path: Path):
    bench = Bench(example(tmp_path), tmp_path)
    engine = bench.run(
        lambda engine: min(good(engine).values()) >= 1 and good(engine)["inlet.ph"] > 1
    )
    assert engine.status().silent == ()


def test_it_is_probed_with_units_currents_and_elements(tmp_path: Path):
    site = example(tmp_path)
    bench, found = Bench(site, tmp_path), []

    async def look():
        async with asyncio.timeout(60):
            while not found or any(one.seen is None for one in found):
                found[:] = await probe(site, [each.id for each in site.channels], SystemClock(), 5)

    asyncio.run(bench.beside_server(look))
    flow, ph, nh4, cod = (one.seen for one in found)
    assert abs(flow.value - flow.number * 3.6) < 1e-9
    assert ph.status is Status.NORMAL
    assert 4 <= nh4.number <= 20
    assert abs(nh4.value - (nh4.number - 4) / 16 * 100) < 1e-9
    assert cod.value == cod.number > 20
    assert nh4.place == "nsu=urn:plc:inlet;s=Analyser"


def test_its_server_is_simulated_with_the_security_and_the_user_of_the_site_file(
    tmp_path: Path, monkeypatch
):
    monkeypatch.setenv("OPCUA_PASSWORD", "word")
    make(tmp_path, "mulmok")
    more = """
security = "aes256-encrypt"
certificate = "mulmok.pem"
key = "mulmok-key.pem"
user = "mulmok"
password = "env:OPCUA_PASSWORD"
watchdog = "30 s" """
    site = example(tmp_path, '\nwatchdog = "30 s"', more)
    Bench(site, tmp_path).run(lambda engine: good(engine)["inlet.ph"] >= 1)


def test_what_is_proposed_of_it_reads_what_it_reads(tmp_path: Path):
    site = example(tmp_path)
    found: list[Site] = []

    async def look():
        url = site.sources[0].settings["url"]
        async with asyncio.timeout(60):
            while not found:
                try:
                    places = await OpcuaDiscoverer.discover({"url": url}, 20)
                except SourceError:
                    await asyncio.sleep(0.05)  # it does not listen yet
                    continue
                path = tmp_path / "proposed.toml"
                works = '[works]\nid = "w"\nname = "W"\nzone = "Asia/Seoul"\n'
                path.write_text(works + fragment("opcua", places, str), encoding="utf-8")
                found.append(load_site(path))

    asyncio.run(Bench(site, tmp_path).beside_server(look))
    (source,) = found[0].sources
    assert [channel.quantity.id for channel in found[0].channels][:2] == ["flow", "ph"]
    # It shows L/s, as the site file has it: not to be taken for the quantity's own m3/h.
    assert source.each["inlet.flow"]["unit"] == "L/s"

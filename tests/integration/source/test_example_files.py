"""The example of a file drop, run against a SCADA system that exports into its folder."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mulmok import plugins
from mulmok.config.load import load_site
from mulmok.config.site import Site
from mulmok.model.alarm import IsaState
from mulmok.model.status import Status
from mulmok.model.time import MINUTE, SECOND
from mulmok.run.clock import SystemClock
from mulmok.run.engine import Engine
from mulmok.run.live import live
from mulmok.run.peers import build_peers
from mulmok.run.sources import build_sources, setup_of

EXAMPLE = Path(__file__).parents[3] / "examples/files.toml"


@dataclass
class Bench:
    """Instruments whose values a test sets."""

    values: dict[int, float] = field(default_factory=lambda: {0: 7.12, 1: 812.0, 2: 1000.0})
    status: Status = Status.NORMAL

    def show(self, index: int, _at: int) -> tuple[float, Status]:
        return self.values[index], self.status if index == 2 else Status.NORMAL


@pytest.fixture
def site(tmp_path: Path) -> Site:
    words = EXAMPLE.read_text(encoding="utf-8").replace('poll = "1 s"', 'poll = "0.02 s"')
    (tmp_path / "files.toml").write_text(words, encoding="utf-8")
    (tmp_path / "incoming").mkdir()
    return load_site(tmp_path / "files.toml")


def peer_of(site: Site, tmp_path: Path, bench: Bench):
    setup = setup_of(site, site.sources[0], tmp_path, SystemClock())
    return plugins.load(plugins.PEERS, "files").build(setup, bench, "127.0.0.1")


def export(peer, at: int) -> None:
    peer._write(f"export-{at}.csv", peer.export(dict.fromkeys(peer.channels, at)))


def run(site: Site, tmp_path: Path, *steps: tuple[Callable[[], object], Callable[[Engine], bool]]):
    engine = Engine.open(site, tmp_path / "data", SystemClock())

    async def serve() -> None:
        for act, holds in steps:
            act()
            async with asyncio.timeout(60):
                while not holds(engine):  # noqa: ASYNC110 - seen from outside, like a watchdog
                    await asyncio.sleep(0.02)

    try:
        asyncio.run(live(engine, serve))
    finally:
        engine.close()


def latest(engine: Engine) -> dict[str, tuple[float, int]]:
    with engine.query() as query:
        return {name: (row.value, row.status) for name, row in query.latest().items()}


def test_the_example_is_right():
    assert load_site(EXAMPLE).sources[0].channels == ("inlet.ph", "inlet.ec", "inlet.flow")


def test_what_the_export_shows_is_in_the_store(site, tmp_path):
    bench, now = Bench(), SystemClock().now() // MINUTE * MINUTE
    peer = peer_of(site, tmp_path, bench)

    def broken() -> None:
        bench.values[2], bench.status = -600.0, Status.NORMAL  # 1.6 mA
        export(peer, now - MINUTE)

    def serviced() -> None:
        bench.values[2], bench.status = 1000.0, Status.MAINTENANCE
        export(peer, now)

    run(
        site,
        tmp_path,
        (
            lambda: export(peer, now - 2 * MINUTE),
            lambda engine: (
                latest(engine)
                == {
                    "inlet.ph": (7.12, 0), "inlet.ec": (812.0, 0), "inlet.flow": (1000.0, 0),
                }
            ),
        ),
        (broken, lambda engine: latest(engine)["inlet.flow"][1] == Status.DEVICE_FAULT),
        (serviced, lambda engine: latest(engine)["inlet.flow"] == (1000.0, Status.MAINTENANCE)),
    )  # fmt: skip


def test_the_peer_writes_a_whole_file_each_turn_and_no_other(site, tmp_path):
    (peer,) = build_peers(site, "files", "127.0.0.1", 1, SystemClock(), tmp_path)
    assert peer.place == str(tmp_path / "incoming")

    class Soon(SystemClock):
        """A clock on which a minute is over at once."""

        def now(self) -> int:
            return super().now() + self.ahead

        ahead = 0

        async def sleep_until(self, at: int) -> None:
            self.ahead += max(at - self.now(), 0)
            await asyncio.sleep(0)

    peer.clock = Soon()

    async def play() -> None:
        task = asyncio.create_task(peer.serve())
        async with asyncio.timeout(60):
            while len(list((tmp_path / "incoming").glob("*.csv"))) < 3:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(play())
    for path in (tmp_path / "incoming").glob("*.csv"):
        head, *rows = path.read_text(encoding="cp949").splitlines()
        assert head == "TIMESTAMP;PH_IN;inlet.ph:status;EC_IN;inlet.ec:status;FLOW_MA;FLOW_ST"
        assert len(rows) == 1


def test_the_share_goes_and_comes_back_and_the_alarm_with_it(site, tmp_path):
    peer = peer_of(site, tmp_path, Bench())
    incoming, now = tmp_path / "incoming", SystemClock().now() // MINUTE * MINUTE

    def states(engine: Engine) -> IsaState:
        return {view.rule.id: view.state for view in engine.alarm_views()}["source-scada"]

    def back() -> None:
        (tmp_path / "away").rename(incoming)
        export(peer, now)

    run(
        site,
        tmp_path,
        (lambda: export(peer, now - MINUTE), lambda engine: len(latest(engine)) == 3),
        (
            lambda: incoming.rename(tmp_path / "away"),
            lambda engine: states(engine) is IsaState.UNACK,
        ),
        (back, lambda engine: states(engine) is IsaState.RTNUN),
    )


def test_one_column_gone_costs_one_channel_and_is_told(site, tmp_path):
    peer, now = peer_of(site, tmp_path, Bench()), SystemClock().now() // MINUTE * MINUTE

    def without() -> None:
        words = peer.export(dict.fromkeys(peer.channels, now)).replace("EC_IN", "EC2")
        peer._write("export.csv", words)

    run(
        site,
        tmp_path,
        (without, lambda engine: set(latest(engine)) == {"inlet.ph", "inlet.flow"}),
        (lambda: None, lambda engine: engine.status().silent == ("scada",)),
        (lambda: export(peer, now + SECOND), lambda engine: len(latest(engine)) == 3),
        (lambda: None, lambda engine: engine.status().silent == ()),
    )


def test_a_source_of_files_can_always_be_read_later(site, tmp_path):
    (one,) = build_sources(site, tmp_path, SystemClock())
    assert one.momentary == {}

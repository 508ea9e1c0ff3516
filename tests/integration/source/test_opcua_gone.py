"""An OPC UA server is killed, stands still, or brings more than usual: what becomes of the readings."""

from __future__ import annotations

import asyncio
import gc
import math
import tracemalloc
from pathlib import Path

import pytest
from integration.source.opcua_plc import PlcProcess, free_port
from integration.source.opcua_works import Works, channel, site_text, until

from mulmok.model.message import SourceState
from mulmok.model.status import Status
from mulmok.model.time import SECOND
from mulmok.run import supervise
from mulmok.run.clock import SystemClock


@pytest.fixture(autouse=True)
def soon_again(monkeypatch):
    monkeypatch.setattr(supervise, "_FIRST_WAIT_S", 0.05)
    monkeypatch.setattr(supervise, "_LONGEST_WAIT_S", 0.5)


@pytest.fixture
def plc():
    """Start servers in processes of their own; they are killed when the test is over."""
    running: list[PlcProcess] = []

    def start(port: int, *words: str) -> PlcProcess:
        running.append(PlcProcess(port, *words))
        return running[-1]

    yield start
    for one in running:
        if one.process.poll() is None:
            one.thaw()
            one.kill()


def test_a_server_that_is_killed_is_missed_and_comes_back_with_what_it_shows_then(tmp_path, plc):
    port = free_port()
    works = Works.of(
        tmp_path,
        site_text(
            port, channel("inlet.ph", "ns=2;s=pH"), channel("inlet.ec", "ns=2;s=EC", every="2 s")
        ),
    )
    first = plc(port, "pH=7.0", "EC=900")

    async def look():
        await until(lambda: works.last("inlet.ec") and works.last("inlet.ph"))
        first.kill()
        killed_at = SystemClock().now()
        await until(lambda: works.state is SourceState.FAILING)
        # Nobody can ask the past: each turn of the gap stands in the history as what it is.
        await until(lambda: gaps(works, "inlet.ph", killed_at) >= 2)
        await until(lambda: gaps(works, "inlet.ec", killed_at) >= 1)
        await asyncio.to_thread(plc, port, "pH=6.2", "EC=950")
        await until(lambda: works.last("inlet.ph") == (6.2, Status.NORMAL))
        await until(lambda: works.last("inlet.ec") == (950.0, Status.NORMAL))
        await until(lambda: works.state is SourceState.OK)

    asyncio.run(works.run(look))
    assert any("cannot be reached: Connection refused" in fault for fault in works.one.tally.faults)


def well_since(works: Works, since: int) -> bool:
    return any(at > since and value == 7.0 for at, value, _ in works.of_channel("inlet.ph"))


def gaps(works: Works, name: str, since: int) -> int:
    rows = works.of_channel(name)
    return len([1 for at, value, status in rows if at > since and math.isnan(value) and status is Status.COMM_FAIL])  # fmt: skip


@pytest.mark.parametrize("every", ["0.5 s", "1 min"])
def test_a_server_that_stands_still_is_left_and_found_again(tmp_path: Path, plc, every: str):
    port = free_port()
    works = Works.of(tmp_path, site_text(port, channel("inlet.ph", "ns=2;s=pH", every=every)))
    server = plc(port, "pH=7.0")

    async def look():
        await until(lambda: works.state is SourceState.OK)
        server.freeze()
        frozen = len(works.said)
        await until(lambda: works.state is SourceState.FAILING)
        await until(lambda: works.one.tally.failures >= 2)
        detail = works.said[frozen].detail
        assert "does not answer within 2 s" in detail or "told nothing for 3 s" in detail
        server.thaw()
        thawed = SystemClock().now()
        await until(lambda: works.state is SourceState.OK)
        await until(lambda: well_since(works, thawed) or every == "1 min")

    asyncio.run(works.run(look))


def test_ten_changes_a_second_on_two_hundred_nodes_lose_nothing_and_grow_nothing(tmp_path, plc):
    port, nodes, writes = free_port(), 200, 80
    channels = [
        channel(f"inlet.ph-{number}", f"ns=2;s=n{number}", every="1 s") for number in range(nodes)
    ]
    text = site_text(port, *channels, more='interval = "0.5 s"').replace(
        'quantity = "ph"', 'quantity = "ec"'
    )
    works = Works.of(tmp_path, text)
    plc(port, "--flood", str(nodes), str(writes))
    counts: dict[str, list[float]] = {name: [] for name in works.names}

    async def look():
        tracemalloc.start()
        await until(lambda: counted(works, counts) >= writes // 4, lambda: counted(works, counts))
        early = traced()
        await until(lambda: counted(works, counts) >= writes, lambda: counted(works, counts))
        late = traced()
        tracemalloc.stop()
        # 12 000 readings came in between, of which the test keeps a number each: 400 kB.
        assert late - early < 1_000_000, (early, late)

    asyncio.run(works.run(look))
    whole = [float(count) for count in range(1, writes + 1)]
    wrong = {name: have for name, have in counts.items() if sorted(set(have) - {0.0}) != whole}
    assert wrong == {}


def counted(works: Works, counts: dict[str, list[float]]) -> float:
    """Count what has come, and keep no more of it than the test needs."""
    for name, _, value, _ in works.rows:
        if not math.isnan(value) and value not in counts[name][-5:]:
            counts[name].append(value)
    works.rows.clear()
    return min(have[-1] if have else 0.0 for have in counts.values())


def traced() -> int:
    """Bytes that Python holds."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def test_a_disk_that_stands_still_holds_the_server_back_and_loses_nothing(tmp_path, plc):
    port, writes = free_port(), 30
    text = site_text(port, channel("inlet.ec", "ns=2;s=n0", every="0.1 s"))
    works = Works.of(tmp_path, text)
    plc(port, "--flood", "1", str(writes))
    taken, gate = works.submit, asyncio.Event()

    async def submit(arrival, source):
        if any(value >= 3 for value in arrival.value.tolist()):
            await gate.wait()
        await taken(arrival, source)

    works.submit = submit  # type: ignore[method-assign]

    async def look():
        # Longer than the watchdog: it is not the server that is silent.
        await until(lambda: works.values("inlet.ec"))
        began = SystemClock().now()
        await until(lambda: SystemClock().now() > began + 6 * SECOND)
        gate.set()
        await until(lambda: writes in works.values("inlet.ec"))

    asyncio.run(works.run(look))
    assert set(range(1, writes + 1)) <= set(works.values("inlet.ec"))
    assert works.one.tally.failures == 0

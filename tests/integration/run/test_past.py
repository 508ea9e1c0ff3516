"""History that comes in from files: a first one is whole or begun again, a later one spoils nothing."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from mulmok.config.load import load_site
from mulmok.config.site import Site
from mulmok.model.message import Readings
from mulmok.model.time import DAY, HOUR, MINUTE, parse_instant
from mulmok.run.build import build_pipeline
from mulmok.run.engine import Engine
from mulmok.run.history import Kept, is_unlived, keep_history
from mulmok.source.port import Arrival
from mulmok.store.sqlite import Mark, Store
from mulmok_testing.clock import SettableClock

START = parse_instant("2026-01-05T00:00:00Z")
FLOW, COD = 0, 1

SITE = """
[works]
id = "x"
name = "x"
zone = "Asia/Seoul"

[[channel]]
id = "inlet.flow"
quantity = "flow"
every = "1 min"

[[channel]]
id = "inlet.cod"
quantity = "cod"
every = "1 min"

[[alarm]]
id = "cod-high"
channel = "inlet.cod"
above = "800 mg/L"
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    path = tmp_path / "site.toml"
    path.write_text(SITE, encoding="utf-8")
    return load_site(path)


def minutes(*which: int, cod: float = 400.0) -> Readings:
    """Both channels at these minutes."""
    at = np.repeat(START + MINUTE * np.array(which, np.int64), 2)
    value = np.empty(len(at))
    value[0::2] = 1000.0 + at[0::2] // MINUTE % 5
    value[1::2] = cod + at[1::2] // MINUTE % 7
    channel = np.tile(np.array([FLOW, COD], np.int16), len(which))
    return Readings(START, channel, at, value, np.zeros(len(at), np.uint8))


def days(*which: int) -> Iterator[Readings]:
    """Whole days, each with its hour of much COD."""
    for day in which:
        begin = day * 24 * 60
        yield minutes(*range(begin, begin + 600))
        yield minutes(*range(begin + 600, begin + 660), cod=900.0)
        yield minutes(*range(begin + 660, begin + 1440))


def kept(site: Site, data: Path, messages: Iterator[Readings]) -> Kept:
    store = Store.open(data)
    try:
        store.know_channels([channel.id for channel in site.channels])
        return keep_history(site, build_pipeline(site), store, messages, START + 30 * DAY)
    finally:
        store.close()


def lived(site: Site, data: Path, *messages: Readings) -> None:
    """Take messages live, minute by minute."""
    clock = SettableClock(START)
    engine = Engine.open(site, data, clock)
    for message in messages:
        for row in range(len(message)):
            one = slice(row, row + 1)
            clock.at = int(message.at[row])
            arrival = Arrival(message.channel[one], message.at[one], message.value[one],
                              message.status[one])  # fmt: skip
            asyncio.run(engine.submit(arrival))
    engine.close()


def contents(data: Path) -> dict[str, object]:
    store = Store.open(data)
    try:
        with store.query() as query:
            return {
                "transitions": query.transitions(1000),
                "loads": query.loads("hour", 0, START + 400 * DAY),
                "days": query.loads("day", 0, START + 400 * DAY),
                "rows": query.rows("inlet.cod", 0, START + 400 * DAY).value.tolist(),
                "latest": query.latest()["inlet.cod"].at,
            }
    finally:
        store.close()


def broken_off() -> Iterator[Readings]:
    yield from days(0, 1)
    raise KeyboardInterrupt


def test_a_first_history_broken_off_is_begun_again(site: Site, tmp_path: Path):
    with pytest.raises(KeyboardInterrupt):
        kept(site, tmp_path / "data", broken_off())
    store = Store.open(tmp_path / "data")
    assert is_unlived(store)
    assert not store.is_empty()
    store.close()
    kept(site, tmp_path / "data", days(1, 2, 3))
    kept(site, tmp_path / "peace", days(1, 2, 3))
    whole = contents(tmp_path / "data")
    assert len(whole["transitions"]) == 6
    assert whole == contents(tmp_path / "peace")
    store = Store.open(tmp_path / "data")
    assert store.marks() == set()
    assert store.last_snapshot() is not None
    assert not is_unlived(store)
    store.close()


def test_what_was_lived_on_a_history_broken_off_is_never_thrown_away(site: Site, tmp_path: Path):
    with pytest.raises(KeyboardInterrupt):
        kept(site, tmp_path / "data", broken_off())
    lived(site, tmp_path / "data", minutes(*range(5000, 5010)))
    before = contents(tmp_path / "data")
    kept(site, tmp_path / "data", days(0, 1, 2))
    after = contents(tmp_path / "data")
    assert after["latest"] == before["latest"] == START + 5009 * MINUTE
    assert len(after["rows"]) == 3 * 1440 + 10


def test_history_beneath_a_life_tells_no_alarm_and_has_the_next_start_judge_anew(
    site: Site, tmp_path: Path
):
    lived(site, tmp_path / "data", minutes(*range(5000, 5010)))
    kept(site, tmp_path / "data", days(0))
    assert contents(tmp_path / "data")["transitions"] == []
    store = Store.open(tmp_path / "data")
    assert store.marks() == {Mark.JUDGE_ANEW}
    store.close()
    lived(site, tmp_path / "data")
    assert contents(tmp_path / "data")["transitions"] == []


def test_a_few_readings_given_again_leave_the_loads_of_their_day_as_they_were(
    site: Site, tmp_path: Path
):
    lived(site, tmp_path / "data", minutes(*range(190)))
    before = contents(tmp_path / "data")
    assert [load.coverage for load in before["loads"]] == [1.0, 1.0, 1.0]
    kept(site, tmp_path / "data", iter([minutes(*range(60, 65), 120)]))
    assert contents(tmp_path / "data") == before


def test_what_was_missing_fills_the_loads_of_its_hours_up(site: Site, tmp_path: Path):
    lived(site, tmp_path / "data", minutes(*range(70), *range(90, 190)))
    assert contents(tmp_path / "data")["loads"][1].coverage < 0.9
    kept(site, tmp_path / "data", iter([minutes(*range(70, 90))]))
    lived(site, tmp_path / "peace", minutes(*range(190)))
    assert contents(tmp_path / "data")["loads"] == contents(tmp_path / "peace")["loads"]


def test_an_hour_still_under_way_is_not_closed_by_what_comes_in(site: Site, tmp_path: Path):
    lived(site, tmp_path / "data", minutes(*range(90)))
    kept(site, tmp_path / "data", iter([minutes(30, 70)]))
    (load,) = contents(tmp_path / "data")["loads"]
    assert load.end == START + HOUR


def test_loads_of_a_local_day_are_reckoned_over_the_whole_of_it(site: Site, tmp_path: Path):
    kept(site, tmp_path / "data", days(0, 1, 2))
    before = contents(tmp_path / "data")
    assert len(before["days"]) == 3
    lived(site, tmp_path / "data", minutes(5000))
    before = contents(tmp_path / "data")
    kept(site, tmp_path / "data", iter([minutes(2000)]))
    assert contents(tmp_path / "data")["days"] == before["days"]
    assert contents(tmp_path / "data")["loads"] == before["loads"]

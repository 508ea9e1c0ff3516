"""Through a whole works: all an RTU or a server holds is in the store once, though lines and works fail."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from integration.source.telemetry.cities import City
from integration.source.telemetry.desk import hurried
from integration.source.telemetry.stations import Station
from unit.source.telemetry.making import START

from mulmok.config.load import load_site
from mulmok.model.status import Status
from mulmok.model.time import FOREVER, HOUR, MINUTE
from mulmok.run.engine import Engine
from mulmok.run.live import live

CHANNELS = ("pump3.flow", "pump3.ec")
SITE = """
[works]
id = "field"
name = "field"
zone = "Asia/Seoul"

[[source]]
id = "field"
driver = "DRIVER"
host = "127.0.0.1"
port = PORT
timeout = "1 s"
resend = "6 h"
channels = ["pump3.flow", "pump3.ec"]
MORE

[[channel]]
id = "pump3.flow"
quantity = "flow"
every = "1 min"
[channel.source]
id = "field"
item = "FIRST"

[[channel]]
id = "pump3.ec"
quantity = "ec"
every = "1 min"
[channel.source]
id = "field"
item = "SECOND"
"""


class Play:
    """A works and its device, both on one hurried clock."""

    def __init__(self, folder, driver, device, **words) -> None:
        self.folder, self.device = folder, device
        site = SITE.replace("DRIVER", driver).replace("PORT", str(device.port))
        for name, word in words.items():
            site = site.replace(name, word)
        (folder / "site.toml").write_text(site, encoding="utf-8")

    def live(self, *acts) -> None:
        """Open the works, do these things to the device one after the other, and close it again."""
        engine = Engine.open(
            load_site(self.folder / "site.toml"), self.folder / "data", self.device.clock
        )

        async def serve() -> None:
            for act in acts:
                await act(engine)

        async def play() -> None:
            await self.device.open()
            try:
                await live(engine, serve)
            finally:
                await self.device.close()

        try:
            asyncio.run(play())
        finally:
            engine.close()

    async def newer(self, engine: Engine) -> None:
        """Wait until both channels have come as far as the clock is now."""
        now = engine.now() + 2 * MINUTE
        async with asyncio.timeout(60):
            while any(len(rows := kept(engine, one)) == 0 or rows.at[-1] < now for one in CHANNELS):  # noqa: ASYNC110 - seen from outside
                await asyncio.sleep(0.05)

    def check(self, engine: Engine) -> None:
        for index, channel in enumerate(CHANNELS):
            rows = kept(engine, channel)
            assert (np.diff(rows.at) == MINUTE).all()
            assert rows.at[0] < START - 5 * HOUR
            assert (rows.status == Status.NORMAL).all()
            want = [self.device.shown.show(index, at)[0] for at in rows.at.tolist()]
            assert np.allclose(rows.value, want)


def kept(engine: Engine, channel: str):
    with engine.query() as query:
        return query.rows(channel, 0, FOREVER)


def cut(device):
    """Cut the line in the middle of every other answer, from now on."""

    async def act(_engine) -> None:
        def cutting(order, frame):
            device.mood = "half and closes" if len(device.asked) % 2 else "well"
            return frame

        device.twist = cutting

    return act


def do(device, mood: str):
    async def act(_engine) -> None:
        device.twist = lambda _, frame: frame
        await device.feel(mood)

    return act


def wait(seconds: float):
    async def act(_engine) -> None:
        await asyncio.sleep(seconds)

    return act


def checked(play: Play):
    async def act(engine) -> None:
        play.check(engine)

    return act


def test_all_a_sewer_rtu_holds_is_kept_once(tmp_path):
    station = Station(clock=hurried())
    play = Play(tmp_path, "rtu", station, FIRST="FVOLUD", SECOND="CONRAD", MORE='site = "SW0001"')
    # The line drops while the first six hours are sent, comes back, and the RTU hangs for a while.
    play.live(
        cut(station), play.newer, do(station, "hangs"), wait(0.6), do(station, "well"),
        play.newer, checked(play),
    )  # fmt: skip
    # The works is gone for some minutes; afterwards nothing is missing and nothing there twice.
    asyncio.run(asyncio.sleep(1.0))
    play.live(play.newer, do(station, "closes"), wait(0.6), do(station, "well"), play.newer, checked(play))  # fmt: skip
    assert {"DUMP", "RDAT"} == set(station.words())


@pytest.mark.parametrize("mood", ["half and closes", "no end"])
def test_all_a_city_s_server_holds_is_kept_once(tmp_path, mood):
    city = City(each={"pump3.flow": {"item": "FLW"}, "pump3.ec": {"item": "CON"}}, clock=hurried())
    city.mood = mood
    play = Play(tmp_path, "ucity", city, FIRST="FLW", SECOND="CON", MORE="")
    play.live(wait(1.0), do(city, "well"), play.newer, checked(play))
    asyncio.run(asyncio.sleep(1.0))
    play.live(play.newer, checked(play))

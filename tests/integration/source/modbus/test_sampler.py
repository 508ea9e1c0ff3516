"""An auto-sampler on a Modbus line: asked for by a command, kept with its bottle, never twice by accident."""

from __future__ import annotations

import asyncio
import math
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from integration.source.modbus.devices import HANG, TcpDevice, refusal

from mulmok.config.load import load_site
from mulmok.model.errors import ConfigError
from mulmok.model.message import Action, Command
from mulmok.model.time import MINUTE
from mulmok.run.clock import SystemClock
from mulmok.run.engine import Engine
from mulmok.run.live import live
from mulmok.run.sampling import TRIES

SITE = """
[works]
id = "sampling"
name = "sampling"
zone = "Asia/Seoul"
language = "en"

[[source]]
id = "gateway"
driver = "modbus"
host = "127.0.0.1"
port = {port}
timeout = "0.5 s"

[[channel]]
id = "inlet.ph"
quantity = "ph"
every = "1 s"
[channel.source]
id = "gateway"
register = 40001
type = "float32"

[[sampler]]
id = "inlet"
name = {{ ko = "유입 채수기", en = "Inlet sampler" }}
source = "gateway"
bottles = 24
unit_id = 5
register = 17
pulse = "0.05 s"
answers = "0.05 s"
bottle_register = 40021
temperature_register = 40022
temperature_scale = 0.1
"""


def device() -> TcpDevice:
    made = TcpDevice()
    made.put_float(1, 0, 7.1)
    made.put(5, "holding", 20, [3, 45])
    return made


@asynccontextmanager
async def running(folder: Path, port: int):
    """A live works, as `mulmok run` has it but for its pages."""
    path = folder / "site.toml"
    path.write_text(SITE.format(port=port), encoding="utf-8")
    engine = Engine.open(load_site(path), folder / "data", SystemClock())
    stop = asyncio.Event()
    task = asyncio.create_task(live(engine, stop.wait))
    try:
        await until(lambda: engine.writer.pulse.readings > 0)
        yield engine
    finally:
        stop.set()
        await task
        engine.close()


async def until(holds, patience_s: float = 20.0):
    end = asyncio.get_running_loop().time() + patience_s
    while not (found := holds()):
        assert asyncio.get_running_loop().time() < end, "it never came to that"
        await asyncio.sleep(0.05)
    return found


def bottles(engine: Engine):
    with engine.query() as query:
        return query.bottles()


async def ask(engine: Engine, at: int | None = None) -> None:
    now = engine.now() if at is None else at
    await engine.command(Command(now, "kim", Action.SAMPLE, "", "smell", sampler="inlet"))


def starts(made: TcpDevice) -> int:
    """How often the sampler was started."""
    return sum(write == (5, "coil", 16, 0xFF00) for write in made.written)


def test_a_sample_asked_for_is_taken_once_and_its_bottle_kept(tmp_path):
    async def story():
        async with device() as made, running(tmp_path, made.port) as engine:
            await ask(engine)
            (bottle,) = await until(lambda: bottles(engine))
            assert (bottle.sampler, bottle.bottle, bottle.who, bottle.why) == (
                "inlet",
                3,
                "kim",
                "smell",
            )
            assert bottle.temperature == pytest.approx(4.5)
            assert bottle.taken_at is not None
            assert bottle.trouble == ""
            assert made.written == [(5, "coil", 16, 0xFF00), (5, "coil", 16, 0)], "a pulse"
            with engine.query() as query:
                assert [(deed.who, deed.action, deed.about) for deed in query.deeds()][:1] == [
                    ("kim", "sample", "inlet")
                ]

    asyncio.run(story())


def test_a_sampler_that_does_not_answer_is_tried_a_few_times_and_then_said_not_to_have_taken_it(
    tmp_path,
):
    async def story():
        async with device() as made, running(tmp_path, made.port) as engine:
            made.mood = lambda request, pdu: refusal(5, 6) if request.code == 5 else pdu
            await ask(engine)
            (bottle,) = await until(lambda: bottles(engine), 40)
            assert bottle.taken_at is None
            assert "DEVICE BUSY" in bottle.trouble
            assert starts(made) == TRIES

    asyncio.run(story())


def test_one_that_has_started_and_does_not_say_which_bottle_is_not_started_again(tmp_path):
    async def story():
        async with device() as made, running(tmp_path, made.port) as engine:
            made.twist = lambda request, frame: (
                HANG if request.code == 3 and request.unit == 5 else frame
            )
            await ask(engine)
            (bottle,) = await until(lambda: bottles(engine), 40)
            assert (bottle.bottle, bottle.taken_at is None) == (None, False)
            assert math.isnan(bottle.temperature)
            assert starts(made) == 1

    asyncio.run(story())


def test_a_sample_of_another_water_is_not_taken(tmp_path):
    async def story():
        async with device() as made, running(tmp_path, made.port) as engine:
            await ask(engine, engine.now() - 20 * MINUTE)
            (bottle,) = await until(lambda: bottles(engine))
            assert bottle.taken_at is None
            assert "too late" in bottle.trouble
            assert made.written == []

    asyncio.run(story())


def test_a_restart_does_not_take_the_sample_again(tmp_path):
    async def story():
        async with device() as made:
            async with running(tmp_path, made.port) as engine:
                await ask(engine)
                await until(lambda: bottles(engine))
            async with running(tmp_path, made.port) as engine:
                await asyncio.sleep(1.5)
                assert len(bottles(engine)) == 1
            assert starts(made) == 1

    asyncio.run(story())


CASES = {
    "no such source": (
        'source = "gateway"',
        'source = "gatewy"',
        'sampler.inlet.source: have "gatewy", want "gateway"',
    ),
    "a register nobody writes": (
        "register = 17",
        "register = 30001",
        "sampler.inlet.register: want a coil or a holding register",
    ),
    "nothing to start it": (
        "register = 17\n",
        "",
        "sampler.inlet.register: missing; want coil or holding register that starts a sample",
    ),
    "a key misspelt": (
        "pulse =",
        "puls =",
        'sampler.inlet.puls: unknown key; did you mean "pulse"?',
    ),
    "a channel that is not there": (
        "bottles = 24",
        'temperature = "inlet.warmth"',
        'sampler.inlet.temperature: have "inlet.warmth"',
    ),
}


@pytest.mark.parametrize("what", CASES)
def test_a_wrong_sampler_is_told_with_its_line(tmp_path, what):
    old, new, message = CASES[what]
    words = SITE.format(port=502)
    assert old in words
    head, _, tail = words.rpartition("[[sampler]]")
    path = tmp_path / "site.toml"
    path.write_text(f"{head}[[sampler]]{tail.replace(old, new)}", encoding="utf-8")
    with pytest.raises(ConfigError) as told:
        load_site(path)
    assert message in str(told.value)
    assert len(told.value.faults) == 1

"""A planted event is the recorded past with some foreign water in it, by mass balance, and nothing else."""

from dataclasses import replace

import numpy as np
import pytest

from mulmok.config.build_waters import library
from mulmok.config.load import load_site
from mulmok.model.foreign import ForeignWater
from mulmok.model.message import Readings
from mulmok.model.status import Status
from mulmok.model.time import HOUR, MINUTE
from mulmok.run.planting import Planted, as_it_comes, drawn, plant, shown_by

SITE = """
[works]
id = "small"
name = { ko = "작은", en = "Small" }
zone = "Asia/Seoul"
""" + "".join(
    f'[[channel]]\nid = "{name}"\nquantity = "{name.rpartition(".")[2]}"\nevery = "1 min"\n'
    for name in (
        "inlet.flow", "inlet.cod", "inlet.ph", "inlet.orp", "inlet.temperature", "inlet.do",
        "inlet.ni", "effluent.cod",
    )
)  # fmt: skip
LEVEL = {
    "flow": 1000.0,
    "cod": 400.0,
    "ph": 7.2,
    "orp": -50.0,
    "temperature": 18.0,
    "do": 1.0,
    "ni": 0.01,
}
START, RAMP, LENGTH = 1 * HOUR, 6 * MINUTE, 60 * MINUTE
SLURRY = ForeignWater(
    "slurry", "livestock", {"cod": 20_000.0}, alkalinity=180, carbon=190, orp=-200
)


@pytest.fixture(scope="module")
def channels(tmp_path_factory):
    path = tmp_path_factory.mktemp("site") / "site.toml"
    path.write_text(SITE)
    return load_site(path).channels


@pytest.fixture
def hours(channels) -> Readings:
    """Three hours in which nothing moves."""
    at = np.repeat(np.arange(180) * MINUTE, len(channels))
    channel = np.tile(np.arange(len(channels), dtype=np.int16), 180)
    level = np.array([LEVEL[channel.quantity.id] for channel in channels])
    return Readings(0, channel, at, level[channel], np.zeros(len(at), np.uint8))


def event(water: ForeignWater = SLURRY, share: float = 0.02) -> Planted:
    return Planted(water, share, START, LENGTH, RAMP)


def shown(readings: Readings, channels, name: str) -> np.ndarray:
    index = next(n for n, channel in enumerate(channels) if channel.id == name)
    return readings.value[readings.channel == index]


def test_mass_is_balanced_reading_by_reading(hours, channels):
    after, f = plant(hours, channels, "inlet", event()), 0.02
    height = slice(70, 110)
    assert shown(after, channels, "inlet.cod")[height] == pytest.approx(
        0.98 * 400 + 0.02 * 20_000, abs=1
    )
    assert shown(after, channels, "inlet.flow")[height] == pytest.approx(1000 / (1 - f), abs=1)
    # Halfway up the ramp half of the share.
    assert shown(after, channels, "inlet.cod")[63] == pytest.approx(
        0.99 * 400 + 0.01 * 20_000, abs=1
    )
    # Two per cent push redox two thirds of the way, and the electrode shows half of that.
    assert shown(after, channels, "inlet.orp")[80] == pytest.approx(-50 - 200 * 0.5 * 2 / 3, abs=1)


def test_ph_hides_behind_the_buffer_until_it_is_used_up(hours, channels):
    acid = ForeignWater("acid", "acid", {}, alkalinity=-400.0)
    little, much = (
        shown(plant(hours, channels, "inlet", event(acid, share)), channels, "inlet.ph")[80]
        for share in (0.001, 0.01)
    )
    assert 6.7 < little < 7.2
    assert much < 4.0


def test_what_is_not_known_of_a_water_leaves_its_channel_as_it_is(hours, channels):
    after = plant(hours, channels, "inlet", event())
    for name in ("inlet.ni", "inlet.do", "inlet.temperature"):
        assert np.array_equal(shown(after, channels, name), shown(hours, channels, name))


def test_outside_the_event_and_at_other_places_nothing_is_touched(hours, channels):
    before = hours.value.copy()
    after = plant(hours, channels, "inlet", event())
    outside = (hours.at <= START) | (hours.at >= START + LENGTH)
    assert np.array_equal(after.value[outside], before[outside])
    assert (shown(after, channels, "effluent.cod") == 400.0).all()
    assert np.array_equal(hours.value, before), "what was given is not changed"
    assert after.at is hours.at
    assert after.status is hours.status


def test_what_is_missing_impossible_or_not_of_the_water_stays_so(hours, channels):
    value, status = hours.value.copy(), hours.status.copy()
    cod = np.flatnonzero(hours.channel == 1)
    value[cod[80]], value[cod[81]], status[cod[82]] = np.nan, -9999.0, Status.CALIBRATING
    after = shown(
        plant(replace(hours, value=value, status=status), channels, "inlet", event()),
        channels,
        "inlet.cod",
    )
    assert np.isnan(after[80])
    assert after[81] == -9999.0
    assert after[82] == 400.0
    assert after[83] > 700.0


def test_an_instrument_shows_no_more_than_the_end_of_its_range(hours, channels):
    strong = replace(SLURRY, holds={"cod": 1e9})
    after = shown(plant(hours, channels, "inlet", event(strong)), channels, "inlet.cod")
    assert after.max() == channels[1].high


def test_a_state_of_the_sewage_moves_ph_and_redox_alone(hours, channels):
    septic = next(water for water in library() if not water.mixes)
    after = plant(hours, channels, "inlet", event(septic, 0.5))
    moved = {channels[n].id for n in hours.channel[after.value != hours.value].tolist()}
    assert moved == {"inlet.ph", "inlet.orp"}


def test_the_same_chance_draws_the_same_event_and_another_does_not(channels):
    def one(seed: int) -> Planted:
        return drawn(SLURRY, 0.02, START, channels, np.random.default_rng(seed))

    assert repr(one(1)) == repr(one(1))
    assert repr(one(1)) != repr(one(2))


def test_waters_are_drawn_as_wide_as_their_spread(channels):
    chance = np.random.default_rng(1)
    logs = [
        np.log(as_it_comes(SLURRY, channels, chance).strength("cod") / 20_000) for _ in range(2000)
    ]
    assert np.mean(logs) == pytest.approx(0.0, abs=0.04)
    assert np.std(logs) == pytest.approx(SLURRY.spread, rel=0.08)
    assert np.isnan(as_it_comes(SLURRY, channels, chance).strength("ni"))


def test_flow_alone_shows_no_water(channels):
    by_name = {channel.id: channel for channel in channels}
    assert not shown_by(SLURRY, by_name["inlet.flow"])
    assert not shown_by(SLURRY, by_name["inlet.ni"])
    assert shown_by(SLURRY, by_name["inlet.cod"])

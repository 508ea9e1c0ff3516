"""Explain: which of the rivals the steps of all channels fit best."""

from __future__ import annotations

import numpy as np
import pytest
from unit.detect.waters import COLUMN, NAMES, Explained, mixer, moves

from mulmok.config.build_waters import library

SHARES = {
    "livestock": 0.03, "septage": 0.012, "food_waste": 0.01, "leachate": 0.05, "acid": 0.015,
    "alkali": 0.015, "oil": 0.015, "seawater": 0.06, "textile": 0.12, "food_industry": 0.1,
    "construction": 0.02, "oxidant": 0.01,
}  # fmt: skip
RAIN = {"storm": 0.5, "infiltration": 0.4}


def planted(water, share):
    """Steps that a water of the library makes at the tried share nearest to `share`."""
    mixed = mixer()
    number = [one.id for one in mixed.waters].index(water)
    j = int(np.argmin(np.abs(np.log(mixed.share[number] / share))))
    return dict(zip(NAMES, moves(mixed)[0][number, j], strict=True)), mixed.share[number, j]


@pytest.mark.parametrize("water", SHARES)
def test_a_planted_water_is_first_at_about_its_share(water):
    steps, share = planted(water, SHARES[water])
    told = Explained(steps)
    assert told.first == water
    assert told.fraction == pytest.approx(share, rel=0.7)
    assert told.water > max(0.0, told.hydraulic)


@pytest.mark.parametrize("water", RAIN)
def test_rain_and_groundwater_are_hydraulic(water):
    told = Explained(planted(water, RAIN[water])[0])
    assert told.hydraulic > max(0.0, told.water)


def test_sewage_that_stood_too_long_is_told_by_redox_and_ph():
    assert Explained(planted("septicity", 0.8)[0]).first == "septicity"


@pytest.mark.parametrize("name", ["ec", "tss", "cod", "nh4_n", "tn", "flow", "temperature"])
def test_one_channel_alone_is_its_instruments_business(name):
    told = Explained({name: 3.0 if name == "temperature" else 0.6})
    assert told.first == f"fault {name}"
    assert told.of(f"fault {name}") > 0.0
    assert told.water < told.of(f"fault {name}")


@pytest.mark.parametrize("age", [0.0, 5.0, 60.0])
def test_nothing_is_nothing(age):
    told = Explained({}, age=age)
    assert (told.weight < 0.0).all()
    assert told.water < 0.0
    assert told.hydraulic < 0.0


def test_two_deviations_in_every_channel_are_nothing_yet():
    told = Explained({"ec": 0.04, "tss": -0.12, "cod": 0.1, "nh4_n": -0.1, "flow": 0.06})
    assert max(told.water, told.hydraulic) < 0.0


def test_thinned_water_of_a_kind_nobody_described_is_hydraulic():
    thin = {"flow": 0.5, **dict.fromkeys(("ec", "cod", "nh4_n", "tn", "chloride", "tss"), -0.5)}
    slurry = tuple(water for water in library() if water.id == "livestock")
    told = Explained(thin, waters=slurry)
    assert told.first == "unknown"
    assert told.hydraulic > max(0.0, told.water)


def test_a_composition_nobody_described_is_unknown_foreign_water():
    strange = {"chloride": 1.2, "tn": 1.0, "tss": 1.1, "ec": -0.4, "ph": 0.6}
    told = Explained(strange)
    assert told.first == "unknown"
    assert told.water > max(0.0, told.hydraulic)


def test_without_a_library_nothing_is_foreign_water():
    told = Explained(planted("livestock", 0.03)[0], waters=())
    assert told.water == told.hydraulic == -np.inf


def test_a_step_that_came_whole_between_two_readings_is_rather_the_instruments():
    sudden = Explained({"ec": 0.6}, jump=0.95)
    slow = Explained({"ec": 0.6}, jump=0.2)
    assert sudden.of("fault ec") > slow.of("fault ec") + 2.0
    assert sudden.water == pytest.approx(slow.water)


def test_a_channel_that_is_missing_lowers_the_weight_and_does_not_turn_it():
    steps, _ = planted("livestock", 0.03)
    full, less = Explained(steps), Explained(steps, seen=[n for n in NAMES if n != "nh4_n"])
    assert less.first == "livestock"
    assert 0.0 < less.water < full.water
    assert less.of("fault nh4_n") == -np.inf
    assert less.z[COLUMN["nh4_n"]] == 0.0


def test_the_loud_voice_of_one_channel_must_have_spoken_for_a_while():
    early, late = Explained({"ph": -1.5}, count=2), Explained({"ph": -1.5}, count=40)
    assert late.water > early.water + 1.0

"""Flood: what is the way back from more water, and what only looks like it."""

from __future__ import annotations

import numpy as np
import pytest
from unit.detect.waters import CHANNELS, COLUMN, DOUBT, NAMES

from mulmok.judge.detect.evidence import Evidence
from mulmok.judge.detect.flood import recedes, returns
from mulmok.judge.detect.place import Episode, Place
from mulmok.model.time import HOUR, MINUTE, NEVER

PLACE = Place.of("inlet", tuple(enumerate(CHANNELS)), ())
#: Three tenths of groundwater.
THINNED = {"flow": 0.36, "ec": -0.22, "cod": -0.34, "tss": -0.33, "nh4_n": -0.35, "orp": 55.0}
#: Leachate that comes when it is over: it lacks what rain has thinned, and adds to the flow.
LEACHATE = {"flow": 0.03, "ec": 0.4, "cod": 0.2, "nh4_n": 0.8, "orp": -45.0}


def evidence(steps, doubt=1.0):
    step = np.array([steps.get(name, 0.0) for name in NAMES])
    waters = np.zeros(0, np.int64)
    weight = np.zeros(1 + len(NAMES))
    return Evidence(0, 0, 30.0, 0.0, 0.0, weight, waters, step, step / (DOUBT * doubt))


def flood(last=100):
    moved = tuple((COLUMN[name], change, 9.0) for name, change in THINNED.items())
    return Episode(False, -1, 0, 0, 0, last, NEVER, 9.0, (("storm", 1.0),), moved, None)


def back(share):
    return {name: -share * change for name, change in THINNED.items()}


@pytest.mark.parametrize("share", [0.4, 1.0])
def test_what_was_thinned_comes_back_as_the_flow_falls(share):
    assert recedes(PLACE, flood(), 400, evidence(back(share)))


def test_foreign_water_after_a_rain_is_no_way_back():
    assert not recedes(PLACE, flood(), 400, evidence(LEACHATE))


def test_what_rises_without_the_flow_falling_is_no_way_back():
    steps = {**back(1.0), "flow": 0.0}
    assert returns(PLACE, flood(), evidence(steps))
    assert not recedes(PLACE, flood(), 400, evidence(steps))


def test_a_fall_of_the_flow_that_is_not_sure_is_none():
    assert not recedes(PLACE, flood(), 400, evidence(back(1.0), doubt=5.0))


def test_a_flow_that_falls_alone_is_no_way_back():
    assert not recedes(PLACE, flood(), 400, evidence({"flow": -0.4}))


def test_there_is_no_way_back_from_what_has_become_usual():
    half_a_day = 12 * HOUR // MINUTE
    assert recedes(PLACE, flood(last=0), half_a_day, evidence(back(1.0)))
    assert not recedes(PLACE, flood(last=0), half_a_day + 1, evidence(back(1.0)))


def test_more_rain_is_no_way_back():
    assert not recedes(PLACE, flood(), 400, evidence(THINNED))


def test_movements_are_told_in_an_instruments_usual_steps():
    moved = PLACE.moved(flood())
    assert moved[COLUMN["flow"]] == pytest.approx(0.6)
    assert moved[COLUMN["ph"]] == 0.0
    assert moved == pytest.approx(PLACE.in_steps(evidence(THINNED).step))

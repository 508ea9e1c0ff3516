"""What a foreign water has carried in, from the readings and bands that are stored."""

import math
from dataclasses import replace

import numpy as np
import pytest
from unit.web.test_contributions import keep
from unit.web.works import COD, FLOW, START, slurry

from mulmok.model.event import Verdict
from mulmok.model.flag import Flag
from mulmok.model.time import HOUR, MINUTE
from mulmok.web.carried import carried_of

EVENT = replace(slurry(START + HOUR, START + 2 * HOUR), channels=("inlet.cod", "inlet.ph"))
#: What the bands of `keep` take for usual: flow [m3/h] and COD [mg/L].
USUAL_FLOW, USUAL = math.sqrt(800.0 * 1200.0), 100.0 * math.sqrt(10.0)
HOURLY = USUAL_FLOW * USUAL / 1000.0


def carried(works, event=EVENT, now=START + 3 * HOUR):
    with works.engine.query() as query:
        return carried_of(query, works.engine.site, event, now)


@pytest.fixture
def told(works):
    """The flow as usual; COD three times its usual 316 mg/L from the first to the second hour."""
    keep(works, FLOW, np.full(180, USUAL_FLOW).tolist())
    keep(works, COD, np.where(np.arange(180) // 60 == 1, 3 * USUAL, USUAL).tolist())
    return works


def test_it_is_the_load_above_the_usual_one_of_each_substance_that_moved(told):
    (cod,) = carried(told)
    assert cod.channel.id == "inlet.cod"
    assert cod.mass == pytest.approx(2 * HOURLY, rel=0.001)
    assert cod.covered == 1.0


def test_of_an_event_that_goes_on_it_is_what_came_so_far(told):
    (cod,) = carried(told, replace(EVENT, ended_at=None), START + HOUR + 30 * MINUTE)
    assert cod.mass == pytest.approx(HOURLY, rel=0.001)


def test_readings_that_are_not_believed_are_not_covered(works):
    keep(works, FLOW, np.full(180, USUAL_FLOW).tolist())
    keep(works, COD, np.full(180, 3 * USUAL).tolist(), flag=Flag.SUSPECT)
    assert carried(works) == ()


@pytest.mark.parametrize("verdict", [Verdict.HYDRAULIC, Verdict.INSTRUMENT, Verdict.MAINTENANCE])
def test_only_foreign_water_carries_something_in(told, verdict):
    assert carried(told, replace(EVENT, verdict=verdict)) == ()

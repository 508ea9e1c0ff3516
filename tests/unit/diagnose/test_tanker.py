"""The whole way from readings to events, on the simulated influent."""

from __future__ import annotations

import numpy as np
import pytest
from unit.derive.material import INLET, KST, START, simulated
from unit.diagnose.material import last

from mulmok.judge.derive.expected import Expected
from mulmok.judge.detect.cusum import Cusum
from mulmok.judge.detect.instrument import InstrumentFaults
from mulmok.judge.diagnose.events import Events
from mulmok.model.event import Verdict
from mulmok.model.time import DAY, HOUR, MINUTE
from mulmok.source.simulator.planted import Fault, Inflow


def judged(days, planted, seed=1):
    block = simulated(days, planted, seed)
    stages = (
        Expected.for_channels(INLET, KST),
        Cusum.for_channels(INLET),
        InstrumentFaults.for_channels(INLET),
        Events.for_channels(INLET, KST),
    )
    expected, *detectors, events = stages
    told = expected.step(expected.start(), block)[1]
    found = [f for stage in detectors for f in stage.step(stage.start(), (block, told))[1]]
    found.sort(key=lambda f: (f.word_at, f.channel))
    instants = np.unique(block.at)
    words = events.step(events.start(), (tuple(found), int(instants[-1]), instants))[1]
    return list(last(words).values()), words


@pytest.mark.parametrize("hour", [3, 11, 20])
def test_a_slurry_tanker_becomes_one_water_event_within_a_quarter_of_an_hour(hour):
    tanker = Inflow("livestock", START + 15 * DAY + hour * HOUR, 100, 0.025)
    events, words = judged(16, [tanker])
    near = [e for e in events if tanker.start <= e.detected_at <= tanker.end + HOUR]
    # Somebody may be cleaning an instrument meanwhile.
    (event,) = [e for e in near if e.verdict is not Verdict.MAINTENANCE]
    assert event.verdict is Verdict.WATER
    assert event.detected_at - tanker.start <= 6 * MINUTE
    assert event.warned_at - tanker.start <= 15 * MINUTE
    assert event.causes[0].cause == "livestock"
    assert event.ended_at - tanker.end < HOUR
    assert abs(event.started_at - tanker.start) <= 10 * MINUTE
    first = next(word for word in words if word.id == event.id and word.warned_at)
    assert "livestock" in [cause.cause for cause in first.causes[:3]]


def test_three_quiet_weeks_warn_of_nearly_nothing():
    events, _ = judged(28, [])
    warned = [e for e in events if e.warned_at and e.detected_at > START + 7 * DAY]
    assert len(warned) <= 2


def test_a_stuck_instrument_and_a_broken_loop_are_faults_and_no_water():
    planted = [
        Fault("stuck", "inlet.ec", START + 9 * DAY, 300),
        Fault("dropout", "inlet.nh4_n", START + 10 * DAY, 60),
    ]
    quiet = {e.id for e in judged(11, [])[0] if e.warned_at}
    events, _ = judged(11, planted)
    assert {e.id for e in events if e.warned_at} <= quiet
    faults = [(e.channels, e.causes[0].cause) for e in events if e.verdict is Verdict.INSTRUMENT]
    assert (("inlet.nh4_n",), "dropout") in faults

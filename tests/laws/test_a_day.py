"""The laws once the expectation knows its works: only then do detectors and events have much to say."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from laws.upstream import classes
from unit.derive.material import INLET, KST, START

from mulmok import plugins
from mulmok.config.build_waters import library
from mulmok.judge.alarm.stage import Alarms
from mulmok.judge.derive.expected import Expected
from mulmok.judge.derive.load import Loads
from mulmok.judge.detect.watch import Watch
from mulmok.judge.diagnose.doubt import Doubt
from mulmok.judge.diagnose.events import Events
from mulmok.judge.diagnose.trust import Trusts
from mulmok.judge.pipeline import Pipeline
from mulmok.judge.quality.order import Order
from mulmok.judge.quality.stage import Quality
from mulmok.judge.respond.late import Respond
from mulmok.model.alarm import AlarmRule, RuleKind
from mulmok.model.calendar import Calendar
from mulmok.model.message import Readings, Tick
from mulmok.model.time import DAY, HOUR, MINUTE
from mulmok.run.build import dump_state, load_state
from mulmok.source.simulator.planted import Fault, Inflow
from mulmok.source.simulator.sewage import works_of
from mulmok.source.simulator.simulate import Simulator

LAWFUL = settings(max_examples=10)
BEGIN, END = START + 9 * DAY, START + 10 * DAY
#: The day that is cut is a holiday.
CALENDAR = Calendar.of(other=[(BEGIN + 9 * HOUR) // DAY])
PLANTED = (
    Inflow("livestock", BEGIN + 2 * HOUR, 80, 0.03),
    Inflow("storm", BEGIN + 8 * HOUR, 120, 0.5),
    Fault("spike", "inlet.ec", BEGIN + 14 * HOUR, 60, 2.5),
    Fault("dropout", "inlet.nh4_n", BEGIN + 17 * HOUR, 45),
)


def pipeline() -> Pipeline:
    return Pipeline(
        order=Order(len(INLET), 0),
        quality=Quality.for_channels(INLET, classes(plugins.CHECKS)),
        expected=Expected.for_channels(INLET, KST, CALENDAR),
        detectors=tuple(
            detector.for_channels(INLET) for detector in classes(plugins.DETECTORS).values()
        ),
        doubt=Doubt(),
        watch=Watch.for_channels(INLET, library()),
        disbelief=Doubt(),
        load=Loads.for_channels(INLET, KST, MINUTE),
        events=Events(INLET),
        trust=Trusts.for_channels(INLET),
        alarms=Alarms((AlarmRule("water", RuleKind.EVENT, priority=1),), INLET),
        respond=Respond({}, len(INLET)),
    )


def message(rows) -> Readings:
    return Readings(0, rows.channel, rows.at, rows.value, rows.status)


@cache
def warmed():
    """The state after nine days, and the rows of the tenth."""
    works = Simulator(INLET, works_of(1250.0), 1, KST, PLANTED)
    line = pipeline()
    state, _ = line.step(line.start(), message(works.rows(START, BEGIN)))
    return dump_state(line, state), works.rows(BEGIN, END)


def said(cuts, *, ticks=False, through_bytes=False):
    data, rows = warmed()
    line = pipeline()
    state, judgements = load_state(line, data), []
    edges = np.searchsorted(rows.at, [BEGIN, *sorted(cuts), END])
    for begin, end in pairwise(edges):
        if begin == end:
            continue
        messages = [message(rows.take(slice(begin, end)))]
        if ticks:
            messages.insert(0, Tick(int(rows.at[begin])))
        for one in messages:
            if through_bytes:
                state = load_state(line, dump_state(line, state))
            state, judgement = line.step(state, one)
            judgements.append(judgement)
    return judgements, dump_state(line, state)


def told(judgements, *, when=True):
    """Findings, loads, events' last words and alarms; `when`: and every word in between."""
    findings = sorted(repr(f) for j in judgements for f in j.findings)
    loads = sorted(repr(load) for j in judgements for load in j.loads)
    events = {e.id: repr(e) if when else repr((e.verdict, e.warned_at, e.ended_at, e.causes))
              for j in judgements for e in j.events}  # fmt: skip
    words = [repr(e) for j in judgements for e in j.events] if when else []
    alarms = [(t.alarm, t.at, t.before, t.after) for j in judgements for t in j.transitions]
    return findings, loads, events, words, alarms


cut = st.lists(st.integers(BEGIN, END), min_size=1, max_size=12)


def test_the_day_has_something_to_say():
    findings, loads, events, _, alarms = told(said([])[0])
    assert len(findings) > 10
    assert len(loads) > 24
    assert len(events) >= 3
    assert alarms


@LAWFUL
@given(cuts=cut)
def test_cutting_changes_nothing_not_even_the_state(cuts):
    parts, state = said(cuts)
    one, end = said([])
    assert told(parts) == told(one)
    assert state == end


@LAWFUL
@given(cuts=cut)
def test_going_through_bytes_changes_nothing(cuts):
    assert said(cuts, through_bytes=True)[1] == said(cuts)[1]


@LAWFUL
@given(cuts=cut)
def test_ticks_change_nothing_that_happened(cuts):
    assert told(said(cuts, ticks=True)[0], when=False) == told(said(cuts)[0], when=False)

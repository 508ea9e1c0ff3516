"""Judging that failed is well again once it has gone well for a while."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from mulmok.config.load import load_site
from mulmok.judge.alarm.stage import views
from mulmok.model.flag import Reason
from mulmok.model.message import Readings, Tick
from mulmok.model.time import MINUTE
from mulmok.run.build import build_pipeline
from mulmok.run.guarded import judge

SITE = Path(__file__).parents[3] / "examples/smallest.toml"
START = 29_000_000 * MINUTE
POISON = 666.0


class Faulty:
    """Quality that cannot bear one value."""

    def __init__(self, whole):
        self._whole = whole

    def __getattr__(self, name):
        return getattr(self._whole, name)

    def step(self, state, block):
        if POISON in block.value:
            raise ZeroDivisionError
        return self._whole.step(state, block)


@cache
def site():
    return load_site(SITE)


def faulty():
    pipeline = build_pipeline(site())
    return replace(pipeline, quality=Faulty(pipeline.quality))


def scan(minute: int, value: float = 7.0, received: int = 0) -> Readings:
    return Readings(
        received, np.ones(1, np.int16), np.array([START + minute * MINUTE]), np.array([value]),
        np.zeros(1, np.uint8),
    )  # fmt: skip


def lived(*messages):
    """What comes of messages: the state, and each change of the alarm of judging by its minute."""
    pipeline, state, told = faulty(), None, []
    for message in messages:
        state, said = judge(pipeline, state or pipeline.start(), message, channels=2)
        told += [
            ((t.at - START) // MINUTE, t.after.value)
            for t in said.transitions
            if t.alarm == "judging"
        ]
    return state, told


def judging(state):
    return next(v for v in views(state.alarms, site().alarms) if v.rule.id == "judging")


def test_one_bad_message_among_good_ones_is_an_alarm_that_returns():
    state, told = lived(scan(0), scan(1, POISON), *map(scan, range(2, 20)))
    assert told == [(1, "UNACK"), (12, "RTNUN")]
    assert judging(state).condition == "NORMAL"


def test_a_fault_that_comes_back_within_the_time_is_the_same_alarm():
    messages = [scan(m, POISON if m in (1, 6, 11) else 7.0) for m in range(30)]
    _, told = lived(*messages)
    assert told == [(1, "UNACK"), (22, "RTNUN")]


def test_time_alone_does_not_show_that_judging_works():
    state, told = lived(scan(0), scan(1, POISON), Tick(START + 60 * MINUTE))
    assert told == [(1, "UNACK")]
    assert judging(state).condition == "ACTIVE"


def test_a_faulty_message_with_a_clock_that_is_ahead_moves_no_time():
    far = 100_000_000
    state, _ = lived(scan(0, received=START), scan(far, POISON, received=START), scan(1, POISON))
    assert state.order.latest == START + MINUTE
    pipeline = faulty()
    # Rows that were ahead are not given to quality at all: it is the order that refuses them.
    _, said = judge(pipeline, state, scan(far, POISON, received=START), channels=2)
    assert said.late.reasons.tolist() == [Reason.FUTURE]

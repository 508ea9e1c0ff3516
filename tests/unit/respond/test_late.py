"""Alarms of hours ago are in the list and call nobody, unless they turn out not to be over."""

from __future__ import annotations

import numpy as np
import pytest

from mulmok.judge.respond.late import OLD, PATIENCE, Respond, RespondInput
from mulmok.model.alarm import AlarmRule, IsaState, RuleKind, Transition
from mulmok.model.block import raw_block
from mulmok.model.time import HOUR, MINUTE

NOW = 1_000 * HOUR
RULES = (
    AlarmRule("ph-low", RuleKind.BELOW, channel=0),
    AlarmRule("no-ph", RuleKind.NO_DATA, channel=0),
    AlarmRule("foreign", RuleKind.EVENT),
)


def rise(alarm="ph-low", at=NOW - 3 * HOUR, known_at=NOW, after=IsaState.UNACK):
    before = IsaState.NORM if after is IsaState.UNACK else IsaState.UNACK
    return Transition(alarm, at, known_at, before, after, 1, "reading")


def heard(*transitions, at=(), instants=(NOW,), channel=0):
    """A run: what the alarms said, and rows of one channel of two."""
    count = len(at)
    bounds = [0, count, count] if channel == 0 else [0, 0, count]
    block = raw_block(
        np.array(at, np.int64),
        np.full(count, 7.0),
        np.zeros(count, np.uint8),
        np.array(bounds, np.int64),
    )
    known = np.array(instants, np.int64)
    return RespondInput(transitions, block, known, int(known[-1]))


#: A reading of three hours ago comes: channel 0 is behind.
BEHIND = (NOW - 3 * HOUR,)


def told(*runs):
    """Alarms told of, run by run."""
    stage = Respond.for_rules(RULES, 2)
    state, said = stage.start(), []
    for run in runs:
        state, effects = stage.step(state, run)
        said.append([asked.alarm for asked in effects])
    return said


def test_an_alarm_of_now_is_told_at_once():
    assert told(heard(rise(at=NOW - MINUTE))) == [["ph-low"]]
    assert told(heard(rise(at=NOW - OLD))) == [["ph-low"]]


def test_an_alarm_of_hours_ago_calls_nobody_when_it_is_over_before_its_data_has_caught_up():
    over = rise(after=IsaState.RTNUN, at=NOW - 2 * HOUR)
    later = heard(at=[NOW], instants=[NOW])
    assert told(heard(rise(), over, at=[NOW - 3 * HOUR, NOW - 2 * HOUR]), later) == [[], []]


def test_an_alarm_of_hours_ago_that_still_holds_is_told_with_the_first_reading_of_now():
    runs = [
        heard(rise(), at=BEHIND),
        heard(at=[NOW - 90 * MINUTE]),
        heard(at=[NOW - MINUTE]),
    ]
    assert told(*runs) == [[], [], ["ph-low"]]


def test_a_reading_of_another_channel_says_nothing_of_it():
    assert told(heard(rise(), at=BEHIND), heard(at=[NOW], channel=1)) == [[], []]


def test_what_somebody_has_acknowledged_meanwhile_calls_nobody():
    seen = rise(after=IsaState.ACKED, at=NOW, known_at=NOW + MINUTE)
    now = NOW + 2 * MINUTE
    assert told(heard(rise(), at=BEHIND), heard(seen), heard(at=[now], instants=[now])) == [
        [],
        [],
        [],
    ]


def test_the_reading_with_which_it_returns_is_none_of_now():
    """Rise, return and the first reading of now come in one run; the return is that reading's."""
    over = rise(after=IsaState.RTNUN, at=NOW)
    assert told(heard(rise(), over, at=[NOW - 3 * HOUR, NOW])) == [[]]


@pytest.mark.parametrize("alarm", ["foreign", "no-ph"])
def test_an_alarm_on_no_readings_is_told_after_ten_minutes_unless_it_is_over(alarm):
    due = NOW + PATIENCE
    waiting = [heard(rise(alarm), at=BEHIND), heard(instants=[due - 1])]
    assert told(*waiting, heard(instants=[due])) == [[], [], [alarm]]
    over = rise(alarm, after=IsaState.RTNUN, at=NOW - HOUR, known_at=due)
    assert told(*waiting, heard(over, instants=[due])) == [[], [], []]


def test_one_that_rises_again_now_is_told_once_for_each_rise():
    again = rise(at=NOW + 2 * MINUTE, known_at=NOW + 2 * MINUTE)
    over = rise(after=IsaState.RTNUN, at=NOW - HOUR, known_at=NOW + MINUTE)
    assert told(heard(rise(), at=BEHIND), heard(over), heard(again)) == [[], [], ["ph-low"]]


@pytest.mark.parametrize("alarm", ["ph-low", "no-ph", "foreign"])
def test_where_no_data_is_behind_everybody_is_told_however_long_nobody_looked(alarm):
    """mulmok itself was away for three hours: the instrument has been silent all the while."""
    assert told(heard(rise(alarm))) == [[alarm]]
    assert told(heard(at=BEHIND, channel=1), heard(rise(alarm)))[1] == (
        [alarm] if alarm != "foreign" else []
    )

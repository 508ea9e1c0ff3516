"""What alarms keep when the site file changes."""

from dataclasses import replace

import numpy as np
from unit.alarm.works import CHANNELS, PH_AT_ONCE, PH_LOW, Works, minute

from mulmok.judge.alarm.carry import carry
from mulmok.judge.alarm.stage import Alarms, views
from mulmok.model.alarm import AlarmRule, RuleKind
from mulmok.model.text import Names
from mulmok.model.time import MINUTE

QUIET = AlarmRule("quiet", RuleKind.NO_DATA, 1, float(10 * MINUTE))


def taken_over(works: Works, *rules: AlarmRule, channels=CHANNELS) -> Works:
    after = Works(*rules)
    after.stage = Alarms(rules, channels)
    after.state = carry(works.stage, works.state, after.stage)
    after.upto = works.upto
    return after


def test_an_unchanged_alarm_keeps_its_state_at_another_place():
    works = Works(PH_AT_ONCE, QUIET)
    works.give([(0, 0, 4.0, 1), (0, 1, 900.0, 1)])
    works.order(1, "acknowledge", who="kim")
    after = taken_over(works, QUIET, PH_AT_ONCE)
    assert views(after.state, after.stage.rules)[1] == works.view(0)
    # The silence goes on being counted from the last reading.
    after.tick(11)
    assert after.said == [(10, "NORM", "UNACK")]


def test_a_new_name_or_priority_is_no_new_alarm():
    works = Works(PH_AT_ONCE)
    works.ph(0, 4.0)
    after = taken_over(works, replace(PH_AT_ONCE, name=Names("가", "a"), priority=4))
    assert after.isa == "UNACK"


def test_another_limit_makes_a_new_alarm_that_nothing_hides():
    works = Works(PH_AT_ONCE)
    works.ph(0, 4.0)
    works.order(1, "shelve", why="w", until=60)
    after = taken_over(works, replace(PH_AT_ONCE, limit=5.5))
    assert after.isa == "NORM"
    assert after.ph(2, 4.0) == [(2, "NORM", "UNACK")]


def test_a_channel_counts_by_its_id_not_by_its_place():
    works = Works(PH_AT_ONCE)
    works.ph(0, 4.0)
    swapped = CHANNELS[::-1]
    assert taken_over(works, replace(PH_AT_ONCE, channel=1), channels=swapped).isa == "UNACK"
    assert taken_over(works, PH_AT_ONCE, channels=swapped).isa == "NORM"


def test_a_running_timer_is_carried_too():
    works = Works(PH_LOW)
    works.ph(0, 4.0)
    after = taken_over(works, PH_LOW)
    after.tick(5)
    assert after.said == [(2, "NORM", "UNACK")]
    assert minute(after.view().active_since) == 2


def test_what_is_carried_from_is_left_as_it_was():
    works = Works(PH_AT_ONCE)
    works.ph(0, 4.0)
    before = works.state.memory.copied()
    taken_over(works, PH_AT_ONCE).ph(1, 7.0)
    assert np.array_equal(works.state.memory.given, before.given)
    assert works.isa == "UNACK"

"""What alarms keep when the site file changes."""

from dataclasses import replace

import numpy as np
from unit.alarm.works import CHANNELS, PH_AT_ONCE, PH_LOW, START, Works, event, minute

from mulmok.judge.alarm.carry import as_told, carry, obeyed, retold
from mulmok.judge.alarm.stage import Alarms, views
from mulmok.model.alarm import AlarmRule, RuleKind
from mulmok.model.message import Action, Command
from mulmok.model.text import Names
from mulmok.model.time import MINUTE

QUIET = AlarmRule("quiet", RuleKind.NO_DATA, 1, float(10 * MINUTE))


def taken_over(works: Works, *rules: AlarmRule, channels=CHANNELS, rebuilt=None) -> Works:
    """The alarms after a change; `rebuilt`: what the new rules made of the readings alone."""
    after = Works(*rules)
    after.stage = Alarms(rules, channels)
    found = after.stage.start() if rebuilt is None else rebuilt.state
    after.state = carry(works.stage, works.state, after.stage, found, works.upto)
    after.upto = works.upto
    return after


def told_last(works: Works):
    return {t.alarm: t for t in works.transitions}


def steps(transitions):
    return [(t.alarm, t.before.value, t.after.value) for t in transitions]


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


def test_a_new_alarm_rings_where_its_condition_holds_and_is_quiet_about_what_is_over():
    stands, over, known = Works(PH_AT_ONCE), Works(PH_AT_ONCE), Works(QUIET)
    stands.ph(0, 4.0)
    over.ph(0, 4.0, 7.0)
    over.tick(20)
    assert (stands.isa, over.isa) == ("UNACK", "RTNUN")
    assert taken_over(known, PH_AT_ONCE, rebuilt=stands).isa == "UNACK"
    assert taken_over(known, PH_AT_ONCE, rebuilt=over).isa == "NORM"


def test_an_event_alarm_hears_of_the_events_there_are_now():
    water = AlarmRule("water", RuleKind.EVENT)
    works, same, none = Works(water), Works(water), Works(water)
    works.give(events=(event("a", 0, 0, warned=0),))
    works.order(1, "acknowledge", alarm="water")
    same.give(events=(event("b", 0, 0, warned=0),))
    still = taken_over(works, water, rebuilt=same)
    assert still.isa == "ACKED"
    # It ends with the event it was found to be now, not with the one nobody knows any longer.
    still.give(upto=9, events=(event("b", 9, 0, warned=0, ended=9),))
    assert still.isa == "NORM"
    assert taken_over(works, water, rebuilt=none).isa == "NORM"
    assert taken_over(none, water, rebuilt=same).isa == "UNACK"


def test_an_event_alarm_out_of_service_stays_so_whatever_judging_anew_finds():
    water = AlarmRule("water", RuleKind.EVENT)
    works, found = Works(water), Works(water)
    works.order(0, "out_of_service", alarm="water", why="w")
    found.give(events=(event("a", 0, 0, warned=0),))
    after = taken_over(works, water, rebuilt=found)
    assert after.isa == "OOSRV"
    after.order(1, "in_service", alarm="water")
    assert after.isa == "UNACK"


def test_the_last_words_alone_keep_what_is_out_of_service_and_what_waits():
    works = Works(PH_AT_ONCE)
    works.ph(0, 4.0)
    found = Works(PH_AT_ONCE)
    found.ph(0, 4.0)
    works.order(1, "acknowledge")
    assert views(as_told(found.stage, found.state, told_last(works)), found.stage.rules)[
        0
    ].state == ("ACKED")
    works.order(2, "out_of_service", who="lee", why="pump work")
    view = views(as_told(found.stage, found.state, told_last(works)), found.stage.rules)[0]
    assert (view.state, view.suppressed_by, view.suppressed_why) == ("OOSRV", "lee", "pump work")
    assert minute(view.suppressed_at) == 2


def test_a_shelf_whose_end_is_not_known_is_over():
    works, found = Works(PH_AT_ONCE), Works(PH_AT_ONCE)
    works.order(0, "shelve", why="w", until=60)
    state = as_told(found.stage, found.state, told_last(works))
    assert views(state, found.stage.rules)[0].state == "NORM"
    _, told = retold(found.stage, state, told_last(works), works.upto)
    assert steps(told) == [("ph-low", "SHLVD", "NORM")]


def test_only_what_stands_otherwise_than_last_told_is_told_also_of_alarms_that_are_gone():
    works = Works(PH_AT_ONCE, QUIET)
    works.ph(0, 4.0)
    works.tick(11)
    same, told = retold(works.stage, works.state, told_last(works), works.upto)
    assert told == ()
    assert same.lives == works.state.lives
    new = Works(replace(PH_AT_ONCE, id="other"))
    new.ph(0, 4.0)
    state, told = retold(new.stage, new.state, told_last(works), new.upto)
    assert steps(told) == [
        ("other", "NORM", "UNACK"),
        ("ph-low", "UNACK", "NORM"),
        ("quiet", "UNACK", "NORM"),
    ]
    assert {t.cause for t in told} == {"configuration"}
    assert state.lives[0].told_at == told[0].at


def test_commands_alone_change_what_they_may_and_nothing_else():
    works = Works(PH_AT_ONCE, QUIET)
    works.ph(0, 4.0)
    at = START + 500 * MINUTE
    commands = [
        Command(at, "kim", Action.ACKNOWLEDGE, "ph-low"),
        Command(at, "kim", Action.OUT_OF_SERVICE, "ph-low", "pump work"),
        Command(at, "kim", Action.ACKNOWLEDGE, "quiet"),
        Command(at, "kim", Action.ACKNOWLEDGE, "nobody knows it"),
    ]
    low, quiet = views(obeyed(works.stage, works.state, commands), works.stage.rules)
    assert (low.state, low.acked_by, low.suppressed_why) == ("OOSRV", "kim", "pump work")
    # Its time was over long ago, but time has stood still.
    assert quiet == works.view(1)

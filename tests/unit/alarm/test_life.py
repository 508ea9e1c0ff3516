"""The life of one alarm, told minute by minute."""

from dataclasses import replace

from unit.alarm.works import PH_LOW, START, Works, minute

from mulmok.model.alarm import Condition
from mulmok.model.time import MINUTE

#: The same with a delay that is longer than a reading stands.
SLOW = replace(PH_LOW, on_delay=10 * MINUTE)


def test_the_life_of_one_alarm_minute_by_minute():
    works = Works(PH_LOW)
    # 0..3: all is well, then a dip of one minute: shorter than the on-delay.
    assert works.ph(0, 7.1, 7.0, 4.8, 7.0) == []
    # 4: acid comes and stays.
    assert works.ph(4, 4.6) == []
    assert works.view().condition is Condition.PENDING
    assert works.ph(5, 4.5) == []
    # 6: it has held for two minutes.
    assert works.ph(6, 4.4) == [(6, "NORM", "UNACK")]
    assert works.transitions[-1].cause == "reading inlet.ph=4.6"
    assert minute(works.view().active_since) == 6
    # 8: somebody has seen it; asking again changes nothing.
    assert works.order(8, "acknowledge", who="kim")
    assert works.said[-1] == (8, "UNACK", "ACKED")
    assert works.view().acked_by == "kim"
    assert not works.order(8.5, "acknowledge", who="lee")
    # 9: within the deadband it still holds; 10: back, but only for a moment.
    assert works.ph(9, 5.1, 5.4) == []
    assert works.view().condition is Condition.CLEARING
    assert works.ph(11, 4.9) == []
    assert works.view().condition is Condition.ACTIVE
    # 12: back for good; five minutes later it is over.
    assert works.ph(12, 6.0, 6.5, 6.8, 7.0, 7.0, 7.1) == [(17, "ACKED", "NORM")]
    assert works.transitions[-1].cause == "deadline"
    assert minute(works.view().returned_at) == 17
    # 20: again, and this time it is gone before anybody looks.
    works.ph(20, 4.0, 4.0, 4.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0)
    assert works.said[-2:] == [(22, "NORM", "UNACK"), (28, "UNACK", "RTNUN")]
    # 30: a third time, while the second still waits: it rings again.
    works.ph(30, 4.0, 4.0, 4.0)
    assert works.said[-1] == (32, "RTNUN", "UNACK")
    works.ph(33, *[7.0] * 6)
    assert works.said[-1] == (38, "UNACK", "RTNUN")
    # 40: seen after it was over.
    assert works.order(40, "acknowledge")
    assert works.said[-1] == (40, "RTNUN", "NORM")
    assert works.isa == "NORM"


def test_an_alarm_fires_at_its_deadline_not_at_the_next_reading():
    works = Works(PH_LOW)
    works.ph(0, 4.0)
    assert works.tick(1.9) == []
    works.give([(7, 0, 4.0, 1)])
    (fired,) = works.transitions
    assert (minute(fired.at), minute(fired.known_at)) == (2, 7)


def test_a_tick_makes_it_known_sooner_and_changes_nothing_else():
    works = Works(PH_LOW)
    works.ph(0, 4.0)
    works.tick(3)
    works.ph(7, 4.0)
    (fired,) = works.transitions
    assert (minute(fired.at), minute(fired.known_at)) == (2, 3)


def test_an_alarm_without_delays_rings_and_returns_with_its_readings():
    works = Works(PH_LOW.__class__("now", PH_LOW.kind, 0, 5.0))
    assert works.ph(0, 4.9, 5.0) == [(0, "NORM", "UNACK"), (1, "UNACK", "RTNUN")]


def test_a_return_also_happens_at_its_deadline():
    works = Works(PH_LOW)
    works.ph(0, 4.0, 4.0, 4.0, 7.0, 7.0, 7.0)
    works.give([(9, 0, 7.0, 1)])
    assert works.said == [(2, "NORM", "UNACK"), (8, "UNACK", "RTNUN")]
    assert minute(works.transitions[-1].known_at) == 9


def test_one_wild_reading_and_then_silence_raises_nothing():
    """The reading stands for three minutes; nobody knows that it held for ten."""
    works = Works(SLOW)
    works.ph(0, 7.0, 4.0)
    assert works.tick(60) == []
    assert (works.view().condition, works.isa) == ("PENDING", "NORM")


def test_a_timer_held_by_silence_goes_on_with_what_was_left_of_it():
    """Minute 1 to 4 count; from minute 30 on the other seven do."""
    works = Works(SLOW)
    works.ph(0, 7.0, 4.0)
    works.tick(20)
    works.ph(30, *[4.0] * 9)
    assert works.said == [(37, "NORM", "UNACK")]


def test_silence_holds_a_timer_whether_or_not_anybody_looked_meanwhile():
    works = Works(SLOW)
    works.give([(0, 0, 7.0, 1), (1, 0, 4.0, 1), *[(m, 0, 4.0, 1) for m in range(30, 39)]])
    assert works.said == [(37, "NORM", "UNACK")]


def test_a_reading_heard_only_after_its_silence_was_gives_no_time_back():
    """Time was at minute 6 before the readings of minutes 2 and 3 came: the deadline is 11 all the same."""
    works = Works(SLOW)
    works.ph(0, 7.0, 4.0)
    works.tick(6)
    works.ph(2, *[4.0] * 12)
    assert works.said == [(11, "NORM", "UNACK")]


def test_a_silent_channel_does_not_return_its_alarm():
    works = Works(PH_LOW)
    works.ph(0, 4.0, 4.0, 4.0, 7.0)
    works.tick(60)
    assert works.said == [(2, "NORM", "UNACK")]
    works.ph(61, 7.0, 7.0, 7.0)
    assert works.said[-1] == (63, "UNACK", "RTNUN")


def test_an_alarm_that_rang_goes_on_ringing_over_a_silence():
    works = Works(PH_LOW)
    works.ph(0, 4.0, 4.0, 4.0)
    works.tick(60)
    works.ph(61, 4.0)
    assert works.said == [(2, "NORM", "UNACK")]


def test_a_transition_carries_its_machines_and_its_priority():
    works = Works(PH_LOW)
    works.ph(0, 4.0, 4.0, 4.0)
    (fired,) = works.transitions
    assert (fired.alarm, fired.priority) == ("ph-low", 1)
    assert (fired.condition, fired.acknowledgement, fired.suppression) == (
        "ACTIVE",
        "UNACKED",
        "NONE",
    )


def test_readings_behind_time_wait_for_more_of_their_kind():
    """A command took time on to minute 30; readings of minutes 10 to 12 come after it."""
    works = Works(PH_LOW)
    works.tick(30)
    assert works.ph(10, 4.0) == []
    assert works.ph(11, 7.0) == []
    assert works.tick(40) == []


def test_a_deadline_behind_time_passes_when_time_goes_on():
    works = Works(PH_LOW)
    works.tick(30)
    works.ph(10, 4.0)
    assert works.tick(31) == [(12, "NORM", "UNACK")]
    assert works.transitions[0].known_at == START + 31 * MINUTE

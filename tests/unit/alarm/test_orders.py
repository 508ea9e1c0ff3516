"""What operators may ask, when the answer is no, and shelves that end by themselves."""

import pytest
from unit.alarm.works import PH_AT_ONCE, PH_LOW, Works, minute

from mulmok.model.alarm import Suppression

DAY = 24 * 60


def refusal(works: Works) -> str:
    return str(works.refused[-1].why)


@pytest.mark.parametrize(
    ("action", "options", "why"),
    [
        ("acknowledge", {}, "there is nothing to acknowledge"),
        ("unshelve", {}, "the alarm is normal; this changes nothing"),
        ("release", {}, "the alarm is normal; this changes nothing"),
        ("in_service", {}, "the alarm is normal; this changes nothing"),
        ("shelve", {"until": 60}, "a reason is needed"),
        ("shelve", {"until": 60, "why": "  "}, "a reason is needed"),
        ("inhibit", {}, "a reason is needed"),
        ("out_of_service", {}, "a reason is needed"),
        ("shelve", {"why": "w"}, "until when? a time after now is needed"),
        ("shelve", {"why": "w", "until": 10}, "until when? a time after now is needed"),
        ("shelve", {"why": "w", "until": 10 + DAY + 1}, "at most 1 d at a time"),
        ("acknowledge", {"alarm": "no-such"}, 'there is no alarm "no-such"'),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(action, options, why):
    works = Works(PH_LOW)
    works.ph(0, 7.0)
    before = works.view()
    assert not works.order(10, action, **options)
    assert refusal(works) == why
    assert works.view() == before
    assert works.said == []


def test_a_whole_day_is_the_longest_shelf():
    works = Works(PH_LOW)
    assert works.order(10, "shelve", why="w", until=10 + DAY)


def test_a_hidden_alarm_cannot_be_acknowledged():
    works = Works(PH_AT_ONCE)
    works.ph(0, 4.0)
    works.order(1, "shelve", why="w", until=30)
    assert not works.order(2, "acknowledge")


def test_what_is_out_of_service_cannot_be_shelved_or_unshelved():
    works = Works(PH_AT_ONCE)
    works.order(1, "out_of_service", why="w")
    assert not works.order(2, "shelve", why="w", until=30)
    assert refusal(works) == "the alarm is out of service; this changes nothing"
    assert not works.order(3, "unshelve")


def test_a_shelf_ends_at_its_instant_and_what_still_holds_rings():
    works = Works(PH_AT_ONCE)
    works.ph(0, 4.2)
    works.order(1, "shelve", why="the probe is being changed", until=31)
    works.tick(30.5)
    assert works.isa == "SHLVD"
    works.tick(45)
    assert works.said[-1] == (31, "SHLVD", "UNACK")
    # What rings says why it rings.
    assert works.transitions[-1].cause == "reading inlet.ph=4.2"
    assert works.view().suppression is Suppression.NONE
    assert works.view().suppressed_by == ""


def test_a_shelf_that_ends_on_a_normal_alarm_ends_quietly():
    works = Works(PH_AT_ONCE)
    works.order(1, "shelve", why="w", until=31)
    works.tick(45)
    assert works.said[-1] == (31, "SHLVD", "NORM")
    assert works.transitions[-1].cause == "deadline"


def test_shelving_a_shelved_alarm_gives_it_another_end():
    works = Works(PH_AT_ONCE)
    works.order(1, "shelve", who="kim", why="a", until=31)
    assert works.order(20, "shelve", who="lee", why="b", until=60)
    works.tick(59)
    assert works.isa == "SHLVD"
    view = works.view()
    assert (view.suppressed_by, view.suppressed_why) == ("lee", "b")
    assert (minute(view.suppressed_at), minute(view.shelved_until)) == (1, 60)
    works.tick(61)
    assert works.said[-1] == (60, "SHLVD", "NORM")


def test_a_command_acts_after_all_that_was_due_before_it():
    works = Works(PH_LOW)
    works.ph(0, 4.0)
    # Nothing rang yet when the frontier stood at 0; at 3 there is something to acknowledge.
    assert works.order(3, "acknowledge")
    assert works.said == [(2, "NORM", "UNACK"), (3, "UNACK", "ACKED")]


def test_a_command_that_comes_late_acts_where_time_has_come_to():
    works = Works(PH_AT_ONCE)
    works.ph(0, 4.0)
    works.tick(10)
    works.order(5, "acknowledge")
    assert works.said[-1] == (10, "UNACK", "ACKED")
    assert minute(works.view().acked_at) == 10


def test_a_command_names_who_gave_it():
    works = Works(PH_AT_ONCE)
    works.ph(0, 4.0)
    works.order(5, "acknowledge", who="kim")
    assert works.transitions[-1].cause == "command acknowledge by kim"


def test_an_alarm_that_rings_again_is_not_acknowledged_by_the_last_time():
    works = Works(PH_AT_ONCE)
    works.ph(0, 4.0)
    works.order(1, "acknowledge", who="kim")
    works.ph(2, 7.0, 4.0)
    assert (works.isa, works.view().acked_by, works.view().acked_at) == ("UNACK", "", None)


def test_a_shelf_that_ended_has_ended_before_the_next_order_whatever_else_is_known_with_it():
    """The silence since minute 3 is known only with the order of minute 40, and so is the shelf's end."""
    works = Works(PH_LOW)
    works.ph(0, 4.0)
    works.order(0.5, "shelve", why="w", until=30)
    assert works.order(40, "inhibit", why="w")
    assert works.said[-2:] == [(30, "SHLVD", "UNACK"), (40, "UNACK", "DSUPR")]

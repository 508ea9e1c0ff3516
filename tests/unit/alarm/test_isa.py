"""Every transition of the ISA-18.2 figure: A normal, B unacknowledged, C acknowledged,
D returned unacknowledged, E shelved, F suppressed by design, G out of service.
"""

import pytest
from unit.alarm.works import PH_AT_ONCE, Works

ACID, WELL = 4.0, 7.0
HIDING = {
    "SHLVD": ("shelve", "unshelve"),
    "DSUPR": ("inhibit", "release"),
    "OOSRV": ("out_of_service", "in_service"),
}


def works_in(state: str) -> Works:
    """A works whose alarm has come to `state`; the last thing happened before minute 10."""
    works = Works(PH_AT_ONCE)
    if state == "NORM":
        works.ph(0, WELL)
    elif state == "UNACK":
        works.ph(0, ACID)
    elif state == "ACKED":
        works.ph(0, ACID)
        works.order(1, "acknowledge")
    elif state == "RTNUN":
        works.ph(0, ACID, WELL)
    assert works.isa == state
    return works


@pytest.mark.parametrize(
    ("before", "what", "after"),
    [
        ("NORM", ACID, "UNACK"),
        ("UNACK", "acknowledge", "ACKED"),
        ("UNACK", WELL, "RTNUN"),
        ("ACKED", WELL, "NORM"),
        ("RTNUN", "acknowledge", "NORM"),
        ("RTNUN", ACID, "UNACK"),
    ],
)
def test_the_transitions_among_what_the_operator_sees(before, what, after):
    works = works_in(before)
    if isinstance(what, str):
        works.order(10, what)
    else:
        works.ph(10, what)
    assert works.said[-1] == (10, before, after)


@pytest.mark.parametrize("before", ["NORM", "UNACK", "ACKED", "RTNUN"])
@pytest.mark.parametrize("hidden", HIDING)
def test_any_alarm_can_be_hidden_and_comes_back_as_it_stands(before, hidden):
    works = works_in(before)
    hide, show = HIDING[hidden]
    assert works.order(
        10, hide, why="the probe is being changed", until=60 if hide == "shelve" else None
    )
    assert works.said[-1] == (10, before, hidden)
    assert works.view().suppressed_why == "the probe is being changed"
    assert works.order(20, show)
    # What still holds rings again, acknowledged before or not.
    after = {"NORM": "NORM", "UNACK": "UNACK", "ACKED": "UNACK", "RTNUN": "RTNUN"}[before]
    assert works.said[-1] == (20, hidden, after)


@pytest.mark.parametrize("before", ["NORM", "UNACK", "ACKED", "RTNUN"])
@pytest.mark.parametrize("hidden", HIDING)
def test_a_hidden_alarm_says_nothing_and_a_return_meanwhile_leaves_nothing_to_acknowledge(
    before, hidden
):
    works = works_in(before)
    hide, show = HIDING[hidden]
    works.order(10, hide, why="w", until=60 if hide == "shelve" else None)
    assert works.ph(11, ACID, WELL) == []
    works.order(20, show)
    assert works.said[-1] == (20, hidden, "NORM")


@pytest.mark.parametrize("hidden", HIDING)
def test_what_came_up_while_it_was_hidden_rings_when_it_is_shown(hidden):
    works = works_in("NORM")
    hide, show = HIDING[hidden]
    works.order(10, hide, why="w", until=60 if hide == "shelve" else None)
    assert works.ph(11, ACID) == []
    works.order(20, show)
    assert works.said[-1] == (20, hidden, "UNACK")


@pytest.mark.parametrize(
    ("first", "then", "state"),
    [
        ("shelve", "inhibit", "DSUPR"),
        ("shelve", "out_of_service", "OOSRV"),
        ("inhibit", "out_of_service", "OOSRV"),
    ],
)
def test_the_stronger_reason_to_hide_takes_over(first, then, state):
    works = works_in("UNACK")
    works.order(10, first, why="a", until=60 if first == "shelve" else None)
    assert works.order(11, then, why="b")
    assert works.isa == state
    assert works.tick(120) == []

"""Memory: what people said of events moves the bar and the names of their like."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulmok.judge.detect.memory import (
    CONFIRMED,
    GUEST,
    NAMED,
    NAMED_MOST,
    REJECTED,
    Pattern,
    bar,
    judged,
    likeness,
    remembered,
    sharpened,
)

A_DAY = 1440
SLURRY = (3.0, 4.0, 0.5)
ACID = (-4.0, 0.5, 0.0)
WEIGHTS = {"livestock": 0.5, "septage": 0.4, "leachate": 0.1}


def seen(steps=SLURRY, slot=0, event="e", **said):
    return Pattern(event, slot, steps, **said)


def test_likeness_is_a_cosine():
    assert likeness(SLURRY, tuple(2 * step for step in SLURRY)) == pytest.approx(1.0)
    assert likeness(SLURRY, tuple(-step for step in SLURRY)) == pytest.approx(-1.0)
    assert likeness(SLURRY, (0.0, 0.0, 0.0)) == 0.0


def test_what_was_rejected_raises_the_bar_for_its_like_only():
    known = (seen(real=False),)
    assert bar(known, SLURRY, 10, A_DAY) == (REJECTED, "rejected")
    assert bar(known, ACID, 10, A_DAY) == (0.0, "")


def test_what_is_much_larger_than_what_was_rejected_is_not_its_like():
    assert bar((seen(real=False),), tuple(2 * step for step in SLURRY), 10, A_DAY) == (0.0, "")


def test_what_was_confirmed_lowers_the_bar_even_if_its_like_was_rejected():
    known = (seen(real=False, event="a"), seen(real=True, event="b", cause="livestock"))
    assert bar(known, SLURRY, 10, A_DAY) == (CONFIRMED, "")


def test_what_came_at_this_time_of_three_earlier_days_is_a_guest():
    known = tuple(seen(slot=day * A_DAY + 60 * day, event=str(day)) for day in range(3))
    assert bar(known, SLURRY, 3 * A_DAY + 60, A_DAY) == (GUEST, "guest")
    assert bar(known[:2], SLURRY, 3 * A_DAY + 60, A_DAY) == (0.0, "")
    assert bar(known, SLURRY, 3 * A_DAY + 360, A_DAY) == (0.0, "")
    assert bar(known, SLURRY, 17 * A_DAY, A_DAY) == (0.0, "")


def test_what_people_said_is_kept_with_the_event_and_with_no_other():
    known = judged((seen(event="a"), seen(event="b")), "b", "septage", real=True)
    assert [(one.event, one.real, one.cause) for one in known] == [
        ("a", None, ""),
        ("b", True, "septage"),
    ]
    assert judged(known, "z", "acid", real=True) == known


def test_a_cause_that_people_named_is_likelier_for_the_like():
    known = (seen(real=True, cause="septage"),)
    told = sharpened(WEIGHTS, known, SLURRY)
    assert max(told, key=told.__getitem__) == "septage"
    assert told["septage"] / told["livestock"] == pytest.approx(0.8 * math.exp(NAMED))
    assert told["leachate"] / told["livestock"] == pytest.approx(0.2)


def test_no_number_of_confirmations_outweighs_everything():
    known = tuple(seen(real=True, cause="septage", event=str(n)) for n in range(9))
    told = sharpened(WEIGHTS, known, SLURRY)
    assert told["septage"] / told["livestock"] == pytest.approx(0.8 * math.exp(NAMED_MOST))


@pytest.mark.parametrize(
    "known",
    [
        (),
        (seen(ACID, real=True, cause="acid"),),
        (seen(real=False, cause="septage"),),
        (seen(real=True, cause="nowhere listed"),),
    ],
)
def test_other_events_name_nothing(known):
    assert sharpened(WEIGHTS, known, SLURRY) == WEIGHTS


@given(st.lists(st.sampled_from([*WEIGHTS, "unknown"]), max_size=6))
def test_which_water_it_is_never_changes_whether_it_is_one(causes):
    known = tuple(seen(real=True, cause=one, event=str(n)) for n, one in enumerate(causes))
    assert sum(sharpened(WEIGHTS, known, SLURRY).values()) == pytest.approx(1.0)


def test_the_oldest_are_forgotten_and_what_people_judged_last():
    known: tuple[Pattern, ...] = ()
    for number in range(100):
        said = {"real": True, "cause": "acid"} if number < 5 else {}
        known = remembered(known, seen(slot=number, event=str(number), **said))
    assert len(known) == 60
    assert [one.event for one in known[:5]] == ["0", "1", "2", "3", "4"]
    assert known[5].event == "45"


def test_an_event_that_goes_on_after_people_judged_it_keeps_their_word():
    known = judged(remembered((), seen()), "e", "septage", real=True)
    larger = tuple(2 * step for step in SLURRY)
    (one,) = remembered(known, seen(larger))
    assert (one.steps, one.real, one.cause) == (larger, True, "septage")

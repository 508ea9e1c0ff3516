"""Decide: who is told, and only once."""

from __future__ import annotations

import pytest

from mulmok.judge.respond.decide import decide
from mulmok.model.alarm import IsaState, Transition


def change(before, after, priority=1, at=1000):
    return Transition("inlet-ph-low", at, at + 5, before, after, priority, "reading")


def test_a_new_alarm_is_told_with_a_key_that_makes_it_one_request():
    (notice,) = decide((change(IsaState.NORM, IsaState.UNACK),))
    assert notice.key == "inlet-ph-low/1000/UNACK"
    assert (notice.at, notice.alarm, notice.priority) == (1000, "inlet-ph-low", 1)
    assert (notice.state, notice.cause) == ("UNACK", "reading")
    assert decide((change(IsaState.NORM, IsaState.UNACK),)) == (notice,)


def test_an_alarm_raised_again_is_told_again():
    first, again = decide(
        (
            change(IsaState.NORM, IsaState.UNACK, at=1000),
            change(IsaState.RTNUN, IsaState.UNACK, at=2000),
        )
    )
    assert first.key != again.key


@pytest.mark.parametrize("after", [state for state in IsaState if state is not IsaState.UNACK])
def test_what_asks_for_nobody_is_not_told(after):
    assert decide((change(IsaState.UNACK, after),)) == ()


@pytest.mark.parametrize(("priority", "told"), [(1, 1), (2, 1), (3, 1), (4, 0)])
def test_notes_stay_in_the_list(priority, told):
    assert len(decide((change(IsaState.NORM, IsaState.UNACK, priority),))) == told


def test_nothing_happened_nothing_told():
    assert decide(()) == ()

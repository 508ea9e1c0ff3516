"""Faults of one instrument as an event: what overlaps is one, and it ends with its last."""

from __future__ import annotations

from dataclasses import replace

import pytest
from unit.diagnose.material import at, fault, told

from mulmok.model.event import Verdict
from mulmok.text.catalog import render

KINDS = ("stuck", "dropout", "offset", "drift", "fouling", "noise", "spike", "calibration")


def last(words):
    return {word.id: word for word in words}


def test_a_fault_opens_an_event_and_ends_it():
    opened, closed = told(fault("ec", "stuck", 10, 80))
    assert opened.id == closed.id
    assert opened.id.endswith("Z-inlet.ec-stuck")
    assert (opened.started_at, opened.detected_at) == (at(7), at(10))
    assert (opened.ended_at, closed.ended_at) == (None, at(80))
    assert closed.verdict is Verdict.INSTRUMENT
    assert closed.warned_at is None
    assert closed.channels == ("inlet.ec",)
    assert [cause.cause for cause in closed.causes] == ["stuck"]


def test_faults_of_one_channel_that_overlap_are_one_event_that_ends_with_the_last():
    words = told(fault("ec", "noise", 10, 60), fault("ec", "stuck", 30, 50, "texture"))
    (event,) = last(words).values()
    assert [cause.cause for cause in event.causes] == ["noise", "stuck"]
    assert sum(cause.probability for cause in event.causes) == pytest.approx(1.0)
    assert [word.ended_at for word in words] == [None, None, None, at(60)]


def test_the_one_that_ends_first_does_not_end_the_event():
    words = told(fault("ec", "noise", 10, 40), fault("ec", "stuck", 30, 90, "texture"))
    assert [word.ended_at for word in words] == [None, None, None, at(90)]


def test_the_second_fault_does_not_change_when_it_was_first_known_but_when_it_began():
    early = replace(fault("ec", "drift", 30, detector="watch")[0], since=at(-200))
    words = told(fault("ec", "noise", 10), [early])
    assert words[-1].detected_at == at(10)
    assert words[-1].started_at == at(-200)


def test_a_fault_after_the_end_of_the_last_is_a_new_event():
    assert len(last(told(fault("ec", "stuck", 10, 40), fault("ec", "stuck", 41, 80)))) == 2


def test_faults_of_two_channels_are_two_events():
    words = told(fault("ec", "stuck", 10, 60), fault("orp", "stuck", 10, 60))
    assert sorted(word.channels for word in last(words).values()) == [("inlet.ec",), ("inlet.orp",)]


def test_a_calibration_alone_is_maintenance_and_asks_for_nothing():
    *_, event = told(fault("ph", "calibration", 10, 30))
    assert event.verdict is Verdict.MAINTENANCE
    assert event.ended_at == at(30)
    assert len(event.reasons) == 1


def test_a_calibration_that_leaves_a_stuck_value_is_no_maintenance():
    words = told(fault("ph", "calibration", 10, 60), fault("ph", "stuck", 40, 90, "texture"))
    (event,) = last(words).values()
    assert event.verdict is Verdict.INSTRUMENT
    assert any("look at pH on site" in str(reason) for reason in event.reasons)


def test_a_fault_known_later_than_it_was_says_so():
    (late,) = told([replace(fault("ec", "offset", 10)[0], known_at=at(25))])
    assert (late.detected_at, late.said_at, late.known_at) == (at(10), at(10), at(25))


@pytest.mark.parametrize("kind", KINDS)
def test_every_fault_is_told_in_both_languages_with_what_to_do(kind):
    (event,) = told(fault("tss", kind, 10))
    assert len(event.reasons) == (1 if kind == "calibration" else 2)
    for reason in event.reasons:
        korean, english = (render(reason, language) for language in ("ko", "en"))
        assert korean != english
        assert "{" not in korean + english
    assert len({render(told(fault("tss", k, 10))[0].reasons[0], "en") for k in KINDS}) == len(KINDS)


def test_what_another_fault_explains_is_not_named_beside_it():
    frozen = told(fault("ec", "offset", 10, 60, "watch"), fault("ec", "stuck", 30, 50, "texture"))
    assert [cause.cause for cause in next(iter(last(frozen).values())).causes] == ["stuck"]
    lost = told(fault("ec", "stuck", 10, 60, "texture"), fault("ec", "dropout", 30, 50))
    assert [cause.cause for cause in next(iter(last(lost).values())).causes] == ["dropout"]

"""Events: findings that belong together, warned of in time, ended cleanly."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.derive.material import INLET, KST
from unit.diagnose.material import T0, at, fault, last, only, out, told

from mulmok.judge.diagnose.events import Events
from mulmok.model.event import Verdict
from mulmok.model.time import MINUTE
from mulmok.store.snapshot import from_bytes, to_bytes


def test_two_instruments_that_agree_are_one_water_event_warned_of_at_once():
    words = told(out("ec", 10, 60), out("nh4_n", 14, 70, ratio=2.4))
    event = only(words)
    assert event.verdict is Verdict.WATER
    assert event.detected_at == at(10)
    assert event.warned_at == at(14)
    assert event.started_at == at(7)
    assert event.channels == ("inlet.ec", "inlet.nh4_n")
    assert event.id.endswith("Z-inlet.ec")
    assert sum(cause.probability for cause in event.causes) == pytest.approx(1.0)


def test_an_event_ends_with_its_last_finding_and_says_so_when_it_was_quiet():
    words = told(out("ec", 10, 60), out("nh4_n", 14, 70))
    assert words[-1].ended_at == at(70)
    assert words[-1].said_at == at(100)
    # A finding in the very instant of the deadline would still belong to it.
    assert words[-1].known_at == at(101)
    assert all(word.ended_at is None for word in words[:-1])


def test_findings_within_half_an_hour_belong_together_and_later_ones_do_not():
    together = told(out("ec", 10, 20), out("nh4_n", 50, 60))
    assert len(last(together)) == 1
    apart = told(out("ec", 10, 20), out("nh4_n", 51, 60))
    assert len(last(apart)) == 2


def test_one_channel_far_out_warns_at_its_deadline_not_at_the_next_finding():
    event = only(told(out("ec", 10, 90, strength=9.0)))
    assert event.verdict is Verdict.WATER
    assert event.warned_at == at(20)
    assert event.trust < 0.5


def test_one_slow_channel_is_not_believed_before_its_next_reading():
    assert only(told(out("tn", 30, 120, strength=9.0))).warned_at == at(60)


def test_one_channel_a_little_out_is_its_instruments_business():
    event = only(told(out("ec", 10, 90, strength=5.0)))
    assert event.verdict is Verdict.INSTRUMENT
    assert event.warned_at is None
    assert event.causes[0].cause == "unknown"


def test_one_channel_that_is_back_soon_never_warns():
    assert only(told(out("ec", 10, 15, strength=9.0))).warned_at is None


def test_more_water_that_thins_what_is_dissolved_is_hydraulic_and_warns_of_nothing():
    words = told(
        out("flow", 10, 200, ratio=2.4), out("ec", 12, 200, ratio=0.5), out("tss", 11, 60, ratio=3)
    )
    event = only(words)
    assert event.verdict is Verdict.HYDRAULIC
    assert event.warned_at is None
    assert event.causes[0].cause == "storm"


def test_more_flow_with_more_in_it_is_water():
    words = told(out("flow", 10, 60), out("ec", 12, 60), out("nh4_n", 14, 60))
    assert only(words).verdict is Verdict.WATER


def test_solids_alone_are_a_flush_until_something_dissolved_joins():
    flush = told(out("tss", 10, 60, ratio=2), out("cod", 15, 60, ratio=2))
    assert only(flush).verdict is Verdict.HYDRAULIC
    slurry = told(out("tss", 10, 60), out("cod", 15, 60), out("orp", 18, 60, ratio=-1))
    assert only(slurry).verdict is Verdict.WATER
    assert only(slurry).warned_at == at(18)


def test_a_warning_stays_when_the_verdict_changes():
    words = told(out("tss", 10, 90), out("orp", 12, 90, ratio=-1), fault("orp", "stuck", 30, 200))
    event = next(e for e in last(words).values() if e.warned_at)
    assert event.warned_at == at(12)
    assert event.verdict is Verdict.HYDRAULIC
    assert event.channels == ("inlet.tss",)


def test_a_fault_explains_the_deviation_of_its_own_channel():
    words = told(out("ec", 10, 300, strength=9.0), fault("ec", "stuck", 15, 280))
    assert all(word.warned_at is None for word in words)
    finals = last(words)
    assert {event.verdict for event in finals.values()} == {Verdict.INSTRUMENT}
    assert {cause.cause for event in finals.values() for cause in event.causes} == {"stuck"}
    assert all(event.ended_at is not None for event in finals.values())


def test_a_deviation_while_the_fault_is_known_begins_no_event():
    words = told(fault("ec", "dropout", 10, 100), out("ec", 10, 90), out("ec", 50, 90))
    event = only(words)
    assert event.id.endswith("Z-inlet.ec-dropout")
    assert (event.started_at, event.ended_at) == (at(7), at(100))


def test_other_instruments_still_tell_of_the_water_when_one_fails():
    words = told(
        out("ec", 10, 90), out("nh4_n", 12, 90), out("cod", 13, 90), fault("ec", "stuck", 20, 80)
    )
    water = next(e for e in last(words).values() if e.verdict is Verdict.WATER)
    assert water.channels == ("inlet.cod", "inlet.nh4_n")
    assert any("Conductivity is left out" in str(reason) for reason in water.reasons)


def test_calibration_is_maintenance():
    event = only(told(fault("ph", "calibration", 10, 30)))
    assert event.verdict is Verdict.MAINTENANCE
    assert (event.ended_at, event.warned_at) == (at(30), None)


def test_a_visit_to_an_instrument_does_not_explain_what_was_seen_before_it():
    words = told(out("cod", 10, 90), out("ec", 12, 90), fault("cod", "calibration", 30, 50))
    water = next(e for e in last(words).values() if e.verdict is Verdict.WATER)
    assert water.channels == ("inlet.cod", "inlet.ec")


def test_the_return_from_an_event_is_no_second_one_and_does_not_prolong_it():
    words = told(
        out("ec", 10, 60, ratio=2), out("nh4_n", 12, 62, ratio=2), out("ec", 65, 300, ratio=0.7)
    )
    event = only(words)
    assert event.ended_at == at(62)
    assert "Conductivity at 2.00 times what was expected" in map(str, event.reasons)


def test_a_channel_that_falls_silent_does_not_keep_an_event_open_for_ever():
    event = only(told(out("ec", 10), out("nh4_n", 12, 60), upto=30 * 60))
    assert event.ended_at == at(10 + 13 * 60)


def test_the_height_of_a_finding_counts_once_it_is_told():
    opened, closed = out("cod", 10, 60, ratio=1.2)
    words = told([opened, replace(closed, ratio=3.0, strength=20.0)], out("ec", 12, 60))
    assert "COD at 3.00 times what was expected" in map(str, only(words).reasons)
    assert only(words).severity > 0.8


QUANTITIES = ["flow", "ec", "orp", "nh4_n", "tss", "tn"]
EPISODES = st.lists(
    st.tuples(
        st.sampled_from(QUANTITIES),
        st.sampled_from(["", "", "", "stuck", "calibration"]),
        st.integers(0, 400),
        st.integers(1, 200),
        st.sampled_from([0.4, 1.5, 2.5]),
        st.sampled_from([5.0, 9.0]),
    ),
    max_size=10,
)


@settings(max_examples=150)
@given(episodes=EPISODES, cuts=st.lists(st.integers(0, 1500), max_size=8))
def test_cut_and_through_bytes_it_says_the_same(episodes, cuts):
    words, busy = [], set()
    for quantity, kind, begin, length, ratio, strength in episodes:
        # A detector has one finding open at a time on a channel, and two never begin together.
        if any(
            (quantity, bool(kind), minute) in busy for minute in range(begin, begin + length + 1)
        ):
            continue
        busy |= {(quantity, bool(kind), minute) for minute in range(begin, begin + length + 1)}
        end = begin + length
        words += (
            fault(quantity, kind, begin, end)
            if kind
            else out(quantity, begin, end, ratio=ratio, strength=strength)
        )
    words.sort(key=lambda f: (f.word_at, f.channel))
    stage = Events.for_channels(INLET, KST)
    edges = sorted({-1, *cuts, 1500})

    def run(edges, *, through_bytes):
        state, said = stage.start(), []
        for begin, end in itertools.pairwise(edges):
            some = tuple(w for w in words if at(begin) < w.word_at <= at(end))
            instants = np.arange(at(begin) + MINUTE, at(end) + 1, MINUTE)
            if through_bytes:
                state = from_bytes(to_bytes(state), stage.state_type)
            state, events = stage.step(state, (some, at(end), instants))
            said += events
        return said, state

    whole, _ = run([-1, 1500], through_bytes=False)
    parts, state = run(edges, through_bytes=True)
    assert repr(parts) == repr(whole)
    assert state.drafts == ()
    for event in last(whole).values():
        assert event.ended_at is not None
        assert T0 - 3 * MINUTE <= event.started_at <= event.detected_at <= event.ended_at
        assert (
            event.verdict is not Verdict.WATER
            or abs(sum(c.probability for c in event.causes) - 1) < 1e-9
        )

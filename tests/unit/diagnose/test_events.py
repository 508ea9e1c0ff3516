"""Events: words of faults and of the water, however they were cut."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st
from unit.derive.material import INLET
from unit.diagnose.material import T0, at, fault, sighting, told

from mulmok.judge.diagnose.events import Events
from mulmok.model.event import Verdict
from mulmok.model.time import MINUTE
from mulmok.store.snapshot import from_bytes, to_bytes


def test_nothing_said_is_no_event_and_changes_nothing():
    stage = Events(INLET)
    state, _ = stage.step(stage.start(), (tuple(fault("ec", "stuck", 10)), ()))
    assert stage.step(state, ((), ())) == (state, ())


def test_a_fault_and_the_water_are_events_of_their_own():
    words = told(fault("orp", "stuck", 12), sightings=(sighting(),))
    assert {word.verdict for word in words} == {Verdict.INSTRUMENT, Verdict.WATER}
    assert len({word.id for word in words}) == 2


def test_words_come_in_the_order_in_which_they_were_known():
    late = sighting(seen_at=at(1), word_at=at(2), known_at=at(90))
    words = told(
        fault("ec", "stuck", 30, 60), fault("ph", "noise", 20), sightings=(late, sighting())
    )
    known = [word.known_at for word in words]
    assert known == [at(16), at(20), at(30), at(60), at(90)]


def test_later_words_on_the_same_sighting_are_the_same_event():
    later = sighting(word_at=at(40), known_at=at(41))
    first, second = told(sightings=(sighting(), later))
    assert first.id == second.id
    assert (first.said_at, second.said_at) == (at(15), at(40))


def test_two_places_seen_in_the_same_instant_are_two_events():
    words = told(sightings=(sighting(), sighting(place="inlet2")))
    assert len({word.id for word in words}) == 2


EPISODES = st.lists(
    st.tuples(
        st.sampled_from(["flow", "ec", "orp", "nh4_n"]),
        st.sampled_from(["stuck", "calibration", "offset", "noise"]),
        st.integers(0, 400),
        st.integers(1, 200),
    ),
    max_size=10,
    unique_by=lambda one: (one[0], one[1], one[2]),
)


@settings(max_examples=100)
@given(
    episodes=EPISODES,
    seen=st.lists(st.integers(0, 600), max_size=4, unique=True),
    cuts=st.lists(st.integers(0, 700), max_size=8),
)
def test_cut_and_through_bytes_it_says_the_same(episodes, seen, cuts):
    findings = sorted(
        (
            word
            for quantity, kind, begin, length in episodes
            # One detector a fault: each has one of a channel open at a time at most.
            for word in fault(quantity, kind, begin, begin + length, detector=kind)
        ),
        key=lambda f: (f.word_at, f.channel),
    )
    sightings = [
        sighting(seen_at=at(m), since=at(m - 2), word_at=at(m), known_at=at(m))
        for m in sorted(seen)
    ]
    stage = Events(INLET)

    def run(edges, *, through_bytes):
        state, said = stage.start(), []
        for begin, end in itertools.pairwise(edges):
            inside = (
                tuple(f for f in findings if at(begin) < f.word_at <= at(end)),
                tuple(s for s in sightings if at(begin) < s.word_at <= at(end)),
            )
            if through_bytes:
                state = from_bytes(to_bytes(state), stage.state_type)
            state, events = stage.step(state, inside)
            said += events
        return said, state

    whole, _ = run([-1, 700], through_bytes=False)
    parts, state = run(sorted({-1, *cuts, 700}), through_bytes=True)
    assert repr(parts) == repr(whole)
    assert state.drafts == ()
    for event in {event.id: event for event in whole}.values():
        assert event.started_at <= event.detected_at
        if event.verdict is not Verdict.WATER:
            assert event.ended_at is not None
            assert T0 - 3 * MINUTE <= event.started_at <= event.detected_at <= event.ended_at

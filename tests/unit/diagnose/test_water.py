"""Water: what one word of the watch means to an operator."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.derive.material import INLET
from unit.diagnose.material import PROBE, RAIN, SLURRY, at, moved, sighting

from mulmok.judge.diagnose.water import HYDRAULIC, water_event
from mulmok.model.cause import CAUSE_NAMES
from mulmok.model.event import Verdict
from mulmok.text.catalog import render


def event(**other):
    return water_event(sighting(**other), INLET)


def english(one):
    return [render(reason, "en") for reason in one.reasons]


def test_foreign_water_is_a_water_event_with_its_share_and_times():
    slurry = event()
    assert slurry.verdict is Verdict.WATER
    assert slurry.fraction == 0.014
    assert (slurry.started_at, slurry.detected_at) == (at(6), at(10))
    assert (slurry.warned_at, slurry.said_at, slurry.known_at) == (at(15), at(15), at(16))
    assert slurry.channels == ("inlet.ec", "inlet.nh4_n")


def test_causes_of_a_water_event_are_foreign_waters_and_the_unknown_the_likeliest_first():
    causes = event().causes
    assert [cause.cause for cause in causes] == ["livestock", "septage", "unknown"]
    assert causes[0].probability == pytest.approx(0.7 / 0.93)


def test_trust_is_the_weight_of_what_speaks_for_foreign_water():
    assert event().trust == pytest.approx(0.93)


def test_the_most_telling_channel_stands_first():
    assert [c.channel for c in event().contributions] == ["inlet.nh4_n", "inlet.ec"]
    assert english(event())[0] == "Ammonium nitrogen x2.6, Conductivity +40 % within 9 min"


def test_rain_is_hydraulic_without_a_share_and_its_causes_are_rain_only():
    rain = event(
        weights=RAIN, foreign=False, warned_at=None, moved=(moved("flow", 2.1), moved("ec", 0.6))
    )
    assert rain.verdict is Verdict.HYDRAULIC
    assert [cause.cause for cause in rain.causes] == ["storm", "infiltration"]
    assert (rain.fraction, rain.warned_at) == (None, None)
    assert english(rain)[-1] == "more water: what is dissolved is thinned, or the sewer is flushed"


def test_thinned_water_of_an_unknown_kind_is_hydraulic_of_an_unknown_cause():
    thinned = event(weights=(("unknown", 1.0),), foreign=False, warned_at=None)
    assert thinned.verdict is Verdict.HYDRAULIC
    assert [cause.cause for cause in thinned.causes] == ["unknown"]


def test_a_warning_that_turns_out_to_be_rain_keeps_its_warning():
    rain = event(weights=RAIN)
    assert rain.verdict is Verdict.HYDRAULIC
    assert rain.warned_at == at(15)


def test_a_warning_taken_back_is_the_instruments_and_keeps_its_warning():
    taken_back = event(weights=PROBE, moved=(moved("ec", 1.4),))
    assert taken_back.verdict is Verdict.INSTRUMENT
    assert taken_back.warned_at == at(15)
    assert [cause.cause for cause in taken_back.causes] == ["offset"]
    assert taken_back.fraction is None
    assert taken_back.trust == pytest.approx(0.9)
    assert "after all only one instrument" in english(taken_back)[-1]


def test_a_steady_flow_speaks_against_rain_only_where_it_is_measured_and_steady():
    steady = "the flow is as expected: not rain"
    assert steady in english(event())
    assert steady not in english(event(moved=(moved("ec", 1.4), moved("flow", 1.3))))
    assert steady not in english(event(place="elsewhere"))


def test_what_lasted_long_is_said_to_be_the_new_normal():
    words = "it has lasted so long that it is taken for the new normal"
    assert words in english(event(accepted=True, ended_at=at(800)))
    assert words not in english(event(ended_at=at(800)))


def test_a_water_no_composition_explains_is_told_as_unknown():
    unknown = event(weights=(("unknown", 0.9), ("oil", 0.1)), fraction=None)
    assert unknown.causes[0].cause == "unknown"
    assert "fits no water of the library (90%)" in english(unknown)


@pytest.mark.parametrize(
    ("quantity", "small", "large"), [("ec", 1.1, 3.0), ("ec", 0.9, 0.2), ("ph", -0.2, -2.5)]
)
def test_a_larger_movement_is_more_severe_whichever_way(quantity, small, large):
    less, more = (event(moved=(moved(quantity, change),)) for change in (small, large))
    assert less.severity < 0.3
    assert more.severity > 0.6


WATERS = sorted({*CAUSE_NAMES, "fault"})


@given(
    weights=st.dictionaries(st.sampled_from(WATERS), st.floats(0.0, 1.0), min_size=1),
    changes=st.dictionaries(
        st.sampled_from(["flow", "ph", "ec", "orp", "tss", "cod", "nh4_n", "tn"]),
        st.tuples(st.floats(0.0, 1e6), st.floats(-1e3, 1e3)),
    ),
    foreign=st.booleans(),
    fraction=st.none() | st.floats(0.001, 0.8),
)
def test_whatever_was_seen_it_is_a_sound_event(weights, changes, foreign, fraction):
    whole = sum(weights.values()) or 1.0
    one = event(
        weights=tuple((cause, weight / whole) for cause, weight in weights.items()),
        moved=tuple(moved(quantity, *what) for quantity, what in changes.items()),
        foreign=foreign,
        fraction=fraction,
    )
    assert math.isclose(sum(cause.probability for cause in one.causes), 1.0)
    assert all(cause.cause in CAUSE_NAMES for cause in one.causes)
    named = {cause.cause for cause in one.causes} - {"unknown"}
    if one.verdict is Verdict.WATER:
        assert not named & set(HYDRAULIC)
    if one.verdict is Verdict.HYDRAULIC:
        assert named <= set(HYDRAULIC)
    assert 0.0 <= one.severity <= 1.0
    assert 0.0 <= one.trust <= 1.0
    assert one.warned_at == at(15)
    for reason in one.reasons:
        korean, plain = (render(reason, language) for language in ("ko", "en"))
        assert korean
        assert plain
        assert "{" not in korean + plain


@pytest.mark.parametrize("weights", [SLURRY, RAIN, PROBE])
def test_reasons_are_translated(weights):
    one = event(weights=weights)
    assert all(render(reason, "ko") != render(reason, "en") for reason in one.reasons)

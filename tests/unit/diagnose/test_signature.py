"""Signatures: every cause recognises itself, and nothing is explained by force."""

from __future__ import annotations

import pytest

from mulmok.judge.diagnose.signature import HYDRAULIC, SIGNATURES, ranked
from mulmok.model.quantity import QUANTITIES

MEASURED = frozenset(
    {"flow", "ph", "ec", "temperature", "turbidity", "orp", "tss", "cod", "nh4_n", "tn", "tp"}
)


def own(cause):
    """What the cause says itself, at full strength."""
    moved = {}
    for quantity, (least, most) in SIGNATURES[cause].items():
        if quantity in MEASURED and (least > 0 or most < 0):
            moved[quantity] = most if least > 0 else least
    return moved


@pytest.mark.parametrize("cause", sorted(SIGNATURES))
def test_every_cause_recognises_itself(cause):
    assert ranked(own(cause), MEASURED)[0].cause == cause


def test_probabilities_sum_to_one_and_unknown_is_among_them():
    causes = ranked({"ec": 1, "ph": 1, "tp": -2}, MEASURED)
    assert sum(cause.probability for cause in causes) == pytest.approx(1.0)
    assert "unknown" in {cause.cause for cause in causes}
    assert [c.probability for c in causes] == sorted((c.probability for c in causes), reverse=True)


def test_what_fits_nothing_is_unknown():
    assert ranked({"ph": 2, "tp": 2, "ec": -1, "nh4_n": -2}, MEASURED)[0].cause == "unknown"


def test_silence_counts_only_where_there_was_time_to_speak():
    moved = {"ec": 1, "nh4_n": 2, "cod": 2, "orp": -2}
    early = ranked(moved, frozenset({"ec", "ph", "flow", "orp"}))
    late = ranked(moved, MEASURED)
    chance = [{c.cause: c.probability for c in causes}["livestock"] for causes in (early, late)]
    assert chance[0] > chance[1]


def test_only_causes_in_question_are_ranked():
    assert {cause.cause for cause in ranked({"flow": 2}, MEASURED, HYDRAULIC)} == {
        "storm",
        "infiltration",
        "unknown",
    }


def test_the_matrix_speaks_of_quantities_and_causes_that_exist():
    from mulmok.model.cause import CAUSE_NAMES

    assert set(SIGNATURES) <= set(CAUSE_NAMES)
    assert {quantity for signs in SIGNATURES.values() for quantity in signs} <= set(QUANTITIES)

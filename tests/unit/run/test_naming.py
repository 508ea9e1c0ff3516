"""What a tag probably measures: a guess by words, code and unit, and none where they disagree."""

from __future__ import annotations

import pytest

from mulmok.model.quantity import QUANTITIES
from mulmok.run.naming import guess_quantity

TAGS = [
    ("Inlet pH", "", "ph"),
    ("PH_IN", "", "ph"),
    ("AIT-101 NH4-N", "mg/L", "nh4_n"),
    ("유입 T-N", "", "tn"),
    ("plant/inlet/ec", "uS/cm", "ec"),
    ("수온(℃)", "", "temperature"),
    ("CODMn", "mg/L", "cod_mn"),
    ("InletTurbidity", "NTU", "turbidity"),
    ("SUS00", "", "tss"),
    ("AI_17", "m3/h", "flow"),
    ("pump1", "", None),
    ("Inlet/pH status", "", None),
    ("InletPhState", "", None),
    ("유입 pH 경보", "", None),
    ("", "", None),
]


@pytest.mark.parametrize(("label", "unit", "quantity"), TAGS)
def test_a_tag_is_told_by_its_words_its_code_or_its_unit(label, unit, quantity):
    assert guess_quantity(label, unit) == quantity


def test_a_unit_that_contradicts_the_words_makes_it_no_guess():
    assert guess_quantity("temp", "mg/L") is None


def test_every_quantity_is_found_by_its_own_id_and_code():
    for quantity in QUANTITIES.values():
        assert guess_quantity(quantity.id) == quantity.id
        if quantity.code:
            assert guess_quantity(f"tag {quantity.code}") == quantity.id

"""Numbers on the pages: as fine as they are measured, and never wider than a column."""

from dataclasses import replace

import pytest
from unit.derive.material import channel

from mulmok.model.time import MINUTE
from mulmok.web.numbers import decimals_of, share, show_mass, show_number, show_value

TSS = channel("effluent.tss", MINUTE)


def test_a_value_has_the_decimals_of_its_quantity():
    assert show_value(7.613, TSS) == "8"
    assert show_value(7.613, channel("inlet.ph", MINUTE)) == "7.61"


@pytest.mark.parametrize(
    ("resolution", "decimals"), [(0.1, 1), (0.01, 2), (0.5, 1), (0.25, 2), (5.0, 0), (1 / 3, 6)]
)
def test_an_instrument_of_another_resolution_has_its_own_decimals(resolution, decimals):
    assert decimals_of(replace(TSS, resolution=resolution)) == decimals


def test_a_fine_instrument_shows_on_which_side_of_a_limit_it_is():
    assert show_value(7.6, replace(TSS, resolution=0.1)) == "7.6"


@pytest.mark.parametrize("value", [1e308, -1e308, 9_999_999.999, 1e7, -123_456.789, 5e-324])
@pytest.mark.parametrize("decimals", [0, 3])
def test_no_number_is_wider_than_a_column(value, decimals):
    assert len(show_number(value, decimals)) <= len("−9,999,999.999") + 1


@pytest.mark.parametrize(
    ("value", "shown"), [(1e308, "1.0e308"), (-2.5e9, "−2.5e9"), (9_999_999.0, "9,999,999")]
)
def test_what_is_beyond_any_instrument_has_a_power_of_ten(value, shown):
    assert show_number(value, 0) == shown


def test_masses_and_shares_are_bounded_too():
    assert show_mass(1e300) == "1.0e300"
    assert share(1e300) == "> 9,999 %"
    assert share(1.5) == "150 %"

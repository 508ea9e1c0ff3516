"""Foreign waters: the library, the dischargers of a works, and the false warnings it puts up with."""

from __future__ import annotations

import jsonschema
import pytest

from mulmok.config.build_waters import library
from mulmok.config.schema import json_schema
from mulmok.model.cause import CAUSE_NAMES
from mulmok.model.quantity import QUANTITIES

#: Causes that are no water: of the instruments, and where no water fits.
NO_WATER = {
    "unknown", "spike", "stuck", "drift", "dropout", "calibration", "fouling", "offset", "noise",
}  # fmt: skip

RIGHT = """
[[discharger]]
id = "slaughterhouse"
cause = "food_industry"
name = { ko = "도축장", en = "Slaughterhouse" }
holds = { cod = "5.5 g/L", ec = "2500 uS/cm" }
alkalinity = -12
orp = "-90 mV"
temperature = "35 degC"
share = ["0.5 %", "12 %"]
spread = 0.3
"""

AT_THE_END = "priority = 1\n"


def test_the_library_has_every_cause_that_is_a_water():
    assert {water.cause for water in library()} == set(CAUSE_NAMES) - NO_WATER


def test_rain_and_groundwater_are_more_water_and_nothing_else_is():
    hydraulic = {water.cause for water in library() if water.hydraulic}
    assert hydraulic == {"storm", "infiltration"}
    assert [water.id for water in library() if not water.mixes] == ["septicity"]


@pytest.mark.parametrize("water", library(), ids=lambda water: water.id)
def test_each_water_of_the_library_can_be_told_from_none(water):
    assert water.holds or water.alkalinity or water.orp
    assert set(water.holds) <= set(QUANTITIES)
    assert 0.0 < water.share[0] < water.share[1] <= 1.0


def test_what_is_not_given_follows_from_what_is():
    oil = next(water for water in library() if water.id == "oil")
    assert oil.strength("turbidity") == 16_000.0
    assert oil.strength("toc") == pytest.approx(110_000 / 3)
    acid = next(water for water in library() if water.id == "acid")
    assert acid.strength("bod") == 0.0
    assert acid.strength("chloride") != acid.strength("chloride")


def test_a_discharger_is_read_in_canonical_units(load):
    (water,) = load(AT_THE_END, AT_THE_END + RIGHT).dischargers
    assert (water.id, water.cause, str(water.name)) == (
        "slaughterhouse", "food_industry", "Slaughterhouse",
    )  # fmt: skip
    assert water.holds == {"cod": 5500.0, "ec": 2500.0}
    assert (water.alkalinity, water.orp, water.temperature) == (-12.0, -90.0, 35.0)
    assert water.share == pytest.approx((0.005, 0.12))
    assert water.spread == 0.3


def test_of_a_discharger_only_the_name_is_needed(load):
    (water,) = load(AT_THE_END, AT_THE_END + '[[discharger]]\nid = "oil"\n').dischargers
    assert water.cause == "oil"
    (other,) = load(AT_THE_END, AT_THE_END + '[[discharger]]\nid = "dairy"\n').dischargers
    assert other.cause == "unknown"


FAULTS = {
    "an unknown key": (
        "spread =", "spraed =",
        'site.toml:44 discharger.slaughterhouse.spraed: unknown key; did you mean "spread"?',
    ),
    "a wrong unit": (
        '"5.5 g/L"', '"5.5 mV"',
        'site.toml:39 discharger.slaughterhouse.holds.cod: have "5.5 mV", want a concentration such as "5.5 mg/L"',
    ),
    "an unknown quantity": (
        "cod =", "codd =",
        'site.toml:39 discharger.slaughterhouse.holds.codd: have "codd", want "cod"',
    ),
    "a strength that is no table": (
        '{ cod = "5.5 g/L", ec = "2500 uS/cm" }', '"5.5 g/L"',
        'site.toml:39 discharger.slaughterhouse.holds: have "5.5 g/L", want a table such as { cod = "20000 mg/L" }',
    ),
    "an unknown cause": (
        '"food_industry"', '"food_industri"',
        'site.toml:37 discharger.slaughterhouse.cause: have "food_industri", want "food_industry"',
    ),
    "a reversed share": (
        '["0.5 %", "12 %"]', '["12 %", "0.5 %"]',
        'site.toml:43 discharger.slaughterhouse.share: have "["12 %", "0.5 %"]", want two ends such as ["0.1 %", "25 %"], at most 95%',
    ),
    "all of the flow": (
        '"12 %"', '"100 %"',
        'site.toml:43 discharger.slaughterhouse.share: have "["0.5 %", "100 %"]", want two ends such as ["0.1 %", "25 %"], at most 95%',
    ),
    "no number": (
        "alkalinity = -12", "alkalinity = nan",
        'site.toml:40 discharger.slaughterhouse.alkalinity: have "nan", want a number without quotation marks, such as 8',
    ),
    "what does not mix by its amount": (
        'cod = "5.5 g/L"', 'ph = "3"',
        "site.toml:39 discharger.slaughterhouse.holds.ph: ph does not mix by its amount: give alkalinity and carbon",
    ),
    "half a share": (
        '["0.5 %", "12 %"]', '["12 %"]',
        'site.toml:43 discharger.slaughterhouse.share: have "["12 %"]", want two ends such as ["0.1 %", "25 %"]',
    ),
    "more than the whole flow": (
        '"12 %"', '"120 %"',
        'site.toml:43 discharger.slaughterhouse.share: have "["0.5 %", "120 %"]", want two ends such as ["0.1 %", "25 %"], at most 95%',
    ),
    "a share of nothing": (
        '"0.5 %"', '"0 %"',
        'site.toml:43 discharger.slaughterhouse.share: have "0 %", want more than 0',
    ),
    "an alkalinity in quotation marks": (
        "= -12", '= "-12"',
        'site.toml:40 discharger.slaughterhouse.alkalinity: have "-12", want a number without quotation marks, such as 8',
    ),
    "a strength nobody is so sure of": (
        "= 0.3", "= 0.001",
        'site.toml:44 discharger.slaughterhouse.spread: have "0.001", want a number from 0.05 to 2.0',
    ),
    "a doubled id": (
        "spread = 0.3", 'spread = 0.3\n[[discharger]]\nid = "slaughterhouse"',
        'site.toml:46 discharger.slaughterhouse.id: "slaughterhouse" stands in site.toml:36 already; want an id of its own',
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
def test_a_wrong_discharger_says_where_what_it_has_and_what_it_wants(complain, case):
    old, new, message = FAULTS[case]
    assert RIGHT.count(old) >= 1
    assert complain(AT_THE_END, AT_THE_END + RIGHT.replace(old, new)) == [message]


@pytest.mark.parametrize(
    ("words", "in_30_days"),
    [("1 per 30 d", 1.0), ("2 per 90 d", 2 / 3), ("1 per 24 h", 30.0), ("0.5 per 30 d", 0.5)],
)
def test_false_warnings_are_how_many_in_how_long(load, words, in_30_days):
    site = load('zone = "Asia/Seoul"', f'zone = "Asia/Seoul"\nfalse_warnings = "{words}"')
    assert site.works.false_warnings == pytest.approx(in_30_days)


def test_without_a_word_one_false_warning_in_thirty_days_is_put_up_with(load):
    assert load().works.false_warnings == 1.0


@pytest.mark.parametrize(
    "words",
    ['"one per 30 d"', '"1"', '"1 per"', '"1 / 30 d"', '"0 per 30 d"', '"-1 per 30 d"', '"nan per 30 d"',
     '"inf per 30 d"', '"1 per 0 d"', '"1 per 30"', '"1 per month"', "1", "true", '["1 per 30 d"]'],
)  # fmt: skip
def test_any_other_form_of_false_warnings_is_refused_with_its_line(complain, words):
    (message,) = complain('zone = "Asia/Seoul"', f'zone = "Asia/Seoul"\nfalse_warnings = {words}')
    assert message.startswith("site.toml:5 works.false_warnings: have ")


def test_the_schema_knows_dischargers_and_false_warnings():
    def valid(**works):
        water = {"id": "dairy", "cause": "food_industry", "alkalinity": -3, "hydraulic": False}
        site = {
            "works": {"id": "a", "name": "A", "zone": "UTC", **works},
            "channel": [{"id": "a.ph", "quantity": "ph", "every": "1 min"}],
            "discharger": [water],
        }
        return jsonschema.Draft202012Validator(json_schema()).is_valid(site)

    assert valid(false_warnings="1 per 30 d")
    assert not valid(false_warnings="1 a month")

"""What is seen of each water, in one line; what is not seen at all, in one line together."""

import pytest

from mulmok.commands.sensitivity_words import water_lines
from mulmok.model.foreign import ForeignWater
from mulmok.model.text import Names
from mulmok.model.time import MINUTE
from mulmok.run.sensitivity import PlaceResult, Sensed
from mulmok.text.catalog import render

SLURRY = ForeignWater("livestock", "livestock")
ACID = ForeignWater("acid", "acid")
SEPTIC = ForeignWater("septicity", "septicity", mixes=False)
DAIRY = ForeignWater("dairy", "food_industry", name=Names("우유 공장", "Dairy"))


def sensed(water: ForeignWater, **found: int) -> tuple[Sensed, ...]:
    """Of ten planted at each share [0.1 %]: how many were found, after 4 min."""
    return tuple(
        Sensed(water, int(share[1:]) / 1000, 10, number, 0, 4.4 * MINUTE if number else None)
        for share, number in found.items()
    )


def lines(*given: tuple[Sensed, ...], language: str = "en") -> list[str]:
    together = tuple(one for water in given for one in water)
    place = PlaceResult("inlet", 30, 3, MINUTE, 1.0, 0.0, 20, together)
    return [render(line, language) for line in water_lines(place)]


@pytest.mark.parametrize(
    ("found", "english", "korean"),
    [
        (
            {"s1": 0, "s2": 6, "s5": 9, "s10": 10},
            "livestock slurry: 0.5 % within 4 min; 0.2 % in half; 0.1 % not",
            "가축분뇨: 0.5 %는 4분 안에; 0.2 %는 절반만; 0.1 %는 못 찾음",
        ),
        (
            {"s1": 0, "s2": 0, "s5": 8},
            "livestock slurry: 0.5 % within 4 min; 0.2 % not",
            "가축분뇨: 0.5 %는 4분 안에; 0.2 %는 못 찾음",
        ),
        ({"s1": 8, "s2": 10}, "livestock slurry: 0.1 % within 4 min", "가축분뇨: 0.1 %는 4분 안에"),
        (
            {"s1": 0, "s2": 2, "s5": 5},
            "livestock slurry: 0.5 % in half",
            "가축분뇨: 0.5 %는 절반만",
        ),
        (
            {"s1": 0, "s2": 10, "s5": 3},
            "livestock slurry: 0.2 % within 4 min; 0.1 % not; 0.5 % seldom",
            "가축분뇨: 0.2 %는 4분 안에; 0.1 %는 못 찾음; 0.5 %는 드물게",
        ),
    ],
)
def test_the_least_share_that_is_seen_comes_first_and_then_what_is_not(found, english, korean):
    assert lines(sensed(SLURRY, **found)) == [english]
    assert lines(sensed(SLURRY, **found), language="ko") == [korean]


def test_what_is_not_seen_at_all_and_what_nothing_shows_stand_together_at_the_end():
    unseen = sensed(SLURRY, s1=0, s100=1), sensed(ACID, s100=0), sensed(SEPTIC, s1000=0)
    hidden = (Sensed(DAIRY, 0.1, 0, 0, 0, None),)
    assert lines(*unseen, hidden) == [
        "not seen even at 10 %: livestock slurry, acid",
        "not seen even at 100 % of its worst: septicity",
        "no instrument here shows it: Dairy",
    ]
    assert lines(*unseen, hidden, language="ko") == [
        "10 %에서도 찾지 못함: 가축분뇨, 산 유입",
        "가장 심한 상태의 100 %에서도 찾지 못함: 관로 부패",
        "나타낼 계측기가 없음: 우유 공장",
    ]

"""Place: how its time is cut, and what people may call a foreign water."""

from __future__ import annotations

from dataclasses import replace

import pytest
from laws.works import CHANNELS

from mulmok.config.build_waters import library
from mulmok.judge.detect.place import Place
from mulmok.model.foreign import ForeignWater
from mulmok.model.time import DAY, HOUR, MINUTE, SECOND

PLATER = ForeignWater("hanil-plating", "plating", {"ec": 20_000.0})


def place(every: int = MINUTE) -> Place:
    channels = tuple(replace(one, every=max(one.every, every)) for one in CHANNELS)
    return Place.of("inlet", tuple(enumerate(channels)), (*library(), PLATER))


@pytest.mark.parametrize("seconds", [1, 59, 60, 64, 70, 110, 175, 210, 290, 300, 1800, 3601])
def test_an_hour_is_a_whole_number_of_slots_however_often_is_read(seconds: int) -> None:
    pace = place(seconds * SECOND).pace
    assert HOUR % pace == 0
    assert DAY % pace == 0
    assert MINUTE <= pace <= 5 * MINUTE


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("plating", "plating"),
        ("hanil-plating", "plating"),
        ("unknown", "unknown"),
        ("storm", None),
        ("infiltration", None),
        ("offset", None),
        ("", None),
    ],
)
def test_only_foreign_waters_have_a_cause_by_their_name(said: str, cause: str | None) -> None:
    assert place().cause_of(said) == cause

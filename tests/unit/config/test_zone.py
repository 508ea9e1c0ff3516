"""Civil time as data, compared with zoneinfo itself."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulmok.config.zone import load_zone
from mulmok.model.time import EARLIEST, HOUR, LATEST, SECOND, parse_instant, to_datetime

ZONES = ["Asia/Seoul", "Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "UTC"]


def test_readings_are_taken_from_1990_up_to_2100():
    assert parse_instant("1990-01-01T00:00:00Z") == EARLIEST
    assert parse_instant("2100-01-01T00:00:00Z") == LATEST


@given(st.sampled_from(ZONES), st.integers(EARLIEST // SECOND, LATEST // SECOND))
def test_every_instant_a_reading_may_have_has_its_offset(name, second):
    there = to_datetime(second * SECOND).astimezone(ZoneInfo(name)).utcoffset()
    assert there is not None
    assert load_zone(name).offset(second * SECOND) == there // timedelta(seconds=1) * SECOND


def test_an_hour_that_comes_twice_is_told_apart_to_the_second():
    zone = load_zone("Europe/Berlin")
    change = parse_instant("2026-10-25T01:00:00Z")
    assert zone.offset(change - SECOND) == 2 * HOUR
    assert zone.offset(change) == HOUR


def test_seoul_has_not_changed_its_clocks_since_1990():
    zone = load_zone("Asia/Seoul")
    assert set(zone.offsets[np.searchsorted(zone.changes, EARLIEST) :].tolist()) <= {9 * HOUR}


def test_a_zone_is_not_to_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        load_zone("Asia/Seoul").offsets[0] = 0

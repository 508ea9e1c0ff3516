"""Civil time as data, compared with zoneinfo itself."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulmok.config.zone import load_zone
from mulmok.model.time import HOUR, SECOND, parse_instant, to_datetime

ZONES = ["Asia/Seoul", "Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "UTC"]
BEGIN, END = parse_instant("1990-01-01T00:00:00Z"), parse_instant("2060-01-01T00:00:00Z")


@given(st.sampled_from(ZONES), st.integers(BEGIN // SECOND, END // SECOND))
def test_every_instant_from_1990_to_2060_has_its_offset(name, second):
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
    assert set(zone.offsets[np.searchsorted(zone.changes, BEGIN) :].tolist()) <= {9 * HOUR}


def test_a_zone_is_not_to_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        load_zone("Asia/Seoul").offsets[0] = 0

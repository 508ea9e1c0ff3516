"""The two odd hours of a year, checked against the zone files' own history."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mulmok.model.time import HOUR, MINUTE, parse_instant
from mulmok.source.files.layout import iso_texts
from mulmok.source.files.zones import named_zone, offsets_at, to_utc

BRUSSELS = named_zone("Europe/Brussels")
SEOUL = named_zone("Asia/Seoul")


def wall(words: str) -> int:
    return parse_instant(words + "Z")


def test_the_hour_that_was_twice_is_the_first_until_time_steps_back():
    local = [wall(f"2026-10-25T02:{m:02d}") for m in (0, 30, 0, 30)] + [wall("2026-10-25T03:00")]
    at, gaps = to_utc(np.array(local), BRUSSELS)
    steps = (at - parse_instant("2026-10-25T00:00Z")) // MINUTE
    assert steps.tolist() == [0, 30, 60, 90, 120]
    assert gaps == 0


def test_channels_of_a_long_file_pass_the_doubled_hour_each_by_itself():
    local = np.array([wall(f"2026-10-25T02:{m:02d}") for m in (0, 30, 0, 30) * 2])
    series = np.repeat(np.array([0, 1], np.int16), 4)
    at, _ = to_utc(local, BRUSSELS, series)
    assert at[:4].tolist() == at[4:].tolist()
    assert np.diff(at[:4]).tolist() == [30 * MINUTE] * 3


def test_the_hour_that_never_was_is_read_with_the_offset_before_and_counted():
    at, gaps = to_utc(np.array([wall("2026-03-29T02:30")]), BRUSSELS)
    assert at.tolist() == [parse_instant("2026-03-29T02:30+01:00")]
    assert gaps == 1


@given(st.lists(st.integers(631_152_000, 4_102_444_799), min_size=1, max_size=50))
def test_seoul_is_nine_hours_ahead_since_1990(seconds):
    at = np.array(seconds, np.int64) * 10**9
    back, gaps = to_utc(at + 9 * HOUR, SEOUL)
    assert back.tolist() == at.tolist()
    assert gaps == 0
    assert set(offsets_at(at, SEOUL).tolist()) == {9 * HOUR}


@given(st.integers(1_700_000_000, 2_000_000_000))
def test_written_times_with_their_offset_are_the_same_instant(second):
    at = np.array([second * 10**9], np.int64)
    for zone in (None, SEOUL, BRUSSELS, named_zone("Asia/Kolkata"), named_zone("America/St_Johns")):
        assert parse_instant(iso_texts(at, zone)[0]) == int(at[0])

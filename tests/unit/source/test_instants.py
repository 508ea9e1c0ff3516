"""Forms of time: every one there and back, the odd hours of a year, and whatever is no time."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mulmok.model.time import EARLIEST, HOUR, LATEST, SECOND, parse_instant
from mulmok.source.instants import InstantError, TimeForm, time_faults

SEOUL, BRUSSELS = ZoneInfo("Asia/Seoul"), ZoneInfo("Europe/Brussels")
FORMS = {
    "iso": 1_000,
    "s": SECOND,
    "ms": 1_000_000,
    "us": 1_000,
    "ns": 1,
    "filetime": 100,
    "%Y%m%d%H%M%S": SECOND,
    "%Y-%m-%d %H:%M": 60 * SECOND,
    "%Y-%m-%dT%H:%M:%S.%f%z": 1_000,
    "%d.%m.%y %I:%M:%S %p": SECOND,
}
A = parse_instant("2026-01-05T09:00:00+09:00")


# Two digits of a year end in 2068 for strptime.
@given(st.sampled_from(list(FORMS)), st.integers(EARLIEST, 3_092_601_600 * SECOND))
def test_what_a_device_of_a_form_writes_is_the_instant_again(form, at):
    at -= at % FORMS[form]
    for zone in (None, SEOUL):
        if zone is None and "%" in form and "%z" not in form:
            continue
        how = TimeForm(form, zone)
        assert how.read(how.write(at)) == at


@given(st.integers(EARLIEST, LATEST - 1))
def test_whole_nanoseconds_stay_exact_as_number_and_as_text(at):
    assert TimeForm("ns").read(at) == TimeForm("ns").read(str(at)) == at


@pytest.mark.parametrize(
    ("form", "have", "want"),
    [
        ("iso", "2026-01-05T09:00:00+09:00", A),
        ("iso", "2026-01-05T00:00:00Z", A),
        ("iso", " 20260105T000000Z ", A),
        ("iso", "2026-01-05T09:00:00.250+09:00", A + SECOND // 4),
        ("s", 1_767_571_200, A),
        ("s", "1767571200", A),
        ("s", 1_767_571_200.25, A + SECOND // 4),
        ("s", "1767571200.25", A + SECOND // 4),
        ("ms", 1_767_571_200_000.0, A),
        ("us", "1767571200000000", A),
        # By hand: 1601 is 11 644 473 600 s before 1970.
        ("filetime", (1_767_571_200 + 11_644_473_600) * 10**7, A),
        ("%Y%m%d%H%M%S%z", "20260105090000+0900", A),
    ],
)
def test_an_instant_in_each_form(form, have, want):
    assert TimeForm(form).read(have) == want


def test_a_time_without_an_offset_is_in_the_zone_of_the_source():
    assert TimeForm("iso", SEOUL).read("2026-01-05 09:00") == A
    assert TimeForm("%d-%m-%Y %H:%M", SEOUL).read("05-01-2026 09:00") == A
    with pytest.raises(InstantError, match="has no offset: want one, or the setting zone"):
        TimeForm().read("2026-01-05 09:00")


def test_an_offset_that_is_written_holds_whatever_the_zone():
    assert TimeForm("iso", BRUSSELS).read("2026-01-05T09:00+09:00") == A


def test_the_doubled_hour_is_its_first_and_the_skipped_one_has_the_offset_before():
    form = TimeForm("iso", BRUSSELS)
    # 25 Oct 2026, 03:00 CEST is put back to 02:00 CET; 29 Mar 2026, 02:00 CET is put to 03:00.
    assert form.read("2026-10-25T02:30:00") == parse_instant("2026-10-25T02:30:00+02:00")
    assert form.read("2026-10-25T03:00:00") == parse_instant("2026-10-25T03:00:00+01:00")
    assert form.read("2026-03-29T02:30:00") == parse_instant("2026-03-29T02:30:00+01:00")
    assert form.read("2026-03-29T03:30:00") == parse_instant("2026-03-29T03:30:00+02:00")


@pytest.mark.parametrize("form", ["iso", "%Y-%m-%dT%H:%M:%S%z"])
def test_a_leap_second_is_the_first_instant_after_it(form):
    after = parse_instant("2017-01-01T00:00:00Z")
    assert TimeForm(form).read("2016-12-31T23:59:60+00:00") == after
    assert TimeForm("iso", SEOUL).read("2017-01-01T08:59:60") == after


@pytest.mark.parametrize("have", ["2026-01-05T09:60:00Z", "2026-01-05T09:60Z"])
def test_a_minute_of_60_is_no_leap_second(have):
    with pytest.raises(InstantError, match="is no time of the form iso"):
        TimeForm().read(have)


@pytest.mark.parametrize("have", [0, 631_151_999, 4_102_444_800, "1e12", -1])
def test_a_clock_that_was_never_set_is_no_instant(have):
    with pytest.raises(InstantError, match="is the clock set"):
        TimeForm("s").read(have)


@pytest.mark.parametrize(
    ("form", "have"),
    [
        ("s", True), ("s", None), ("s", "soon"), ("s", float("nan")), ("s", "inf"), ("s", [1]),
        ("iso", 1_767_571_200), ("iso", ""), ("iso", "05/01/2026"), ("iso", "0001-01-01"),
        ("filetime", "x"), ("%Y", "twenty"),
    ],
)  # fmt: skip
def test_what_is_no_time_is_told_with_the_form_that_is_wanted(form, have):
    with pytest.raises(InstantError) as caught:
        TimeForm(form, SEOUL).read(have)
    assert form in str(caught.value) or "1990" in str(caught.value)


garbage = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**5000), 10**5000)
    | st.floats()
    | st.text()
    | st.binary()
    | st.lists(st.integers(), max_size=2)
    | st.from_regex(r"\d{1,5}-\d\d?-\d\d?[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?")
    | st.from_regex(r"[+-]?\d{1,25}(\.\d*)?([eE][+-]?\d{1,3})?")
)


@given(st.sampled_from([*FORMS, "%Y"]), st.sampled_from([None, SEOUL, BRUSSELS]), garbage)
@example("s", None, 10**5000)
@example("s", None, 1e308)
@example("filetime", None, 1e308)
@example("iso", None, "\ud800" * 19)
@example("iso", SEOUL, "0001-01-01T00:00:00")
@example("iso", SEOUL, "9999-12-31T23:59:60")
def test_garbage_is_an_instant_or_an_instant_error_and_nothing_else(form, zone, have):
    with contextlib.suppress(InstantError):
        assert EARLIEST <= TimeForm(form, zone).read(have) < LATEST


def test_a_form_is_made_from_the_settings_of_a_source():
    assert TimeForm.of({}, "Asia/Seoul") == TimeForm("iso", None)
    assert TimeForm.of({"zone": "works"}, "Asia/Seoul") == TimeForm("iso", SEOUL)
    assert TimeForm.of({"zone": "UTC", "time_format": "ms"}, "Asia/Seoul").zone == ZoneInfo("UTC")


@pytest.mark.parametrize("form", [*FORMS, "%Y-%j %H", "%G-%V-%u", "%c"])
def test_forms_that_can_be_read_are_right(form):
    assert list(time_faults({"time_format": form})) == []
    assert list(time_faults({})) == []


@pytest.mark.parametrize("form", ["seconds", "%", "%Q", "%Y %Y", "%-d.%m.%Y", "%G-%m-%d"])
def test_a_form_nothing_can_be_read_with_is_a_fault(form):
    ((key, words),) = time_faults({"time_format": form})
    assert key == "time_format"
    assert "%Y-%m-%d" in str(words)


def test_the_name_of_a_zone_in_the_times_is_a_fault():
    """strptime takes it and forgets it: UTC would be read as the works' own time."""
    ((key, words),) = time_faults({"time_format": "%Y-%m-%d %H:%M:%S %Z"})
    assert (key, str(words)) == (
        "time_format", "%Z is not understood: want %z for an offset, or the setting zone",
    )  # fmt: skip


parts = st.sampled_from(
    [f"%{letter}" for letter in "YmdHMSfzyjIpbBaAUWGVucxX%"] + [" ", "-", ":60"]
)


@given(st.lists(parts, min_size=1, max_size=6).map("".join), st.text(max_size=20))
@example("%Y %Y", "2026 2026")
def test_a_form_that_was_found_right_raises_nothing_else(form, have):
    if list(time_faults({"time_format": form})):
        return
    for words in (have, datetime(2026, 1, 5, 3, tzinfo=UTC).strftime(form)):
        with contextlib.suppress(InstantError):
            TimeForm(form, SEOUL).read(words)


def test_an_hour_is_an_hour():
    """The two instants of one wall clock are an hour apart, and their offsets are written."""
    first, second = (TimeForm().read(f"2026-10-25T02:30:00+0{h}:00") for h in (2, 1))
    assert second - first == HOUR

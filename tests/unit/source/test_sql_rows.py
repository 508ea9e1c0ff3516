"""Rows of tables to readings: times in every form, numbers of every kind, and what to ask by."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.source.pulled import setup_of

from mulmok.model.errors import InputError
from mulmok.model.status import Status
from mulmok.model.time import parse_instant
from mulmok.source.instants import InstantError, TimeForm
from mulmok.source.sql.database import Database
from mulmok.source.sql.decode import Codes, number_of, table_of
from mulmok.source.sql.plan import Plan, wrong_settings
from mulmok.source.sql.query import Layout
from mulmok.source.sql.times import Times, times_of

AT = parse_instant("2026-03-01T00:00:30Z")
SEOUL = ZoneInfo("Asia/Seoul")
KST = timezone(timedelta(hours=9))
HERE = Path("/nowhere")

#: What stands there, its form as the site file has it, what it is asked by.
STANDING = {
    "2026-03-01T00:00:30Z": (None, "2026-03-01T00:00:30"),
    "2026-03-01 09:00:30+09:00": (None, "2026-03-01 09:00:30"),
    "2026-03-01 09:00:30.250": (SEOUL, "2026-03-01 09:00:30"),
    "2026-03-01 09:00": (SEOUL, "2026-03-01 09:00"),
    "20260301T090030": (SEOUL, "20260301T090030"),
    "2026-02-28T19:00:30-05": (None, "2026-02-28T19:00:30"),
}


@pytest.mark.parametrize("stands", STANDING)
def test_a_text_is_asked_by_in_the_shape_of_those_that_are_there(stands):
    zone, asked = STANDING[stands]
    times = times_of(stands, TimeForm("iso", zone), given=False)
    assert times.bound(AT).value == asked
    assert abs(times.read(stands) - AT) <= 30 * 10**9
    assert asked <= stands, "it sorts before the reading itself"


def test_points_in_time_are_asked_by_as_they_stand():
    aware = datetime(2026, 3, 1, 9, 0, 30, tzinfo=KST)
    times = times_of(aware, TimeForm(), given=False)
    assert times.read(aware) == AT
    assert times.bound(AT).value == aware.astimezone(UTC)
    naive = aware.replace(tzinfo=None)
    times = times_of(naive, TimeForm("iso", SEOUL), given=False)
    assert times.read(naive) == AT
    assert times.bound(AT).value == naive


@pytest.mark.parametrize(
    ("sample", "said"),
    [
        (datetime(2026, 3, 1), "have no offset: want the setting zone"),  # noqa: DTZ001
        (date(2026, 3, 1), "is a day and no time"),
        (1772323230, "set time_format"),
        ("2026-03-01 09:00:30", "has no offset"),
        ("yesterday", "is no time of the form iso"),
        (b"\x00", "is no time of the form iso"),
    ],
)
def test_what_is_no_time_is_said_to_be_none(sample, said):
    with pytest.raises(InstantError) as fault:
        times_of(sample, TimeForm(), given=False)
    assert said in str(fault.value)


def test_counts_of_a_numeric_column_are_read():
    times = times_of(Decimal(1772323230), TimeForm("s"), given=True)
    assert times.read(Decimal(1772323230)) == times.read(1772323230) == AT
    assert times_of("1772323230", TimeForm("s"), given=True).bound(AT).value == "1772323230"


NUMBERS = (
    (7, 7.0),
    (7.5, 7.5),
    (Decimal("7.25"), 7.25),
    (" 7.5 ", 7.5),
    (True, 1.0),
    (math.inf, math.inf),
)


@pytest.mark.parametrize(("have", "want"), NUMBERS)
def test_numbers_of_every_kind_are_numbers(have, want):
    assert number_of(have) == (want, None)


@given(
    st.none()
    | st.text()
    | st.binary()
    | st.decimals()
    | st.floats()
    | st.integers()
    | st.datetimes()
)
def test_whatever_stands_in_a_column_is_a_number_or_said_to_be_none(have):
    number, trouble = number_of(have)
    assert trouble is None or math.isnan(number)


def plan(**more: object) -> Plan:
    given_ = {
        "url": "sqlite:///x",
        "table": "t",
        "time_column": "ts",
        "channel_column": "tag",
        "value_column": "v",
    }
    own = {"tag": "PH", "status_column": "q", "statuses": {"0": "NORMAL", "3": "CALIBRATING"}}
    return Plan.of(setup_of(HERE, {**given_, **more}, inlet_ph=own, inlet_ec={"tag": "EC"}))


cells = st.none() | st.text(max_size=8) | st.floats() | st.integers() | st.binary(max_size=4)


@given(
    st.lists(
        st.tuples(cells, st.sampled_from(["PH", "EC  ", "PH\x00", None, 7]), cells, cells),
        max_size=8,
    )
)
def test_any_row_is_read_or_left_out(rows):
    one = plan()
    table = table_of(one, Layout.of(one, (0, 1)), Times(TimeForm("s")), rows, Codes())
    assert len(table.batch) <= len(rows)


def test_status_codes_are_understood_once_and_unknown_ones_are_no_good_news():
    one = plan()
    layout = Layout.of(one, (0, 1))
    at = AT // 10**9
    rows = [
        (at, "PH", 7, 3),
        (at + 1, "PH", 7, Decimal(0)),
        (at + 2, "PH", 7, "odd"),
        (at, "EC ", 9, 3),
    ]
    table = table_of(one, layout, Times(TimeForm("s")), rows, Codes())
    assert table.batch.status.tolist() == [
        Status.CALIBRATING,
        Status.NORMAL,
        Status.DEVICE_FAULT,
        Status.NORMAL,
    ]
    assert 'the status "odd" is not known' in str(table.troubles[0])


WRONG = (
    ({"time_format": "%d-%m-%Y"}, "time_format", "do not sort as texts"),
    ({"time_format": "%H:%M %Y-%m-%d"}, "time_format", "do not sort as texts"),
    ({"channel_column": "tag"}, "channel_column", "go together"),
    ({"value_column": "v"}, "value_column", "go together"),
    ({"tag": "PH"}, "tag", "stands with channel_column only"),
    ({"channel_column": "a", "value_column": "v", "column": "x"}, "column", "want tag"),
    ({"url": "historian"}, "url", "want an address"),
)


@pytest.mark.parametrize(("given_", "key", "said"), WRONG)
def test_settings_that_do_not_go_together_are_faults(given_, key, said):
    found = {name: str(words) for name, words in wrong_settings({"url": "env:X", **given_})}
    assert said in found[key]


def test_forms_that_sort_are_right():
    for form in ("%Y%m%d%H%M%S", "%Y/%m/%d %H:%M", "iso", "ms"):
        assert list(wrong_settings({"url": "env:X", "time_format": form})) == []


@pytest.mark.parametrize("url", ["nonsense", "nosuch://h/d", "sqlite://", "mssql+pyodbc://h/d"])
def test_an_address_that_cannot_be_opened_is_a_fault_of_the_site_file(url):
    with pytest.raises(InputError, match="url: "):
        Database.of(url, HERE)

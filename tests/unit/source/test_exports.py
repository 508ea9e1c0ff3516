"""Files as SCADA systems, instruments and offices in Korea write them."""

from __future__ import annotations

import datetime as dt
import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from unit.source.channels import make_channel

from mulmok.model.errors import InputError
from mulmok.model.status import Status
from mulmok.model.time import MINUTE, parse_instant
from mulmok.source.files.form import Form
from mulmok.source.files.read import read_body
from mulmok.source.files.table import HalfWritten
from mulmok.source.files.tables import table_of
from mulmok.source.signal import Signal

WORKS = (make_channel("inlet.ph"), make_channel("inlet.ec"), make_channel("inlet.tn", 30 * MINUTE))
A = parse_instant("2026-01-05T09:00:00+09:00")
WIDE = "time,inlet.ph,inlet.ec\n2026-01-05T09:00:00+09:00,7.1,812\n"


def read(content: str | bytes, name: str = "a.csv", encoding: str = "utf-8", **form):
    data = content.encode(encoding) if isinstance(content, str) else content
    how = Form(**form)
    return read_body(table_of(data, name, how), WORKS, how, newest=True)


def refused(*args, **form) -> str:
    with pytest.raises(InputError) as caught:
        read(*args, **form)
    return str(caught.value)


def book(*sheets: tuple[str, list[list[object]]]) -> bytes:
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as made:
        day = made.add_format({"num_format": "yyyy-mm-dd"})
        hour = made.add_format({"num_format": "hh:mm:ss"})
        for name, rows in sheets:
            sheet = made.add_worksheet(name)
            for place, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, dt.datetime):
                        sheet.write_datetime(place, column, cell)
                    elif isinstance(cell, dt.date):
                        sheet.write_datetime(place, column, cell, day)
                    elif isinstance(cell, dt.time):
                        sheet.write_datetime(place, column, cell, hour)
                    else:
                        sheet.write(place, column, cell)
    return sink.getvalue()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp949", "euc-kr"]
)
def test_every_encoding_in_use_is_understood(encoding):
    words = "시각,유입pH,비고\n2026-01-05 09:00,7.1,정상\n2026-01-05 09:01,7.2,정상\n"
    found = read(
        words, encoding=encoding, zone="Asia/Seoul", columns={"시각": "time", "유입pH": "inlet.ph"},
        ignore_unknown=True,
    )  # fmt: skip
    assert found.rows.value.tolist() == [7.1, 7.2]
    assert found.rows.at.tolist() == [A, A + MINUTE]


def test_pieces_that_are_each_marked_as_a_file_are_one_file():
    words = WIDE + "\ufeff2026-01-05T09:01:00+09:00,7.2,813\n"
    assert read(words, encoding="utf-8-sig").rows.value.tolist() == [7.1, 812, 7.2, 813]


LOGGER = """\
"TOA5","Inlet","CR1000","12345"
Report of,2026-01-05
;;;

TIMESTAMP,RECORD,PH_IN,EC_IN
TS,RN,,uS/cm
,,Smp,Avg
2026-01-05 09:00:00,1,7.1,812
2026-01-05 09:01:00,2,7.2,813
"""
NAMED = {"TIMESTAMP": "time", "PH_IN": "inlet.ph", "EC_IN": "inlet.ec"}
SEOUL = {"zone": "Asia/Seoul", "columns": NAMED, "ignore_unknown": True}


@pytest.mark.parametrize("skip", [None, 4])
def test_a_header_below_titles_and_above_units_is_found(skip):
    found = read(LOGGER, **SEOUL, skip=skip, below=2)
    assert found.rows.value.tolist() == [7.1, 812, 7.2, 813]
    assert str(found.newest[1].place) == "a.csv, line 9"


def test_below_titles_a_fault_is_named_by_its_line():
    said = refused(LOGGER.replace("09:01:00", "09:61:00"), **SEOUL, below=2)
    assert said.startswith('a.csv, line 9: the time is "2026-01-05 09:61:00"')
    said = refused(LOGGER.replace(",2,7.2", ",7.2"), **SEOUL, below=2)
    assert said == "a.csv, line 9 has 3 fields, the header has 4"


def test_units_that_nobody_told_of_are_no_time():
    assert refused(LOGGER, **SEOUL).startswith("a.csv, line 7: the time is empty, want")


def test_a_file_without_a_column_of_times_is_told_of_by_its_first_line():
    assert refused("Inlet,today\na,b\n").startswith('a.csv: no column "time": the header has Inlet')


def test_below_a_header_that_has_nothing_yet_nothing_is_wrong():
    from mulmok.source.files.table import NoReadings

    with pytest.raises(NoReadings):
        read("".join(LOGGER.splitlines(keepends=True)[:7]), **SEOUL, below=2)


def test_date_and_time_in_two_columns_are_one_instant():
    found = read(
        "날짜;시각;PH_IN\n05.01.2026;09:00:00;7.1\n", zone="Asia/Seoul",
        time_format="%d.%m.%Y %H:%M:%S",
        columns={"날짜": "date", "시각": "time", "PH_IN": "inlet.ph"},
    )  # fmt: skip
    assert found.rows.at.tolist() == [A]


@pytest.mark.parametrize("hour", ["오전 9:00:00", "AM 09:00:00"])
def test_morning_and_afternoon_may_be_korean(hour):
    words = f"time,inlet.ph\n2026-01-05 {hour},7.1\n"
    found = read(words, zone="Asia/Seoul", time_format="%Y-%m-%d %p %I:%M:%S")
    assert found.rows.at.tolist() == [A]


@pytest.mark.parametrize(
    ("form", "count"), [("s", "1767571200"), ("ms", "1767571200000"), ("filetime", "134120448000000000")]
)  # fmt: skip
def test_times_may_be_counts(form, count):
    assert read(f"time,inlet.ph\n{count},7\n", time_format=form).rows.at.tolist() == [A]
    sink = io.BytesIO()
    pq.write_table(pa.table({"time": [int(count)], "inlet.ph": [7.0]}), sink)
    assert read(sink.getvalue(), "a.parquet", time_format=form).rows.at.tolist() == [A]
    said = refused("time,inlet.ph\nsoon,7\n", time_format=form)
    assert said == f'a.csv, line 2: "soon" is no time of the form {form}'


@pytest.mark.parametrize(
    ("decimal", "cell", "value"),
    [
        (",", "7,1", 7.1), (",", "1.234,5", 1234.5), (",", "-0,5", -0.5), (",", "1.234.567", 1234567),
        (",", "812", 812), (",", "7,1e3", 7100), (",", "7.1", 7.1),
        (".", '"1,234.5"', 1234.5), (".", '"1,234,567"', 1234567), (".", "7.1", 7.1),
    ],
)  # fmt: skip
def test_decimals_are_what_the_source_says(decimal, cell, value):
    separator = ";" if decimal == "," else ","
    words = f"time{separator}inlet.ec\n2026-01-05T09:00:00+09:00{separator}{cell}\n"
    assert read(words, decimal=decimal).rows.value.tolist() == [value]


@pytest.mark.parametrize(
    ("cell", "want"),
    [("7,1", "7.1"), ("1,234.5", "1234.5"), ("1,234,567", "1234567"), ("1.234,5", "1234.5")],
)
def test_a_comma_nobody_told_of_is_refused_and_never_a_missing_reading(cell, want):
    said = refused(f"time;inlet.ec\n2026-01-05T09:00:00+09:00;{cell}\n")
    assert said == f'a.csv, line 2: inlet.ec has "{cell}": want a decimal point, as in {want}'


def test_codes_of_a_writer_mean_what_the_source_says():
    words = "time,inlet.ph,inlet.ph:status\n2026-01-05T09:00:00Z,7,192\n2026-01-05T09:01:00Z,7,28\n"
    codes = {"192": Status.NORMAL, "28": Status.MAINTENANCE}
    assert read(words, statuses=codes).rows.status.tolist() == [0, Status.MAINTENANCE]
    assert "name it in statuses" in refused(words, statuses={"192": Status.NORMAL})


def test_numbers_become_values_by_scale_unit_and_current_and_are_shown_as_they_stood():
    signals = {0: Signal(scale=0.01), 1: Signal(factor=1000.0), 2: Signal(current=(0.0, 100.0))}
    words = "time,inlet.ph,inlet.ec,inlet.tn,inlet.tn:status\n"
    row = "2026-01-05T09:0{}:00+09:00,{},{},{},{}\n"
    found = read(words + row.format(0, 713, 0.81, 12, "") + row.format(1, 714, "", 2, "TRIAL"),
                 signals=signals)  # fmt: skip
    assert found.rows.value.tolist()[:3] == pytest.approx([7.13, 810, 50])
    assert found.rows.status.tolist()[-1] == Status.TRIAL
    ph, ec = found.newest[0], found.newest[1]
    assert (ph.raw, ph.number, ph.value, ph.at) == ("714", 714.0, pytest.approx(7.14), A + MINUTE)
    assert (ec.raw, str(ec.place)) == ("0.81", "a.csv, line 2")


def test_a_broken_current_in_a_file_is_a_device_fault():
    words = "time,channel,value\n2026-01-05T09:00:00+09:00,inlet.tn,2\n"
    found = read(words, signals={2: Signal(current=(0.0, 100.0))})
    assert found.rows.status.tolist() == [Status.DEVICE_FAULT]


def test_where_columns_are_named_one_by_one_the_others_are_nobody_s_business():
    form = {
        "columns": {"PH": "inlet.ph", "EC": "inlet.ec"},
        "told": frozenset({"inlet.ph", "inlet.ec"}),
    }
    found = read("time,PH,X,X,Y\n2026-01-05T09:00:00Z,7,1,2,3\n", **form)
    assert found.rows.value.tolist() == [7]
    assert found.lacking == ("EC",)
    assert found.warnings == ()
    said = refused("time,P,X\n2026-01-05T09:00:00Z,7,1\n", **form)
    assert said == "a.csv: no column is a channel of this site: the header has time, P, X"


@pytest.mark.parametrize("head", ["time,inlet.ph,inlet.ph", "time,time,inlet.ph", "T,PH,PH"])
def test_a_column_that_means_something_stands_there_once(head):
    said = refused(
        f"{head}\n2026-01-05T09:00:00Z,7,7\n", columns={"T": "time", "PH": "inlet.ph"},
        ignore_unknown=True,
    )  # fmt: skip
    assert "stands twice in the header" in said


def test_channels_another_source_feeds_are_none_of_this_one():
    assert "the site has no channel" in refused(WIDE, members=frozenset({0}))
    assert read(WIDE, members=frozenset({0}), ignore_unknown=True).rows.channel.tolist() == [0]


ROWS = [["time", "inlet.ph"], ["2026-01-05T09:00:00+09:00", 7.1]]


def test_the_first_sheet_with_readings_is_read_and_those_that_go_on():
    more = [ROWS[0], ["2026-01-05T09:01:00+09:00", 7.2]]
    data = book(("About", [["Plant", "A"]]), ("Empty", []), ("Jan", ROWS), ("Feb", more))
    found = read(data, "a.xlsx")
    assert found.rows.value.tolist() == [7.1, 7.2]
    assert read(data, "a.xlsx", sheet="Feb").rows.value.tolist() == [7.2]
    said = refused(data, "a.xlsx", sheet="March")
    assert said == 'a.xlsx: there is no sheet "March" in it: it has About, Empty, Jan, Feb'


def test_a_sheet_has_titles_and_units_and_cells_of_dates():
    moment = dt.datetime(2026, 1, 5, 9, 0)  # noqa: DTZ001 - workbooks know no zone
    rows = [
        ["유입 수질"], [], ["일시", "PH_IN", "ETC"], ["", "pH", ""], [moment, 7.1, "x"],
        [moment + dt.timedelta(minutes=1), 7.2, "y"],
    ]  # fmt: skip
    found = read(book(("S", rows)), "a.xlsx", zone="Asia/Seoul", below=1, ignore_unknown=True,
                 columns={"일시": "time", "PH_IN": "inlet.ph"})  # fmt: skip
    assert found.rows.at.tolist() == [A, A + MINUTE]
    assert str(found.newest[0].place) == "a.xlsx, line 6"


def test_a_sheet_may_have_date_and_time_apart():
    rows = [["date", "time", "inlet.ph"], [dt.date(2026, 1, 5), dt.time(9, 0), 7.1]]
    assert read(book(("S", rows)), "a.xlsx", zone="Asia/Seoul").rows.at.tolist() == [A]


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "a.xlsx", "a workbook of the old kind"),
        (
            b"<html><table><tr><td>time</td></tr></table></html>\n",
            "a.csv",
            "a web page under another",
        ),
        (b"\x1f\x8b\x08\x00" + bytes(20), "a.csv", "packed with gzip"),
        (b"%PDF-1.7\n", "a.csv", "this is a PDF"),
        (b'<?xml version="1.0"?>\n<a/>\n', "a.csv", "this is XML"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "a.csv", "this is no text"),
    ],
)
def test_what_is_something_else_than_its_name_says_is_called_by_what_it_is(data, name, words):
    assert words in refused(data, name)


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.parquet", "a.txt"])
def test_a_readings_file_under_a_wrong_name_is_read(name):
    sink = io.BytesIO()
    at = pa.array(np.array([A]), pa.timestamp("ns", "UTC"))
    pq.write_table(pa.table({"time": at, "inlet.ph": [7.1]}), sink)
    for data in (WIDE.encode(), book(("S", ROWS)), sink.getvalue()):
        assert read(data, name).rows.value[0] == 7.1


def test_a_file_whose_room_is_there_before_its_content_is_unfinished():
    with pytest.raises(HalfWritten, match="empty bytes"):
        read(bytes(500))
    assert read(WIDE.encode() + bytes(500)).rows.value.tolist() == [7.1, 812.0]
    table = table_of(WIDE.encode() + b"2026-01-05T09:01:00+09:00,7.2,8" + bytes(500), "a.csv")
    assert (table.rows, table.tail.fields) == (1, 3), "of its last line nobody knows the end"

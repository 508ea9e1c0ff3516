"""Every way in which a readings file can be wrong has one clear message."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mulmok.model.errors import InputError
from mulmok.source.files.read import read_readings
from mulmok.source.files.table import HalfWritten

HEAD = "time,inlet.ph,inlet.ec\n"
ROW = "2026-01-01T00:00:00+09:00,7.1,700\n"


def said_by(read, content, **options) -> str:
    with pytest.raises(InputError) as caught:
        read(content, **options)
    assert caught.value.exit_code == 2
    said = str(caught.value)
    at = said.find(options.get("name", "day.csv"))
    return said[max(at, 0) :]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            HEAD + "2026-01-01 00:00,7.1,700\n",
            ('day.csv: naive time "2026-01-01 00:00" on line 2: write an offset such as +09:00'),
        ),
        (
            HEAD + ROW + "2026-01-01 00:01,7.1,700\n",
            (
                'day.csv, line 3: the time "2026-01-01 00:01" differs in kind from those before it: '
                "write an offset on every time or on none"
            ),
        ),
        (
            HEAD + ROW + "\nyesterday,7.1,700\n",
            (
                'day.csv, line 4: the time is "yesterday", '
                "want an ISO 8601 time such as 2026-01-31T09:00:00+09:00"
            ),
        ),
        (
            HEAD + ROW + ",7.1,700\n",
            (
                "day.csv, line 3: the time is empty, "
                "want an ISO 8601 time such as 2026-01-31T09:00:00+09:00"
            ),
        ),
        (
            HEAD + "1970-01-01T00:00:00Z,7.1,700\n",
            (
                "day.csv, line 2: the time 1970-01-01T00:00:00Z lies outside the years 1990 to 2100: "
                "is the clock of the logger set?"
            ),
        ),
        (
            HEAD + ROW + "2199-01-01T00:00:00Z,7.1,700\n",
            (
                "day.csv, line 3: the time 2199-01-01T00:00:00Z lies outside the years 1990 to 2100: "
                "is the clock of the logger set?"
            ),
        ),
        (
            "time,inlet.pH,inlet.ec\n" + ROW,
            (
                'day.csv: the site has no channel "inlet.pH" (nearest: inlet.ph, inlet.tn, inlet.ec): '
                "correct the name"
            ),
        ),
        (
            "time,inlet.ph,a,b\n2026-01-01T00:00:00Z,7,1,2\n",
            (
                'day.csv: the site has no channel "a" (nearest: inlet.ec, inlet.ph, inlet.tn); '
                "unknown besides: 1: correct the names"
            ),
        ),
        (
            "time,inlet.ph,a:status,a,b,b:status,b:flag\n2026-01-01T00:00:00Z,7,,1,2,,\n",
            (
                'day.csv: the site has no channel "a" (nearest: inlet.ec, inlet.ph, inlet.tn); '
                "unknown besides: 1: correct the names"
            ),
        ),
        (
            "time,channel,value\n2026-01-01T00:00:00Z,outlet.ph,7\n",
            ('day.csv: the site has no channel "outlet.ph" (nearest: inlet.ph): correct the name'),
        ),
        (
            "time,inlet.ph,inlet.ph\n2026-01-01T00:00:00Z,7,8\n",
            'day.csv: the column "inlet.ph" stands twice in the header: keep one of them',
        ),
        (
            "when,inlet.ph\n2026-01-01T00:00:00Z,7\n",
            (
                'day.csv: no column "time": the header has when, inlet.ph; '
                "want time,inlet.ph,... or time,channel,value"
            ),
        ),
        (HEAD, "day.csv: there are no readings below the header"),
        (
            "time\n2026-01-01T00:00:00Z\n",
            "day.csv: no column is a channel of this site: the header has time",
        ),
        (HEAD[:-1], "day.csv: there is no line end in it: is the file still being written?"),
        (
            HEAD + ROW[:-1],
            "day.csv, line 2 has 3 of 3 fields and no line end: is the file still being written?",
        ),
        ("", "day.csv: the file is empty: want a header line and readings"),
        ("\n\n", "day.csv: the file is empty: want a header line and readings"),
        (b"\x00\x01\x02abc", "day.csv: this is no text: want CSV, Parquet or XLSX"),
        (
            b"time,\xff\xfe\xfa\n1,2\n",
            "day.csv: the text is neither UTF-8 nor CP949: save it as UTF-8",
        ),
        (
            HEAD + ROW + "2026-01-01T00:01:00+09:00,7",
            "day.csv, line 3 has 2 of 3 fields and no line end: is the file still being written?",
        ),
        (
            HEAD + "2026-01-01T00:01:00+09:00,7\n" + ROW,
            "day.csv, line 2 has 2 fields, the header has 3",
        ),
        (HEAD + ROW[:-1] + ",9\n", "day.csv, line 2 has 4 fields, the header has 3"),
        (
            "time;inlet.ph\n2026-01-01T00:00:00Z;7,1\n",
            'day.csv, line 2: inlet.ph has "7,1": want a decimal point, as in 7.1',
        ),
        (
            "time,channel,value,status\n2026-01-01T00:00:00Z,inlet.ph,7,FINE\n",
            (
                'day.csv, line 2: status has "FINE": want NORMAL, STOPPED, NO_FLOW, CALIBRATING, '
                "MAINTENANCE, COMM_FAIL, DEVICE_FAULT, POWER_FAIL, TRIAL, RESENT or a code 0 to 9"
            ),
        ),
        (
            "time,channel,value\n2026-01-01T00:00:00Z,,7\n",
            "day.csv, line 2: the channel is empty",
        ),
    ],
)
def test_a_wrong_file_is_named_with_line_and_remedy(read, content, message):
    assert said_by(read, content) == message


def test_only_a_file_that_ends_in_mid_line_may_still_be_written(read):
    with pytest.raises(HalfWritten):
        read(HEAD + ROW + "2026-01-01T00:01")
    with pytest.raises(InputError) as caught:
        read(HEAD + "2026-01-01T00:01\n")
    assert not isinstance(caught.value, HalfWritten)


def test_a_file_of_empty_cells_is_no_history(read):
    said = said_by(read, "time,inlet.tn\n2026-01-01T00:00:00Z,\n2026-01-01T00:01:00Z,\n")
    assert said == "there is no reading in these files: every cell is empty"


def test_a_folder_and_a_file_that_is_not_there(tmp_path, works):
    with pytest.raises(
        InputError, match=r"this is a folder: name the files in it, as in .*/\*\.csv"
    ):
        read_readings([tmp_path], works)
    with pytest.raises(InputError, match="there is no such file"):
        read_readings([tmp_path / "none.csv"], works)


def test_a_zone_nobody_knows(read):
    said = said_by(read, HEAD + ROW, zone="Asia/Seul")
    assert said == 'unknown time zone "Asia/Seul": want an IANA name such as Asia/Seoul'


def test_a_damaged_parquet_file(read):
    said = said_by(read, b"PAR1" + b"x" * 50 + b"PAR1", name="y.parquet")
    assert said.startswith("y.parquet: this Parquet file cannot be read (")
    assert said.endswith("): copy or export it again")


def test_a_parquet_file_without_its_end_may_still_be_written(read):
    sink = io.BytesIO()
    pq.write_table(pa.table({"time": ["2026-01-01T00:00:00Z"], "inlet.ph": [7.0]}), sink)
    with pytest.raises(HalfWritten) as caught:
        read(sink.getvalue()[:-20], name="y.parquet")
    assert str(caught.value).endswith(
        "y.parquet: this Parquet file has no end: is the file still being written?"
    )


def test_two_columns_cannot_be_the_same_channel(read):
    said = said_by(read, "time,inlet.ph,PH\n2026-01-01T00:00Z,7,8\n", columns={"PH": "inlet.ph"})
    assert said == 'day.csv: the column "inlet.ph" stands twice in the header: keep one of them'


def test_a_damaged_workbook(read):
    said = said_by(read, b"PK\x03\x04" + b"x" * 50, name="y.xlsx")
    assert said == "y.xlsx: this workbook has no end: is the file still being written?"


def test_parquet_columns_of_the_wrong_kind(read):
    def parquet(**columns) -> bytes:
        sink = io.BytesIO()
        pq.write_table(pa.table(columns), sink)
        return sink.getvalue()

    stamped = pa.array([1_767_225_600_000], pa.timestamp("ms"))
    naive = parquet(**{"time": stamped, "inlet.ph": [7.0]})
    assert said_by(read, naive, name="y.parquet") == (
        'y.parquet: naive time "2026-01-01 00:00:00" on row 1: write an offset such as +09:00'
    )
    counted = parquet(**{"time": [1, 2], "inlet.ph": [7.0, 8.0]})
    assert said_by(read, counted, name="y.parquet") == (
        'y.parquet: the column "time" is int64: want timestamps or ISO 8601 text'
    )
    listed = parquet(**{"time": pa.array([0], pa.timestamp("ms", "UTC")), "inlet.ph": [[1.0]]})
    assert "lies outside the years 1990 to 2100" in said_by(read, listed, name="y.parquet")
    listed = parquet(**{"time": stamped.cast(pa.timestamp("ms", "UTC")), "inlet.ph": [[1.0]]})
    assert 'the column "inlet.ph" is list<' in said_by(read, listed, name="y.parquet")


def test_a_time_pattern_that_does_not_fit_is_told_with_the_line(read):
    said = said_by(
        read,
        "time,inlet.ph\n1-01-13 0:05,7\n2013-01-01,7\n",
        time_format="%d-%m-%y %H:%M",
        zone="UTC",
    )
    assert said == 'day.csv, line 3: the time is "2013-01-01", want the form %d-%m-%y %H:%M'

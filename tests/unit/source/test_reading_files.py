"""What readings files may say, and how they are understood."""

from __future__ import annotations

import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mulmok.model.status import Status
from mulmok.model.time import DAY, MINUTE, parse_instant
from mulmok.source.files.read import chunks, read_readings

T0 = parse_instant("2026-01-01T00:00:00+09:00")


def rows_of(result):
    rows = result.rows
    return [
        (int(c), (int(t) - T0) // MINUTE, None if np.isnan(v) else float(v))
        for c, t, v in zip(rows.channel, rows.at, rows.value, strict=True)
    ]


def test_a_wide_file_gives_its_readings_by_time_and_channel(read):
    result = read(
        "time,inlet.ec,inlet.ph\n2026-01-01T00:00:00+09:00,700,7.1\n"
        "2026-01-01T00:01:00+09:00,710,7.2\n"
    )
    assert rows_of(result) == [(0, 0, 7.1), (1, 0, 700), (0, 1, 7.2), (1, 1, 710)]
    assert result.warnings == ()


def test_a_long_file_gives_the_same_readings_as_a_wide_one(read):
    wide = read("time,inlet.ph,inlet.ec\n2025-12-31T15:00:00Z,7.1,700\n")
    long = read(
        "time,channel,value\n2025-12-31 15:00Z,inlet.ph,7.1\n2025-12-31 15:00Z,inlet.ec,700\n"
    )
    assert rows_of(wide) == rows_of(long) == [(0, 0, 7.1), (1, 0, 700)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_delimiter_encoding_and_line_ends_are_told_by_the_file(read, delimiter, encoding, newline):
    lines = ["time,inlet.ph,비고".replace(",", delimiter)]
    lines.append(f"2026-01-01T00:00:00+09:00{delimiter}7.1{delimiter}맑음")
    content = (newline.join(lines) + newline).encode(encoding)
    result = read(content, ignore_unknown=True)
    assert rows_of(result) == [(0, 0, 7.1)]
    assert result.ignored == ("비고",)


def test_an_empty_cell_is_missing_only_when_a_reading_was_due(read):
    lines = ["time,inlet.ph,inlet.tn"]
    for minute in range(100):
        tn = "40" if minute in {5, 35} else ""
        ph = "" if minute in {50, 51} else "7"
        lines.append(f"2026-01-01T{minute // 60:02d}:{minute % 60:02d}:00+09:00,{ph},{tn}")
    rows = rows_of(read("\n".join(lines) + "\n"))
    assert [(c, t) for c, t, v in rows if v is None and c == 0] == [(0, 50), (0, 51)]
    assert [(t, v) for c, t, v in rows if c == 2] == [(5, 40), (35, 40), (65, None), (95, None)]


def test_the_first_row_of_a_file_can_be_a_missing_reading(read):
    rows = rows_of(
        read("time,inlet.ph,inlet.tn\n2026-01-01T00:00:00+09:00,,\n2026-01-01T00:01:00+09:00,7,\n")
    )
    assert rows == [(0, 0, None), (0, 1, 7.0)]


def test_a_file_cut_in_two_reads_as_one(tmp_path, works):
    lines = [
        f"2026-01-01T{m // 60:02d}:{m % 60:02d}:00+09:00,{7 if m % 7 else ''},{40 if m % 70 == 5 else ''}"
        for m in range(400)
    ]
    header = "time,inlet.ph,inlet.tn"
    whole, first, second = (tmp_path / name for name in ("whole.csv", "a.csv", "b.csv"))
    for path, part in ((whole, lines), (first, lines[:133]), (second, lines[133:])):
        path.write_text("\n".join([header, *part, ""]))
    assert rows_of(read_readings([whole], works)) == rows_of(read_readings([first, second], works))


def test_a_last_line_without_an_end_is_left_out_and_told(read):
    result = read("time,inlet.ph\n2026-01-01T00:00:00+09:00,7.1\n2026-01-01T00:01:00+09:00,7.")
    assert rows_of(result) == [(0, 0, 7.1)]
    (said,) = map(str, result.warnings)
    assert said.endswith(
        "day.csv, line 3 has no line end, so its last value may be cut short: the line was left "
        "out; end it to have it read"
    )


def test_columns_with_names_of_their_own_are_read_as_what_they_are(read):
    columns = {"TIMESTAMP": "time", "PH_IN": "inlet.ph", "PH_ST": "inlet.ph:status"}
    wide = read("TIMESTAMP,PH_IN,PH_ST\n2026-01-01T00:00+09:00,7.1,5\n", columns=columns)
    assert rows_of(wide) == [(0, 0, 7.1)]
    assert wide.rows.status.tolist() == [Status.COMM_FAIL]
    columns = {"TAG": "channel", "PH_IN": "inlet.ph", "V": "value", "T": "time"}
    long = read("T,TAG,V\n2026-01-01T00:00+09:00,PH_IN,7.1\n", columns=columns)
    assert rows_of(long) == [(0, 0, 7.1)]


def test_words_are_missing_readings_and_each_is_told_once(read):
    result = read(
        "time,inlet.ph,inlet.ec\n"
        "2026-01-01T00:00:00+09:00,Bad,700\n2026-01-01T00:01:00+09:00,Bad,n/a\n"
        "2026-01-01T00:02:00+09:00,7,-\n2026-01-01T00:03:00+09:00,NaN,1\n"
    )
    assert result.missing == 5
    said = [str(warning) for warning in result.warnings]
    assert '2 cells say "Bad" instead of a number: taken as missing' in said
    assert '1 cells say "NaN" instead of a number: taken as missing' in said
    assert len(said) == 4


def test_infinite_and_enormous_values_are_kept_as_they_came(read):
    result = read(
        "time,inlet.ph,inlet.ec\n2026-01-01T00:00:00Z,inf,1e308\n2026-01-01T00:01:00Z,-inf,-1\n"
    )
    assert result.rows.value.tolist() == [np.inf, 1e308, -np.inf, -1]
    assert result.missing == 0


def test_status_is_read_beside_the_value_as_word_or_code(read):
    result = read(
        "time,inlet.ph,inlet.ph:status,inlet.ec\n2026-01-01T00:00:00Z,7,calibrating,1\n"
        "2026-01-01T00:01:00Z,7,04,1\n2026-01-01T00:02:00Z,,5,1\n2026-01-01T00:03:00Z,7,,1\n"
    )
    status = result.rows.status[result.rows.channel == 0].tolist()
    assert status == [Status.CALIBRATING, Status.MAINTENANCE, Status.COMM_FAIL, Status.NORMAL]


def test_reversed_times_are_sorted_and_told(read):
    result = read(
        "time,inlet.ph\n2026-01-01T00:00:00+09:00,1\n2026-01-01T00:03:00+09:00,4\n"
        "2026-01-01T00:01:00+09:00,2\n2026-01-01T00:02:00+09:00,3\n"
    )
    assert [value for *_, value in rows_of(result)] == [1, 2, 3, 4]
    assert str(result.warnings[0]).endswith(
        "day.csv: 2 rows were out of time order, the first on line 4: sorted"
    )


def test_a_long_file_that_goes_channel_by_channel_is_in_order(read):
    result = read(
        "time,channel,value\n2026-01-01T00:00Z,inlet.ph,7\n2026-01-01T00:01Z,inlet.ph,7\n"
        "2026-01-01T00:00Z,inlet.ec,7\n"
    )
    assert result.warnings == ()


def test_of_repeated_readings_the_first_is_kept_and_conflicts_are_counted(read):
    result = read(
        "time,channel,value\n2026-01-01T00:00Z,inlet.ph,7\n2026-01-01T00:00Z,inlet.ph,7\n"
        "2026-01-01T00:00Z,inlet.ph,9\n"
    )
    assert result.rows.value.tolist() == [7]
    assert (result.duplicates, result.conflicts) == (2, 1)
    assert "2 rows repeat a channel and time already read (1 with another value)" in str(
        result.warnings[0]
    )


def test_a_hundred_thousand_dead_minutes_of_a_slow_analyser_are_marked_at_its_interval(read):
    from mulmok.source.files.due import missing_cells

    at = np.arange(100_000, dtype=np.int64) * MINUTE
    missing = missing_cells(at, np.ones(100_000, bool), 30 * MINUTE, MINUTE, 0)
    assert np.unique(np.diff(at[missing])).tolist() == [30 * MINUTE]


def parquet(**columns) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def test_parquet_takes_timestamps_text_and_dictionaries(read):
    at = pa.array([T0, T0 + MINUTE], pa.timestamp("ns", "Asia/Seoul"))
    text = pa.array(["2025-12-31T15:00:00Z", "2025-12-31T15:01:00Z"])
    want = [(0, 0, 7.0), (0, 1, 8.0)]
    wide = parquet(**{"time": at, "inlet.ph": pa.array([7, 8], pa.float32())})
    long = parquet(
        time=text, channel=pa.array(["inlet.ph"] * 2).dictionary_encode(), value=pa.array([7, 8])
    )
    assert rows_of(read(wide, name="a.parquet")) == want
    assert rows_of(read(long, name="b.parquet")) == want


def test_naive_parquet_times_are_read_in_the_zone_given(read):
    moved = pa.array([1_767_225_600_000], pa.timestamp("ms"))
    result = read(
        parquet(**{"time": moved, "inlet.ph": [7.0]}), name="a.parquet", zone="Asia/Seoul"
    )
    assert rows_of(result) == [(0, 0, 7.0)]


def test_messages_are_cut_at_whole_spans_and_hold_every_row(read):
    lines = [f"2026-01-{1 + h // 24:02d}T{h % 24:02d}:00:00Z,7" for h in range(60)]
    result = read("time,inlet.ph\n" + "\n".join([*lines, ""]))
    messages = list(chunks(result.rows, DAY))
    assert [len(message) for message in messages] == [24, 24, 12]
    assert all(int(m.at[0]) % DAY == 0 for m in messages)
    assert np.concatenate([m.at for m in messages]).tolist() == result.rows.at.tolist()

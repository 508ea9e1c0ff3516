"""What is written is read back the same."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from mulmok.model.errors import InputError, MulmokError
from mulmok.model.status import Status
from mulmok.model.time import HOUR, MINUTE, parse_instant
from mulmok.source.files.read import read_readings
from mulmok.source.files.rows import Rows, in_order
from mulmok.source.files.write import Piece, write_readings

T0 = parse_instant("2026-03-28T23:00:00Z")


def some_rows() -> Rows:
    """Some hours of the small works, with missing readings, statuses and odd values."""
    channel, at, value, status = [], [], [], []
    for minute in range(200):
        for index in (0, 1, 2):
            if index == 2 and minute % 30:
                continue
            channel.append(index)
            at.append(T0 + minute * MINUTE)
            value.append(float("nan") if minute % 17 == 3 else minute / 7 - 3)
            status.append(Status.COMM_FAIL if minute % 17 == 3 else Status.NORMAL)
    value[5] = 1e308
    return Rows(
        np.array(channel, np.int16),
        np.array(at, np.int64),
        np.array(value, np.float64),
        np.array(status, np.uint8),
    )


def same(left: Rows, right: Rows) -> bool:
    return all(
        np.array_equal(getattr(left, name), getattr(right, name), equal_nan=name == "value")
        for name in ("channel", "at", "value", "status")
    )


def ids(works):
    return [channel.id for channel in works]


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".xlsx"])
@pytest.mark.parametrize("shape", ["wide", "long"])
@pytest.mark.parametrize("zone", [None, "Asia/Seoul", "Europe/Brussels"])
def test_readings_come_back_as_they_were_written(tmp_path, works, suffix, shape, zone):
    rows, path = some_rows(), tmp_path / f"out{suffix}"
    hours = [rows.take(rows.at // HOUR == hour) for hour in np.unique(rows.at // HOUR)]
    flag = np.full(len(rows), 3, np.uint8)
    pieces = [Piece(hour, flag[: len(hour)]) for hour in hours]
    count = write_readings(path, pieces, ids(works), shape=shape, flags=True, zone=zone)
    assert count == len(rows)
    back = read_readings([path], works).rows
    if suffix == ".xlsx":  # a workbook holds 16 digits
        assert np.allclose(back.value, rows.value, rtol=1e-15, atol=0, equal_nan=True)
        back = Rows(back.channel, back.at, rows.value, back.status)
    assert same(back, rows)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


readings = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(0, 500),
        st.floats(allow_nan=True, allow_infinity=True),
        st.sampled_from(list(Status)),
    ),
    min_size=1,
    unique_by=lambda row: row[:2],
)


@settings(max_examples=60)
@given(readings, st.sampled_from(["wide", "long"]))
def test_any_readings_survive_csv(tmp_path, works, drawn, shape):
    columns = list(zip(*drawn, strict=True))
    rows = in_order(
        Rows(
            np.array(columns[0], np.int16),
            np.array(columns[1], np.int64) * MINUTE + T0,
            np.array(columns[2], np.float64),
            np.array(columns[3], np.uint8),
        )
    )
    path = tmp_path / "any.csv"
    write_readings(path, [Piece(rows)], ids(works), shape=shape)
    result = read_readings([path], works)
    # A wide file cannot tell "nothing came" from "nothing was due": rows may be marked missing.
    kept = np.isin(result.rows.at * 8 + result.rows.channel, rows.at * 8 + rows.channel)
    assert same(result.rows.take(kept), rows)
    assert np.isnan(result.rows.value[~kept]).all()
    assert shape == "wide" or kept.all()


def test_a_channel_named_like_a_formula_is_guarded(tmp_path):
    rows = Rows(np.zeros(1, np.int16), np.array([T0]), np.array([-7.5]), np.zeros(1, np.uint8))
    path = tmp_path / "out.csv"
    write_readings(path, [Piece(rows)], ["=HYPERLINK(0)"], shape="long")
    cells = list(csv.reader(path.read_text().splitlines()))
    assert cells[1][1:3] == ["'=HYPERLINK(0)", "-7.5"]
    book = tmp_path / "out.xlsx"
    write_readings(book, [Piece(rows)], ["=HYPERLINK(0)"], shape="wide")
    sheet = CalamineWorkbook.from_path(str(book)).get_sheet_by_index(0).to_python()
    assert sheet[0][1] == "'=HYPERLINK(0)"


def test_a_name_nobody_can_write_and_a_folder_that_is_not_there(tmp_path, works):
    with pytest.raises(InputError, match=r"want a name that ends in \.csv, \.parquet or \.xlsx"):
        write_readings(tmp_path / "out.doc", [], ids(works))
    for suffix in (".csv", ".parquet", ".xlsx"):
        with pytest.raises(MulmokError, match="cannot be written: "):
            write_readings(tmp_path / "no" / f"out{suffix}", [Piece(some_rows())], ids(works))


def test_a_name_too_long_is_told_with_the_reason_and_no_name_of_ours(tmp_path, works):
    for suffix in (".csv", ".parquet", ".xlsx"):
        with pytest.raises(MulmokError, match="cannot be written: File name too long") as told:
            write_readings(tmp_path / ("x" * 4000 + suffix), [Piece(some_rows())], ids(works))
        assert ".part" not in str(told.value)
        assert len(str(told.value)) < 300

"""The folder into which files are dropped."""

from __future__ import annotations

import asyncio
import errno
import os

import pytest
from unit.source.dropping import HEAD, NEXT, ROW, Drop

from mulmok.model.errors import SourceError
from mulmok.source.files.form import Form
from mulmok.source.files.states import PATIENCE


@pytest.fixture
def drop(tmp_path, works):
    return Drop(tmp_path, works)


def test_a_file_is_taken_once_when_it_no_longer_grows(tmp_path, drop):
    path = tmp_path / "a.csv"
    path.write_text(HEAD + ROW)
    drop.look()
    path.write_text(HEAD + ROW + NEXT)
    drop.look()
    assert drop.arrivals == []
    drop.look(5)
    assert [len(arrival) for arrival in drop.arrivals] == [4]


def test_a_file_taken_before_is_not_taken_again_after_a_restart(tmp_path, drop, works):
    (tmp_path / "a.csv").write_text(HEAD + ROW)
    drop.look(3)
    again = Drop(tmp_path, works)
    again.look(5)
    assert again.arrivals == []


def test_a_file_not_on_disk_yet_is_not_remembered_as_taken(tmp_path, drop):
    (tmp_path / "a.csv").write_text(HEAD + ROW)

    async def refuse(_):
        raise RuntimeError("disk full")

    drop.look()
    with pytest.raises(RuntimeError):
        asyncio.run(drop.driver.look(refuse))
    assert drop.driver.ledger.of("a.csv") is None
    drop.look()
    assert len(drop.arrivals) == 1


@pytest.mark.parametrize("restarted", [False, True])
def test_of_a_file_that_grows_only_what_is_new_is_taken(tmp_path, drop, works, restarted):
    path = tmp_path / "a.csv"
    path.write_text(HEAD + ROW)
    drop.look(3)
    path.write_text(HEAD + ROW + NEXT.replace("700", "701"))
    later = Drop(tmp_path, works) if restarted else drop
    later.look(3)
    assert later.values[-2:] == [7.0, 701.0]
    assert len(drop.values + later.values if restarted else later.values) == 4


def test_an_empty_cell_of_a_file_that_grows_is_no_missing_analyser_result(tmp_path, drop):
    """The 30-min analyser owes nothing a minute after its result, however the file is cut."""
    path, row = tmp_path / "a.csv", "2026-01-01T00:{:02d}:00Z,{}\n"
    head = "time,inlet.tn\n"
    path.write_text(head + row.format(0, "40"))
    drop.look(3)
    path.write_text(head + row.format(0, "40") + "".join(row.format(m, "") for m in range(1, 5)))
    drop.look(3)
    assert drop.values == [40.0]


def test_a_value_cut_short_is_not_taken_and_the_true_one_is(tmp_path, drop):
    path = tmp_path / "cut.csv"
    path.write_text(HEAD + ROW + "2026-01-01T00:01:00Z,7.11,4")
    drop.look(10)
    assert drop.values == [7.0, 700.0]
    path.write_text(HEAD + ROW + "2026-01-01T00:01:00Z,7.11,413\n")
    drop.look(3)
    assert drop.values == [7.0, 700.0, 7.11, 413.0]
    assert drop.said == []
    assert drop.trouble is None


def test_a_last_line_that_stays_without_an_end_is_told_of_once(tmp_path, drop):
    path = tmp_path / "a.csv"
    path.write_text(HEAD + ROW + NEXT[:-1])
    drop.look(PATIENCE - 5)
    assert drop.said == []
    drop.look(2 * PATIENCE)
    (said,) = drop.said
    assert said == (
        "a.csv, line 3 has no line end, so its last value may be cut short: the line was left out; "
        "end it to have it read"
    )
    assert drop.trouble is None
    assert len(drop.values) == 2


def test_a_file_with_no_whole_line_of_readings_is_trouble_once_it_stays_so(tmp_path, drop):
    path = tmp_path / "a.csv"
    path.write_text(HEAD + "2026-01-01T00:01")
    drop.look(10)
    assert drop.trouble is None
    drop.look(PATIENCE)
    assert drop.said == [
        "a.csv, line 2 has 1 of 3 fields and no line end: is the file still being written?"
    ]
    assert drop.trouble == drop.said[0]
    path.write_text(HEAD + ROW)
    drop.look(3)
    assert len(drop.values) == 2
    assert drop.trouble is None


@pytest.mark.parametrize("content", ["", HEAD])
def test_a_file_in_which_nothing_stands_yet_is_told_of_and_no_trouble(tmp_path, drop, content):
    (tmp_path / "a.csv").write_text(content)
    drop.look(2 * PATIENCE)
    assert len(drop.said) == 1
    assert drop.said[0].startswith("a.csv: ")
    assert drop.trouble is None


def test_a_file_written_anew_brings_its_new_readings_and_the_first_value_stays(tmp_path, drop):
    path = tmp_path / "latest.csv"
    path.write_text(HEAD + ROW + NEXT)
    drop.look(3)
    later = NEXT.replace("00:01", "00:02")
    path.write_text(HEAD + NEXT.replace("700", "999") + later)
    drop.look(3)
    assert [len(arrival) for arrival in drop.arrivals] == [4, 2]
    assert drop.said == [
        "latest.csv: 1 readings differ from what was taken of it before: what came first stays"
    ]


WRONG = "time,inlet.xx\n2026-01-01T00:00:00Z,1\n"


def test_a_wrong_file_is_reported_once_and_is_trouble_until_it_is_mended(tmp_path, drop):
    path = tmp_path / "a.csv"
    path.write_text(WRONG)
    drop.look(20)
    assert drop.arrivals == []
    assert len(drop.said) == 1
    assert drop.said[0].startswith('a.csv: the site has no channel "inlet.xx"')
    assert path.exists()
    assert drop.trouble == drop.said[0]
    (tmp_path / "b.csv").write_text(HEAD + ROW)
    drop.look(3)
    assert len(drop.values) == 2
    assert drop.trouble == drop.said[0], "good files do not hide a wrong one"
    path.write_text(HEAD + NEXT)
    drop.look(3)
    assert drop.trouble is None


def test_a_wrong_file_that_is_removed_is_no_more_trouble(tmp_path, drop):
    (tmp_path / "a.csv").write_text(WRONG)
    (tmp_path / "b.csv").write_bytes(b"\x00\x01\x02")
    drop.look(3)
    assert drop.trouble.startswith('a.csv: the site has no channel "inlet.xx"')
    assert drop.trouble.endswith("(refused besides: 1)")
    (tmp_path / "a.csv").unlink()
    drop.look()
    assert drop.trouble == "b.csv: this is no text: want CSV, Parquet or XLSX"
    (tmp_path / "b.csv").unlink()
    drop.look()
    assert drop.trouble is None


def test_a_wrong_file_is_trouble_again_after_a_restart(tmp_path, drop, works):
    (tmp_path / "a.csv").write_text(WRONG)
    drop.look(3)
    again = Drop(tmp_path, works)
    again.look(3)
    assert again.said == drop.said
    assert again.trouble == drop.trouble


def test_times_without_an_offset_need_the_sources_zone(tmp_path, drop, works):
    (tmp_path / "a.csv").write_text(HEAD + "2026-01-01 09:00,7,700\n")
    drop.look(3)
    assert drop.trouble == (
        'a.csv: naive time "2026-01-01 09:00" on line 2: write an offset such as +09:00, or give '
        'the source the zone of its files: zone = "works" or zone = "Asia/Seoul"'
    )
    zoned = Drop(tmp_path, works, Form(zone="Asia/Seoul"))
    zoned.look(3)
    assert (
        zoned.arrivals[0].at.astype("datetime64[ns]").astype(str).tolist()
        == ["2026-01-01T00:00:00.000000000"] * 2
    )


def test_an_export_with_names_of_its_own_is_taken_with_its_columns_named(tmp_path, works):
    form = Form("Asia/Seoul", "%d-%m-%Y %H:%M", columns={"TIMESTAMP": "time", "PH_IN": "inlet.ph"})
    (tmp_path / "a.csv").write_text("TIMESTAMP;PH_IN\n05-01-2026 09:00;7.1\n")
    drop = Drop(tmp_path, works, form)
    drop.look(3)
    assert drop.said == []
    assert drop.values == [7.1]


def test_a_folder_that_is_gone_is_a_failure_of_the_source(tmp_path, works):
    drop = Drop(tmp_path, works)
    drop.driver._place.path = tmp_path / "gone"
    with pytest.raises(SourceError, match=r"the folder .* cannot be read: No such file"):
        drop.look()


def test_a_ledger_cut_short_by_a_crash_keeps_what_was_whole(tmp_path, drop, works):
    (tmp_path / "a.csv").write_text(HEAD + ROW)
    drop.look(3)
    with (tmp_path / "drop.taken").open("a") as lines:
        lines.write('{"file": "b.csv", "si')
    again = Drop(tmp_path, works)
    again.look(3)
    assert again.arrivals == []
    (tmp_path / "b.csv").write_text(HEAD + NEXT)
    again.look(3)
    last = Drop(tmp_path, works)
    last.look(3)
    assert last.arrivals == []


def test_a_name_that_is_no_text_is_taken_and_remembered(tmp_path, drop, works):
    """Old Korean systems write names in CP949."""
    (tmp_path / os.fsdecode(b"\xc0\xaf\xc0\xd4.csv")).write_text(HEAD + ROW)
    drop.look(3)
    assert len(drop.arrivals) == 1
    again = Drop(tmp_path, works)
    again.look(3)
    assert again.arrivals == []


def test_a_disk_that_takes_no_note_makes_the_source_fail_and_nothing_come_twice(tmp_path, drop):
    (tmp_path / "a.csv").write_text(HEAD + ROW)
    note = drop.driver.ledger.note

    def refuse(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    drop.driver.ledger.note = refuse
    drop.look()
    for _ in range(3):
        with pytest.raises(SourceError, match=r"a\.csv was taken.*No space left"):
            drop.look()
    drop.driver.ledger.note = note
    drop.look()
    assert len(drop.arrivals) == 1
    assert drop.driver.ledger.of("a.csv") is not None

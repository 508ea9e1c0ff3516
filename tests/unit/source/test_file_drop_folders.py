"""What else lies in a folder into which files are dropped, and what becomes of it."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from unit.source.dropping import HEAD, NEXT, ROW, Drop

from mulmok.model.errors import SourceError
from mulmok.model.status import Status
from mulmok.model.time import HOUR
from mulmok.source.files import reach
from mulmok.source.files.folder import may_be_readings, shown
from mulmok.source.files.form import Form
from mulmok.source.files.states import PATIENCE
from mulmok.source.signal import Signal
from mulmok_testing.clock import SettableClock


@pytest.fixture
def drop(tmp_path, works):
    return Drop(tmp_path, works)


@pytest.mark.parametrize(
    "name",
    [
        ".hidden.csv", ".in.a.csv.", "~$book.xlsx", "~a.csv", "a.csv.part", "a.csv.filepart",
        "a.csv.tmp", "a.part.csv", "a.tmp.xlsx", "a.csv.crdownload", "a.doc", "csv",
    ],
)  # fmt: skip
def test_what_is_temporary_or_no_readings_file_by_its_name_is_left_alone(tmp_path, drop, name):
    (tmp_path / name).write_text("nothing anybody could read")
    drop.look(PATIENCE + 5)
    assert (drop.arrivals, drop.said, drop.trouble) == ([], [], None)
    assert not may_be_readings(name)


def test_a_file_that_comes_by_a_temporary_name_is_taken_under_its_own(tmp_path, drop):
    (tmp_path / "a.csv.filepart").write_text(HEAD + ROW)
    drop.look(3)
    (tmp_path / "a.csv.filepart").rename(tmp_path / "a.csv")
    drop.look(3)
    assert len(drop.values) == 2


def test_a_file_whose_time_is_long_ago_is_taken_like_any_other(tmp_path, drop):
    """FTP servers keep the time the file had where it came from."""
    (tmp_path / "a.csv").write_text(HEAD + ROW)
    os.utime(tmp_path / "a.csv", (1_000_000_000, 1_000_000_000))
    drop.look(3)
    assert len(drop.values) == 2


def test_folders_in_the_folder_are_looked_into_when_asked(tmp_path, works, drop):
    day = tmp_path / "2026" / "01" / "05"
    day.mkdir(parents=True)
    (day / "a.csv").write_text(HEAD + ROW)
    (tmp_path / "a.csv").write_text(HEAD + NEXT)
    drop.look(3)
    assert len(drop.values) == 2
    deep = Drop(tmp_path, works, recursive=True)
    deep.look(3)
    assert len(deep.values) == 2, "the one above is known already"
    again = Drop(tmp_path, works, recursive=True)
    again.look(3)
    assert again.values == []


def test_a_pipe_or_a_folder_named_like_a_file_holds_nobody_up(tmp_path, drop):
    os.mkfifo(tmp_path / "a.csv")
    (tmp_path / "b.csv").mkdir()
    (tmp_path / "c.csv").write_text(HEAD + ROW)
    drop.look(3)
    assert len(drop.values) == 2


def test_a_folder_that_vanishes_and_comes_back_goes_on_where_it_was(tmp_path, works):
    incoming, away = tmp_path / "share", tmp_path / "away"
    incoming.mkdir()
    drop = Drop(incoming, works)
    drop.driver.ledger.path = tmp_path / "share.taken"
    (incoming / "a.csv").write_text(HEAD + ROW)
    drop.look(3)
    incoming.rename(away)
    with pytest.raises(SourceError, match="cannot be read: No such file"):
        drop.look()
    incoming.mkdir()  # a drive that is not mounted is an empty folder
    drop.look(2)
    incoming.rmdir()
    away.rename(incoming)
    (incoming / "a.csv").write_text(HEAD + ROW + NEXT)
    drop.look(3)
    assert len(drop.values) == 4


def test_a_file_that_vanishes_between_two_looks_is_no_fault(tmp_path, drop):
    (tmp_path / "a.csv").write_text(HEAD + ROW)
    drop.look()
    (tmp_path / "a.csv").unlink()
    drop.look(2)
    assert (drop.arrivals, drop.said, drop.trouble) == ([], [], None)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="needs users as Unix has them")
def test_a_file_another_program_holds_is_waited_for_and_then_told_of(works):
    """What a spreadsheet has open, Windows lets nobody read."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    held = folder / "a.csv"
    held.write_text(HEAD + ROW)
    held.chmod(0o000)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        drop = Drop(folder, works)
        drop.look(PATIENCE)
        assert (drop.said, drop.trouble) == ([], None)
        drop.look(5)
        assert drop.said == [
            "a.csv cannot be read: Permission denied: is it open in another program?"
        ]
        assert drop.trouble == drop.said[0]
        if root:
            os.seteuid(0)
        held.chmod(0o644)
        if root:
            os.seteuid(65534)
        drop.look(2)
        assert (len(drop.values), drop.trouble) == (2, None)
    finally:
        if root:
            os.seteuid(0)
        shutil.rmtree(folder)


def test_a_file_that_is_too_large_is_refused_with_its_size_and_a_way_out(tmp_path, drop):
    with (tmp_path / "a.csv").open("w") as huge:
        huge.write(HEAD + ROW)
        huge.truncate(2**30)  # a gigabyte of which nothing is on the disk
    drop.look(3)
    assert drop.arrivals == []
    assert drop.trouble == (
        "a.csv has 1024 MB, at most 64 MB are taken from a folder: have it written in pieces, or "
        "bring it in with mulmok import"
    )
    drop.look(5)
    assert len(drop.said) == 1


def test_a_file_that_grows_while_it_is_read_is_read_again(tmp_path, drop, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_text(HEAD + ROW)
    drop.look()
    real = os.fdopen

    def slow(handle, mode):
        path.write_text(HEAD + ROW + NEXT)
        return real(handle, mode)

    monkeypatch.setattr(reach.os, "fdopen", slow)
    drop.look()
    monkeypatch.undo()
    assert drop.arrivals == []
    drop.look(3)
    assert len(drop.values) == 4


def test_names_in_old_korean_are_said_as_they_are_meant(tmp_path, drop):
    name = os.fsdecode("유입수질.csv".encode("cp949"))
    (tmp_path / name).write_text("time,inlet.xx\n2026-01-01T00:00:00Z,1\n")
    drop.look(3)
    assert drop.trouble.startswith('유입수질.csv: the site has no channel "inlet.xx"')
    assert shown(os.fsdecode(b"\xff\xfe.csv")) == "\\xff\\xfe.csv"


def test_after_a_restart_a_file_that_looks_as_it_did_is_not_read_again(tmp_path, drop, works):
    (tmp_path / "a.csv").write_text(HEAD + ROW)
    drop.look(3)
    line = json.loads((tmp_path / "drop.taken").read_text())
    assert line["changed"] == (tmp_path / "a.csv").stat().st_mtime_ns
    again = Drop(tmp_path, works)
    again.look()
    assert list(again.driver._states.settled) == ["a.csv"], "at the first look"


def test_the_ledger_of_a_file_that_grows_for_a_year_stays_short(tmp_path, drop, monkeypatch):
    from mulmok.source.files import ledger

    monkeypatch.setattr(ledger, "_MORE", 5)
    for minute in range(20):
        rows = "".join(ROW.replace("00:00:00", f"00:{m:02d}:00") for m in range(minute + 1))
        (tmp_path / "a.csv").write_text(HEAD + rows)
        drop.look(3)
    assert len(drop.values) == 40
    assert len((tmp_path / "drop.taken").read_text().splitlines()) <= 8


def test_what_stood_last_is_shown_with_its_file_and_line(tmp_path, works):
    clock = SettableClock(HOUR)
    drop = Drop(tmp_path, works, Form(signals={0: Signal(scale=0.01)}), clock=clock)
    assert drop.driver.seen() == {}
    (tmp_path / "a.csv").write_text(HEAD + ROW + "2026-01-01T00:01:00Z,713,\n")
    drop.look(3)
    seen = drop.driver.seen()
    assert (seen[0].place, seen[0].raw, seen[0].number) == ("a.csv, line 3", "713", 713.0)
    assert (seen[0].value, seen[0].status, seen[0].received_at) == (7.13, Status.NORMAL, HOUR)
    assert (seen[1].place, seen[1].raw) == ("a.csv, line 2", "700")
    (tmp_path / "older.csv").write_text(HEAD + ROW.replace("2026", "2025"))
    drop.look(3)
    assert drop.driver.seen()[0].place == "a.csv, line 3", "older readings do not stand for newer"


def test_a_column_that_is_gone_costs_its_channel_and_is_told_of(tmp_path, works):
    form = Form(
        columns={"PH": "inlet.ph", "EC": "inlet.ec"}, told=frozenset({"inlet.ph", "inlet.ec"})
    )
    drop = Drop(tmp_path, works, form)
    (tmp_path / "a.csv").write_text(HEAD.replace("inlet.ph,inlet.ec", "PH,X") + ROW)
    drop.look(3)
    assert drop.values == [7.0]
    assert drop.trouble == 'a.csv has no column "EC": is it another now?'
    (tmp_path / "b.csv").write_text(HEAD.replace("inlet.ph,inlet.ec", "PH,EC") + NEXT)
    drop.look(3)
    assert drop.trouble is None


def test_a_comma_before_decimals_is_refused_with_the_setting_that_would_read_it(tmp_path, drop):
    (tmp_path / "a.csv").write_text("time;inlet.ph\n2026-01-01T00:00:00Z;7,1\n")
    drop.look(3)
    assert drop.trouble == (
        'a.csv, line 2: inlet.ph has "7,1": want a decimal point, as in 7.1, or tell the source: '
        'decimal = "," or "."'
    )


def test_who_only_looks_sees_the_newest_files_at_once(tmp_path, works):
    for number in range(6):
        path = tmp_path / f"{number}.csv"
        path.write_text(HEAD + ROW.replace("00:00:00", f"00:0{number}:00"))
        os.utime(path, (1_767_571_200 + number, 1_767_571_200 + number))
    drop = Drop(tmp_path, works, trial=True)
    drop.look()
    assert len(drop.values) == 6
    assert drop.driver.seen()[0].place == "5.csv, line 2"

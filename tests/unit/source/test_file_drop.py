"""The folder into which files are dropped."""

from __future__ import annotations

import asyncio
import errno
import os

import pytest

from mulmok.model.errors import SourceError
from mulmok.source.files.driver import PATIENCE, FilesDriver
from mulmok.source.files.ledger import Ledger

HEAD = "time,inlet.ph,inlet.ec\n"
ROW = "2026-01-01T00:00:00Z,7,700\n"


class Drop:
    def __init__(self, folder, works):
        self.arrivals, self.said, self.done = [], [], set()
        self.driver = FilesDriver(
            folder, works, self.done, lambda message: self.said.append(str(message))
        )

    async def deliver(self, arrival):
        self.arrivals.append(arrival)

    def look(self, times=1):
        for _ in range(times):
            asyncio.run(self.driver.look(self.deliver))


@pytest.fixture
def drop(tmp_path, works):
    return Drop(tmp_path, works)


def test_a_file_is_taken_once_when_it_no_longer_grows(tmp_path, drop):
    path = tmp_path / "a.csv"
    path.write_text(HEAD + ROW)
    drop.look()
    path.write_text(HEAD + ROW + ROW.replace("00:00:00", "00:01:00"))
    drop.look()
    assert drop.arrivals == []
    drop.look(5)
    assert [len(arrival) for arrival in drop.arrivals] == [4]


def test_a_file_taken_before_is_not_taken_again_after_a_restart(tmp_path, drop, works):
    (tmp_path / "a.csv").write_text(HEAD + ROW)
    drop.look(3)
    again = Drop(tmp_path, works)
    again.driver.done = drop.done
    again.look(5)
    assert again.arrivals == []


def test_a_file_not_on_disk_yet_is_not_remembered_as_taken(tmp_path, drop):
    (tmp_path / "a.csv").write_text(HEAD + ROW)

    async def refuse(_):
        raise RuntimeError("disk full")

    drop.look()
    with pytest.raises(RuntimeError):
        asyncio.run(drop.driver.look(refuse))
    assert drop.done == set()
    drop.look()
    assert len(drop.arrivals) == 1


def test_a_half_written_file_is_waited_for_and_then_reported_once(tmp_path, drop):
    path = tmp_path / "a.csv"
    path.write_text(HEAD + ROW + "2026-01-01T00:01")
    drop.look(10)
    assert drop.arrivals == []
    assert drop.said == []
    drop.look(PATIENCE + 5)
    assert drop.said == ["a.csv, line 3 has 1 of 3 fields: is the file still being written?"]
    path.write_text(HEAD + ROW)
    drop.look(3)
    assert len(drop.arrivals) == 1


def test_a_wrong_file_is_reported_once_and_left_where_it_is(tmp_path, drop):
    path = tmp_path / "a.csv"
    path.write_text("time,inlet.xx\n2026-01-01T00:00:00Z,1\n")
    drop.look(20)
    assert drop.arrivals == []
    assert len(drop.said) == 1
    assert drop.said[0].startswith('a.csv: the site has no channel "inlet.xx"')
    assert path.exists()


def test_a_folder_that_is_gone_is_a_failure_of_the_source(tmp_path, works):
    with pytest.raises(SourceError, match=r"the folder .* cannot be read: No such file"):
        Drop(tmp_path / "gone", works).look()


def test_a_name_that_is_no_text_is_taken_and_remembered(tmp_path, works):
    """Old Korean systems write names in CP949."""
    folder, ledger = tmp_path / "in", tmp_path / "in.taken"
    folder.mkdir()
    (folder / os.fsdecode(b"\xc0\xaf\xc0\xd4.csv")).write_text(HEAD + ROW)
    for taken in (1, 0):
        drop = Drop(folder, works)
        drop.driver.done = Ledger(ledger)
        drop.look(3)
        assert len(drop.arrivals) == taken


def test_a_disk_that_takes_no_note_makes_the_source_fail_and_nothing_come_twice(tmp_path, works):
    (tmp_path / "a.csv").write_text(HEAD + ROW)
    drop = Drop(tmp_path, works)

    class Full(set):
        room = False

        def add(self, key):
            if not self.room:
                raise OSError(errno.ENOSPC, "No space left on device")
            super().add(key)

    drop.driver.done = Full()
    drop.look()
    for _ in range(3):
        with pytest.raises(SourceError, match=r"a\.csv was taken.*No space left"):
            drop.look()
    drop.driver.done.room = True
    drop.look()
    assert len(drop.arrivals) == 1
    assert len(drop.driver.done) == 1

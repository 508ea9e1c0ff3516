"""What can be wrong with the disk and the file: one clear sentence each, nothing half done."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from integration.store.making import IDS, START, judgement, minutes, readings

from mulmok.model.errors import StoreError
from mulmok.model.judgement import Judgement
from mulmok.model.message import Tick
from mulmok.store import connect
from mulmok.store.query import Query
from mulmok.store.sqlite import FILE, Store


def message(told: pytest.ExceptionInfo[StoreError]) -> str:
    return str(told.value)


def test_a_full_disk_refuses_the_group_and_takes_it_once_there_is_space(store: Store):
    rows = {0: minutes(START, 2000), 1: minutes(START, 2000)}
    group = [(readings(rows), judgement(rows))]
    pages = store.connection.execute("PRAGMA page_count").fetchone()[0]
    store.connection.execute(f"PRAGMA max_page_count = {pages + 3}")
    for _ in range(2):
        with pytest.raises(StoreError) as told:
            store.write(group, received_at=1)
        assert message(told) == (
            f"{store.path}: the disk is full; nothing was lost that was acknowledged. "
            "Free some space: mulmok goes on by itself"
        )
        assert store.last_seq() == 0
        assert store.is_empty()
    store.connection.execute(f"PRAGMA max_page_count = {pages + 1000}")
    assert store.write(group, received_at=1) == [1]
    with store.query() as query:
        assert len(query.rows("inlet.ph", START, START + 10**18)) == 2000


CHILD = """
import resource, signal, sys
from pathlib import Path
from mulmok.model.errors import StoreError
from mulmok.model.judgement import Judgement
from mulmok.model.message import Command, Action
from mulmok.store.sqlite import Store

store = Store.open(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
kept = 0
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
try:
    while True:
        order = Command(kept, "kim", Action.ACKNOWLEDGE, "a", "x" * 20_000)
        kept = store.write([(order, Judgement())], received_at=1)[-1]
except StoreError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assert store.last_seq() == kept
assert store.write([(order, Judgement())], received_at=1) == [kept + 1]
print(kept, [seq for seq, _ in store.journal(0)] == list(range(1, kept + 2)))
"""


def test_a_quota_refuses_the_write_and_leaves_what_was_acknowledged(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path)], capture_output=True, text=True, check=True
    )
    said, kept = done.stdout.splitlines()
    assert said == (
        f"{tmp_path / FILE}: the disk does not do what it is told (disk I/O error); "
        "check the disk and its quota"
    )
    number, complete = kept.split()
    assert int(number) > 0
    assert complete == "True"


def test_two_mulmoks_cannot_share_a_folder(store: Store):
    with pytest.raises(StoreError) as told:
        Store.open(store.folder)
    assert message(told) == (
        f"{store.folder} is in use by another mulmok; stop that one, or give another folder"
    )
    store.close()
    Store.open(store.folder).close()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError) as told:
        Store.open(tmp_path / "file" / "data")
    assert message(told) == (
        f"{tmp_path / 'file' / 'data'}: cannot write here (Not a directory); "
        "give a folder mulmok may write to"
    )


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path):
    (tmp_path / FILE).mkdir()
    with pytest.raises(StoreError) as told:
        Store.open(tmp_path)
    assert message(told) == (
        f"{tmp_path / FILE} cannot be opened (unable to open database file); "
        "check its owner and rights"
    )
    (tmp_path / FILE).rmdir()
    Store.open(tmp_path).close()


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path):
    (tmp_path / FILE).write_bytes(b"time,inlet.ph\n" * 1000)
    with pytest.raises(StoreError) as told:
        Store.open(tmp_path)
    assert message(told) == (
        f"{tmp_path / FILE} is damaged or no database (file is not a database); "
        "keep the file, and restore a backup or start with another folder"
    )
    assert (tmp_path / FILE).read_bytes() == b"time,inlet.ph\n" * 1000


def test_a_damaged_database_says_so_when_what_is_damaged_is_read(store: Store):
    rows = {1: minutes(START, 3000)}
    store.write([(readings(rows), judgement(rows))], received_at=1)
    path = store.path
    store.close()
    data = bytearray(path.read_bytes())
    data[4096 * 8 :] = b"\xff" * (len(data) - 4096 * 8)
    path.write_bytes(data)
    with pytest.raises(StoreError) as told, Query.open(path) as query:
        query.rows("inlet.ph", START, START + 10**18)
    assert message(told) == (
        f"{path} is damaged or no database (database disk image is malformed); "
        "keep the file, and restore a backup or start with another folder"
    )


def test_the_database_of_another_program_is_left_alone(tmp_path: Path):
    other = sqlite3.connect(tmp_path / FILE)
    other.execute("CREATE TABLE bookmarks (url)")
    other.close()
    with pytest.raises(StoreError) as told:
        Store.open(tmp_path)
    assert message(told) == (
        f"{tmp_path / FILE} is the database of another program; give another folder"
    )


def test_a_database_locked_by_another_program_is_named(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    folder, path = store.folder, store.path
    store.close()
    monkeypatch.setattr(connect, "_PATIENCE_S", 0.01)
    mine = Store.open(folder)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StoreError) as told:
            mine.write([(Tick(1), Judgement())], received_at=1)
        assert message(told) == (f"{path} is locked by another program; close what has it open")
        other.execute("ROLLBACK")
        mine.know_channels(IDS)
        assert mine.write([(Tick(1), Judgement())], received_at=1) == [1]
    finally:
        other.close()
        mine.close()


def test_reading_where_nothing_was_kept_makes_no_file(tmp_path: Path):
    with pytest.raises(StoreError) as told:
        Query.open(tmp_path / FILE)
    assert message(told) == f"{tmp_path / FILE} does not exist: nothing has been kept here yet"
    assert list(tmp_path.iterdir()) == []


def test_readers_read_on_when_nobody_writes(store: Store):
    rows = {1: minutes(START, 3)}
    store.write([(readings(rows), judgement(rows))], received_at=1)
    path = store.path
    store.close()
    assert not path.with_name(f"{FILE}-wal").exists()
    with Query.open(path) as query:
        assert len(query.rows("inlet.ph", START, START + 10**18)) == 3


def test_a_reader_cannot_write(store: Store):
    with store.query() as query, pytest.raises(sqlite3.OperationalError, match="readonly"):
        query.connection.execute("DELETE FROM journal")

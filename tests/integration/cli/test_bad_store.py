"""A data folder or a port that cannot be had: named, left alone, and no trace of a half done import."""

from __future__ import annotations

import hashlib
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from mulmok.cli import main
from mulmok.store import connect
from mulmok.store.query import Query
from mulmok.store.sqlite import FILE, Store

Imported = Callable[[Path], tuple[int, str]]


@pytest.fixture
def imported(said, smallest: str, good: Path) -> Imported:
    return lambda data: said("import", smallest, str(good), "--data", str(data))


def kept(data: Path) -> list[float]:
    with Query.open(data / FILE) as query:
        return query.rows("inlet.ph", 0, 2**62).value.tolist()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_file_that_is_no_database_is_named_and_left_alone(imported: Imported, tmp_path: Path):
    data = tmp_path / "data"
    data.mkdir()
    (data / FILE).write_bytes(b"this is no database " * 500)
    before = digest(data / FILE)
    code, err = imported(data)
    assert code == 1
    assert err == (
        f"{data / FILE} is damaged or no database (file is not a database); "
        "keep the file, and restore a backup or start with another folder\n"
    )
    assert digest(data / FILE) == before


def test_a_database_damaged_inside_is_named_and_not_made_worse(imported: Imported, tmp_path: Path):
    data = tmp_path / "data"
    assert imported(data)[0] == 0
    whole = (data / FILE).read_bytes()
    # The first page says how the file is made; all others are torn.
    (data / FILE).write_bytes(whole[:4096] + b"\xee" * (len(whole) - 4096))
    before = digest(data / FILE)
    code, err = imported(data)
    assert code == 1
    assert err.startswith(f"{data / FILE} is damaged or no database (")
    assert err.endswith("keep the file, and restore a backup or start with another folder\n")
    assert digest(data / FILE) == before


def test_a_database_locked_by_another_program_is_told_and_taken_once_it_is_free(
    imported: Imported, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(connect, "_PATIENCE_S", 0.05)
    data = tmp_path / "data"
    assert imported(data)[0] == 0
    other = sqlite3.connect(data / FILE, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        code, err = imported(data)
    finally:
        other.close()
    assert code == 1
    assert err == f"{data / FILE} is locked by another program; close what has it open\n"
    assert kept(data) == [7.1, 7.2, 7.1]
    assert imported(data)[0] == 0
    assert kept(data) == [7.1, 7.2, 7.1], "taken once, however often it is given"


def test_a_data_folder_in_use_by_another_mulmok_is_refused(imported: Imported, tmp_path: Path):
    data = tmp_path / "data"
    store = Store.open(data)
    try:
        code, err = imported(data)
        with store.query() as query:
            assert query.data_range() is None
    finally:
        store.close()
    assert code == 1
    assert err == f"{data} is in use by another mulmok; stop that one, or give another folder\n"
    assert imported(data)[0] == 0


def test_a_database_of_a_newer_mulmok_is_refused_and_left_alone(imported: Imported, tmp_path: Path):
    data = tmp_path / "data"
    assert imported(data)[0] == 0
    connection = sqlite3.connect(data / FILE)
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    before = digest(data / FILE)
    code, err = imported(data)
    assert code == 1
    assert err.startswith(f"{data / FILE} is of schema 999, made by a newer mulmok; ")
    assert err.endswith("Install the newer one\n")
    assert digest(data / FILE) == before


def test_a_port_in_use_is_named_before_anything_is_made(said, smallest: str, tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        code, err = said("run", smallest, "--data", str(tmp_path / "data"), "--port", port)
    assert code == 2
    assert err == (
        f"port {port} on 127.0.0.1 is in use; stop what uses it, or give another --port\n"
    )
    assert not (tmp_path / "data").exists()


def test_an_export_of_no_history_makes_no_file(said, smallest: str, tmp_path: Path):
    out, data = tmp_path / "out.csv", tmp_path / "data"
    code, err = said("export", smallest, "--data", str(data), "-o", str(out))
    assert (code, err) == (2, f"{data} holds no history; give the folder with --data\n")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_named(said, smallest: str, good: Path):
    code, err = said("import", smallest, str(good), "--data", str(good / "data"))
    assert code == 1
    assert err == (
        f"{good / 'data'}: cannot write here (Not a directory); give a folder mulmok may write to\n"
    )
    assert main(["check", smallest]) == 0

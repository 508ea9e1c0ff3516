"""Who only reads leaves a data folder as it was: no file more, and none changed."""

import hashlib
import shutil
import sqlite3
from pathlib import Path

import pytest

from mulmok.model.errors import StoreError
from mulmok.store.aside import read_aside
from mulmok.store.people import Person
from mulmok.store.query import Query
from mulmok.store.sqlite import FILE, Store


def traces(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


def let_in(store: Store, name: str) -> None:
    store.people.put(Person(name, "operator", "hash"))


def people(query: Query) -> list[str]:
    return [person.name for person in query.people()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder that was closed as it should be, with one person in it."""
    store = Store.open(tmp_path / "data")
    let_in(store, "kim")
    store.close()
    return tmp_path / "data"


def test_a_store_nobody_has_open_is_read_as_it_lies(folder: Path):
    before = traces(folder)
    assert read_aside(folder / FILE, people) == ["kim"]
    assert traces(folder) == before


def test_what_a_running_works_has_written_ahead_is_seen(folder: Path):
    store = Store.open(folder)
    try:
        let_in(store, "lee")
        before = set(traces(folder))
        assert sorted(read_aside(folder / FILE, people)) == ["kim", "lee"]
        assert set(traces(folder)) == before
    finally:
        store.close()


def test_a_copied_folder_with_something_written_ahead_stays_as_it_was(folder: Path, tmp_path: Path):
    copied = tmp_path / "copied"
    copied.mkdir()
    store = Store.open(folder)
    try:
        let_in(store, "lee")
        for ending in ("", "-wal"):
            shutil.copyfile(folder / f"{FILE}{ending}", copied / f"{FILE}{ending}")
    finally:
        store.close()
    before = traces(copied)
    assert sorted(read_aside(copied / FILE, people)) == ["kim", "lee"]
    assert traces(copied) == before


def test_what_was_written_while_it_was_read_is_read_again(folder: Path):
    before, looks = set(traces(folder)), []

    def slow(query: Query) -> list[str]:
        found = people(query)
        if not looks:
            store = Store.open(folder)
            let_in(store, "lee")
            store.close()
        looks.append(found)
        return found

    assert sorted(read_aside(folder / FILE, slow)) == ["kim", "lee"]
    assert len(looks) == 2
    assert set(traces(folder)) == before


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("CREATE TABLE theirs (x)", "another program"),
        ("PRAGMA user_version = 99", "newer mulmok"),
        ("PRAGMA user_version = 1", "older mulmok"),
        ("PRAGMA user_version = 0", "older mulmok"),
    ],
)
def test_a_database_that_is_not_of_this_version_is_named(
    tmp_path: Path, statement: str, words: str
):
    path = tmp_path / FILE
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()
    before = traces(tmp_path)
    with pytest.raises(StoreError, match=words):
        read_aside(path, people)
    assert traces(tmp_path) == before

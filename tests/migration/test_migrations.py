"""A database of every past release opens, has the schema of this one, and is read."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from integration.store.making import (
    IDS,
    START,
    effect,
    event,
    minutes,
    readings,
    transition,
)

from mulmok.model.bottle import Bottle
from mulmok.model.errors import StoreError
from mulmok.model.instrument import Comparison
from mulmok.model.message import Action, Readings
from mulmok.model.time import DAY, HOUR
from mulmok.store import migrate
from mulmok.store.people import Person
from mulmok.store.sql import migrations
from mulmok.store.sqlite import FILE, Store
from mulmok.store.statements import Statement

RELEASES = sorted(Path(__file__).parent.glob("version-*.sql"))
NEWEST = migrations()[-1][0]


def number(release: Path) -> int:
    return int(release.stem.removeprefix("version-"))


def left_by(release: Path, folder: Path) -> Path:
    path = folder / FILE
    connection = sqlite3.connect(path)
    connection.executescript(release.read_text(encoding="utf-8"))
    connection.close()
    return path


def schema(connection: sqlite3.Connection) -> list[str]:
    """Statements of the schema without comments and blanks; order does not matter."""
    found = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return sorted(re.sub(r"--[^\n]*|\s+", " ", words).replace("  ", "") for (words,) in found)


def test_every_released_schema_left_a_database_to_test_with():
    assert [number(release) for release in RELEASES] == list(range(1, NEWEST + 1))


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
def test_an_old_database_gets_the_schema_a_new_one_has(release: Path, tmp_path: Path):
    (tmp_path / "old").mkdir()
    left_by(release, tmp_path / "old")
    old, new = Store.open(tmp_path / "old"), Store.open(tmp_path / "new")
    assert schema(old.connection) == schema(new.connection)
    for store in (old, new):
        assert store.connection.execute("PRAGMA user_version").fetchone() == (NEWEST,)
        assert store.connection.execute("PRAGMA foreign_key_check").fetchall() == []
        store.close()


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
def test_everything_an_old_release_kept_is_read(release: Path, tmp_path: Path):
    left_by(release, tmp_path)
    store = Store.open(tmp_path)
    store.know_channels(IDS)
    (_, message), *_ = store.journal(0)
    rows = [*minutes(START, 30), (START + 2 * DAY, 7.0)]
    assert isinstance(message, Readings)
    assert message.value.tolist() == readings({1: rows}).value.tolist()
    kept = store.last_snapshot()
    assert kept is not None
    assert (kept.key, kept.seq, kept.body) == ("site", 1, b"state")
    assert kept.configuration == (None if number(release) < 2 else "what judging sees")
    assert store.pending_effects(limit=9) == [effect(START, "e")]
    with store.query() as query:
        kept = query.rows("inlet.ph", START, START + 3 * DAY)
        assert list(zip(kept.at.tolist(), kept.value.tolist(), strict=True)) == rows
        assert query.buckets("inlet.ph", START, START + DAY, 12).largest[0] == rows[29][1]
        assert query.latest()["inlet.ph"].at == START + 2 * DAY
        assert query.events(START) == [event(START, START + HOUR)]
        since_2 = {"who": "kim", "why": "확인", "configuration": "fingerprint"}
        told = replace(transition(START), **({} if number(release) < 2 else since_2))
        assert query.transitions() == [told]
        assert query.loads("hour", START, START + 1)[0].mass == 1.0
        assert query.person("kim") == Person("kim", "operator", "$argon2id$")
        assert query.session("browser") is not None
        assert query.deeds()[-1].who == "kim"
        said = Statement("e1", START, "kim", Action.CONFIRM, "acid", "운전자 통화")
        assert query.event("e1") == event(START, START + HOUR)
        assert query.statements(["e1"]) == ({} if number(release) < 3 else {"e1": (said,)})
        compared = Comparison("inlet.ph", START, "park", 7.1, 7.0, START, "완충액")
        assert query.comparisons() == ([] if number(release) < 4 else [compared])
        bottle = Bottle("sample/inlet/1", "inlet", START, "kim", "냄새", "e1", START, 3, 4.5)
        assert query.bottles() == ([] if number(release) < 4 else [bottle])
    store.close()


def test_a_database_newer_than_this_mulmok_is_left_alone(tmp_path: Path):
    store = Store.open(tmp_path)
    store.connection.execute(f"PRAGMA user_version = {NEWEST + 1}")
    store.close()
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(StoreError) as told:
        Store.open(tmp_path)
    assert str(told.value) == (
        f"{tmp_path / FILE} is of schema {NEWEST + 1}, made by a newer mulmok; this one knows "
        f"{NEWEST}. Install the newer one"
    )
    assert (tmp_path / FILE).read_bytes() == before


def test_a_step_that_fails_leaves_the_database_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    Store.open(tmp_path).close()
    broken = (NEWEST + 1, "9999_pre_broken.sql", "CREATE TABLE extra (a); CREATE TABLE extra (a);")
    monkeypatch.setattr(migrate, "migrations", lambda: (*migrations(), broken))
    with pytest.raises(StoreError, match="table extra already exists"):
        Store.open(tmp_path)
    monkeypatch.undo()
    store = Store.open(tmp_path)
    assert store.connection.execute("PRAGMA user_version").fetchone() == (NEWEST,)
    assert not any("extra" in words for words in schema(store.connection))
    store.close()

"""Queries stand in one file, by name; migrations by number."""

from __future__ import annotations

import re
from pathlib import Path

import mulmok.store
from mulmok.store.sql import migrations, queries

FOLDER = Path(mulmok.store.__file__).parent


def test_every_query_is_used_and_every_query_used_exists():
    code = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py"))
    for name in queries():
        assert f'"{name}"' in code, f"nobody asks {name}"
    assert set(re.findall(r'queries\(\)\["(\w+)"\]', code)) <= set(queries())


def test_a_query_is_one_statement_without_headings():
    for name, words in queries().items():
        assert words, name
        assert "--" not in words, name
        assert ";" not in words, name


def test_migrations_are_numbered_without_a_gap_and_say_when_they_run():
    assert [number for number, _, _ in migrations()] == list(range(1, len(migrations()) + 1))
    for _, name, _ in migrations():
        assert re.fullmatch(r"\d{4}_pre_[a-z_]+\.sql", name)

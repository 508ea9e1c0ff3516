"""Compiled kernels find a place that lasts; nothing is chosen where none is needed."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import pytest

from mulmok.commands import kernel_cache
from mulmok.commands.kernel_cache import VARIABLE, find_room


@pytest.fixture(autouse=True)
def read_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An installation that cannot be written to, and a home that can."""
    monkeypatch.setattr(kernel_cache, "_may_write", lambda _: False)
    monkeypatch.setenv(VARIABLE, "to be put back after the test")
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def chosen(command: str, **options: object) -> str | None:
    find_room(argparse.Namespace(command=command, **options))
    return os.environ.get(VARIABLE)


def test_a_works_keeps_them_in_its_data_folder(tmp_path: Path):
    assert chosen("run", data=tmp_path / "data") == str(tmp_path / "data/kernels")


def test_a_command_that_only_looks_makes_no_data_folder(tmp_path: Path):
    assert chosen("export", data=tmp_path / "data") == str(tmp_path / "cache/mulmok/kernels")
    assert not (tmp_path / "data").exists()


def test_a_command_without_data_keeps_them_in_the_users_cache(tmp_path: Path):
    assert chosen("replay") == str(tmp_path / "cache/mulmok/kernels")


def test_where_nothing_lasts_they_lie_in_a_folder_nobody_else_can_have_filled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    folder = chosen("replay")
    assert folder is not None
    assert Path(folder).stat().st_mode & 0o077 == 0
    assert not list(Path(folder).iterdir())


def test_somebodys_own_choice_stands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv(VARIABLE, "/somewhere/else")
    assert chosen("run", data=tmp_path / "data") == "/somewhere/else"
    assert not list(tmp_path.iterdir())


def test_nothing_is_chosen_where_they_can_lie_beside_the_code(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(kernel_cache, "_may_write", lambda _: True)
    assert chosen("run", data=tmp_path / "data") is None
    assert not list(tmp_path.iterdir())

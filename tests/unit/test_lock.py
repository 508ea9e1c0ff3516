"""requirements.lock installs the same things anywhere: names, versions, hashes and no places."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PIN = r"[a-z0-9-]+==[A-Za-z0-9.!+]+(?: ; [A-Za-z_ ()!=<>.'0-9-]+)?"
HASH = r"    --hash=sha256:[0-9a-f]{64}"
WELL_FORMED = re.compile(rf"(?:{PIN} \\|{HASH}(?: \\)?)")


def _lines() -> list[str]:
    return (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()


def _name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found, requirement
    return re.sub(r"[-_.]+", "-", found.group()).lower()


def test_the_lock_holds_only_names_versions_and_hashes() -> None:
    assert [line for line in _lines() if not WELL_FORMED.fullmatch(line)] == []


@pytest.mark.parametrize(
    "line",
    [
        "numpy @ file:///srv/wheels/numpy.whl",
        "--index-url https://pypi.example/simple",
        "--find-links /srv/wheels",
        "numpy==2.4.6",
        "# uv pip compile /home/kim/pyproject.toml",
    ],
)
def test_a_place_or_a_pin_without_a_hash_would_be_noticed(line: str) -> None:
    assert not WELL_FORMED.fullmatch(line)


def test_every_declared_requirement_and_the_build_backend_are_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {
        _name(requirement)
        for requirement in [
            *project["project"]["dependencies"],
            *project["project"]["optional-dependencies"]["dev"],
            *project["build-system"]["requires"],
        ]
    }
    locked = {_name(line) for line in _lines() if not line.startswith(" ")}
    assert wanted <= locked, sorted(wanted - locked)

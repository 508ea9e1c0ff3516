"""Promises about every file: it fits on a few screens, and nothing in it is unfinished."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = [
    path
    for folder in ("src", "tests", "benchmarks")
    for path in sorted((ROOT / folder).rglob("*.py"))
]
WRITTEN = [
    *OURS,
    *sorted((ROOT / "src").rglob("*.html")),
    *sorted((ROOT / "src").rglob("*.sql")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted(ROOT.glob("*.md")),
]
LONGEST = 300
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
#: Their hooks must raise it for what cannot be written down exactly; nothing is left out there.
CODECS = [ROOT / "src/mulmok/store/snapshot.py", ROOT / "src/mulmok/store/judged.py"]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_file_is_longer_than_two_or_three_screens():
    lengths = {name(path): len(path.read_text("utf-8").splitlines()) for path in OURS}
    assert len(lengths) > 300, "the files are found"
    assert {file: lines for file, lines in lengths.items() if lines > LONGEST} == {}


def test_nothing_is_marked_as_unfinished():
    found = {name(path): UNFINISHED.findall(path.read_text("utf-8")) for path in WRITTEN}
    del found[name(Path(__file__))]  # it says what is looked for
    assert {file: marks for file, marks in found.items() if marks} == {}


@pytest.mark.parametrize("mark", ["# TODO: later", "FIXME", "(XXX)", "HACK:"])
def test_a_mark_would_be_found(mark: str):
    assert UNFINISHED.search(mark)


def test_nothing_stands_in_for_code_to_come():
    assert [path for path in OURS if is_stub(path)] == sorted(CODECS)


def is_stub(path: Path) -> bool:
    """Whether a file raises what is raised for code that is not there."""
    return any(
        isinstance(node, ast.Raise)
        and any(
            isinstance(part, ast.Name) and part.id == NotImplementedError.__name__
            for part in ast.walk(node)
        )
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
    )

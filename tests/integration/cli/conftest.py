"""One small works, its readings, and what a command says of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from integration.cli.small import GOOD, SMALLEST

from mulmok.cli import main

Said = Callable[..., tuple[int, str]]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """Exit code of a command, and what stands on its error stream."""

    def run(*arguments: str) -> tuple[int, str]:
        code = main(list(arguments))
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        assert captured.out == "" or code == 0, "what failed has no result"
        return code, captured.err

    return run


@pytest.fixture
def smallest() -> str:
    return SMALLEST


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "r.csv"
    path.write_text(GOOD)
    return path

"""A disk that takes no more: the command says so, and what was there before is there still.

A limit on the size of files stands for the full disk: it refuses in the midst of a write as well.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mulmok.cli import main
from mulmok.store.query import Query
from mulmok.store.sqlite import FILE

resource = pytest.importorskip("resource", reason="this system has no limit on the size of files")
MINUTES = 4 * 1440

Narrow = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def narrow(tmp_path: Path) -> Narrow:
    """Run mulmok where no file may grow over `limit` bytes."""

    def run(limit: int, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "mulmok.cli", *arguments],
            cwd=tmp_path,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
            capture_output=True,
            text=True,
        )

    return run


@pytest.fixture
def days(tmp_path: Path) -> Path:
    """Four days that do not compress to nothing."""
    path = tmp_path / "days.csv"
    lines = ["time,inlet.flow,inlet.ph"]
    for minute in range(MINUTES):
        day, rest = divmod(minute, 1440)
        time = f"2026-01-{5 + day:02d}T{rest // 60:02d}:{rest % 60:02d}:00+09:00"
        lines.append(f"{time},{900 + minute * 7919 % 1000 / 7},{7 + minute * 104729 % 997 / 1e4}")
    path.write_text("\n".join(lines) + "\n")
    return path


def counted(data: Path) -> int:
    with Query.open(data / FILE) as query:
        return sum(len(query.rows(channel, 0, 2**62).at) for channel in ("inlet.flow", "inlet.ph"))


def test_a_replay_leaves_its_folder_as_it_was(
    narrow: Narrow, smallest: str, days: Path, tmp_path: Path
):
    # Once without the limit, so that the kernels are compiled and there is something to leave alone.
    assert main(["replay", smallest, str(days), "--out", str(tmp_path / "out")]) == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    done = narrow(8_000, "replay", smallest, str(days), "--out", "out")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("out: cannot be written: ")
    assert done.stderr.count("\n") == 1
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_an_export_leaves_no_file_behind(
    narrow: Narrow, smallest: str, days: Path, tmp_path: Path, suffix: str
):
    assert main(["import", smallest, str(days), "--data", str(tmp_path / "data")]) == 0
    before = set(tmp_path.iterdir())
    done = narrow(40_000, "export", smallest, "--data", "data", "-o", f"out.{suffix}")
    assert done.returncode == 1
    assert done.stderr.startswith(f"out.{suffix}: cannot be written: ")
    assert done.stderr.count("\n") == 1
    assert set(tmp_path.iterdir()) == before


def test_an_import_loses_nothing_kept_before_and_can_be_given_again(
    narrow: Narrow, smallest: str, good: Path, days: Path, tmp_path: Path
):
    data = tmp_path / "data"
    assert main(["import", smallest, str(good), "--data", str(data)]) == 0
    assert counted(data) == 6
    full = (data / FILE).stat().st_size
    done = narrow(full, "import", smallest, str(days), "--data", "data")
    assert done.returncode == 1
    assert done.stderr == (
        f"data/{FILE}: the disk does not do what it is told (disk I/O error); "
        "check the disk and its quota\n"
    )
    assert counted(data) % 2 == 0
    assert counted(data) >= 6
    assert main(["import", smallest, str(days), "--data", str(data)]) == 0
    assert counted(data) == 2 * MINUTES


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full: run it on Linux")
def test_a_result_that_cannot_be_printed_is_no_success(smallest: str):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "mulmok.cli", "check", smallest],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 1
    assert done.stderr == "mulmok: the system refused: No space left on device\n"

"""Installed by somebody else, with nowhere to write but the folder it is told: mulmok starts."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import mulmok

_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE = 24, 1


def _without_rights() -> None:
    """Let the rights of files hold for root too."""
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE, 0, 0, 0)


@pytest.mark.skipif(
    not sys.platform.startswith("linux"),
    reason="takes root's rights away as Linux does: run it there",
)
def test_a_replay_runs_from_a_package_it_cannot_write_to(smallest: str, good: Path, tmp_path: Path):
    package = tmp_path / "site-packages/mulmok"
    shutil.copytree(
        Path(mulmok.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__")
    )
    folders = [package, *(path for path in package.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    environment = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "mulmok.cli", "replay", smallest, str(good), "--out", "out"],
            cwd=tmp_path,
            env={
                **environment,
                "PYTHONPATH": os.pathsep.join(
                    [str(package.parent), os.environ.get("PYTHONPATH", "")]
                ),
                "XDG_CACHE_HOME": str(package / "no-room-here"),
            },
            preexec_fn=_without_rights,
            capture_output=True,
            text=True,
        )
        assert done.stderr == ""
        assert done.returncode == 0
        assert done.stdout.startswith("6 readings: 6 good, ")
        assert not list(package.rglob("__pycache__")), "the package was read-only indeed"
    finally:
        for folder in folders:
            folder.chmod(0o755)

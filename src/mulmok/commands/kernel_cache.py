"""Where compiled kernels are kept when the installation itself cannot be written to.

Usually they lie beside the code, where `make setup` has put them. A read-only installation without a
place for them would not start at all, or compile them anew each time.
"""

from __future__ import annotations

import argparse
import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import mulmok

#: What numba goes by; it reads it when it is imported.
VARIABLE = "NUMBA_CACHE_DIR"
#: Commands that make their data folder where there is none.
_MAKING = ("run", "import", "demo", "edge")


def find_room(options: argparse.Namespace) -> None:
    """Choose the folder, unless somebody has or none is needed. To be called before any kernel."""
    if VARIABLE not in os.environ and not _may_write(
        Path(mulmok.__file__).parent / "judge/quality"
    ):
        os.environ[VARIABLE] = str(next(folder for folder in _folders(options) if _made(folder)))


def _folders(options: argparse.Namespace) -> Iterator[Path]:
    """Give the places to try, the longest-lived first."""
    data: Path | None = getattr(options, "data", None) or getattr(options, "dir", None)
    if data is not None and (data.is_dir() or options.command in _MAKING):
        yield data / "kernels"
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111 - never raises
    yield Path(home) / "mulmok/kernels"
    # A name of its own that nobody else can have laid kernels under.
    passing = Path(tempfile.mkdtemp(prefix="mulmok-kernels-"))
    atexit.register(shutil.rmtree, passing, ignore_errors=True)
    yield passing


def _made(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


def _may_write(folder: Path) -> bool:
    """Whether kernels can lie beside the code of a folder."""
    beside = folder / "__pycache__"
    return os.access(beside if beside.exists() else folder, os.W_OK)

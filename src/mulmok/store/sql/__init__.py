"""Queries by name, and migrations by number, as they stand in the .sql files beside this one."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files


@cache
def queries(file: str = "queries.sql") -> dict[str, str]:
    """Every query of a file by its name."""
    words = files("mulmok.store.sql").joinpath(file).read_text(encoding="utf-8")
    parts = re.split(r"^-- name: (\w+)\n", words, flags=re.MULTILINE)[1:]
    # A heading between two queries belongs to neither.
    return {
        name: re.sub(r"^--.*$", "", body, flags=re.MULTILINE).strip()
        for name, body in zip(parts[::2], parts[1::2], strict=True)
    }


@cache
def migrations() -> tuple[tuple[int, str, str], ...]:
    """Number, file name and statements of every migration, in order."""
    folder = files("mulmok.store.sql").joinpath("migrations")
    found = sorted(
        (int(path.name[:4]), path.name, path.read_text(encoding="utf-8"))
        for path in folder.iterdir()
        if path.name.endswith(".sql")
    )
    return tuple(found)

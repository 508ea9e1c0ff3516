"""What SQLite complains of, in words an operator can act on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mulmok.model.errors import StoreError
from mulmok.model.text import Text, text


@contextmanager
def store_error(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into StoreErrors that name the file."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(_words(path, error)) from error


def _words(path: Path, error: sqlite3.Error) -> Text:
    said, name = str(error), str(path)
    if "full" in said:
        return text(
            "{path}: the disk is full; nothing was lost that was acknowledged. Free some space: "
            "mulmok goes on by itself",
            path=name,
        )
    if "locked" in said or "busy" in said:
        return text(
            "{path} is locked by another program; close what has it open", path=name
        )
    if "not a database" in said or "malformed" in said or "corrupt" in said:
        return text(
            "{path} is damaged or no database ({why}); keep the file, and restore a backup or start "
            "with another folder",
            path=name,
            why=said,
        )
    if "readonly" in said or "unable to open" in said:
        return text("{path} cannot be written ({why}); check its owner and rights", path=name, why=said)
    return text("{path}: {why}", path=name, why=said)

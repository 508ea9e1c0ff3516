"""Reading the store without leaving a trace, whether or not a mulmok has it open.

Even a connection that only reads makes the files by which SQLite lets readers and writers share a
database, and leaves them behind. Where nothing has been written ahead none are needed: then the file
is read as it lies. Should a writer come meanwhile, what was read is worth nothing and is read again, in
the end beside it. What was written ahead without the shared index beside it, as a copied folder has it, is
read from a copy.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from mulmok.model.errors import StoreError
from mulmok.model.text import text
from mulmok.store.connect import connect_aside, connect_reader
from mulmok.store.migrate import check_ours, is_current
from mulmok.store.query import Query
from mulmok.store.trouble import store_error

T = TypeVar("T")

#: Looks in which a writer may come and go, before one is taken beside it.
_LOOKS = 3


def read_aside(path: Path, read: Callable[[Query], T]) -> T:
    """Give what `read` finds in a database; it may be asked more than once. Raises StoreError."""
    for _ in range(_LOOKS):
        before = _stamp(path)
        if before is None:
            break
        try:
            found = _with(Query(path, connect_aside(path)), read)
        except StoreError:
            if _stamp(path) == before:
                raise
        else:
            if _stamp(path) == before:
                return found
    if _ahead(path) and not _beside(path, "-shm").exists():
        return _in_a_copy(path, read)
    return _with(Query.open(path), read)


def _in_a_copy(path: Path, read: Callable[[Query], T]) -> T:
    """Read a database nobody has open, with what was written ahead of it."""
    with tempfile.TemporaryDirectory(prefix="mulmok-") as folder:
        copy = Path(folder) / path.name
        shutil.copyfile(path, copy)
        shutil.copyfile(_beside(path, "-wal"), _beside(copy, "-wal"))
        return _with(Query(path, connect_reader(copy)), read)


def _with(query: Query, read: Callable[[Query], T]) -> T:
    with query, store_error(query.path):
        check_ours(query.connection, query.path)
        if not is_current(query.connection):
            raise StoreError(
                text(
                    "{path} is empty or of an older mulmok; start mulmok run on it once",
                    path=str(query.path),
                )
            )
        return read(query)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(f"{path.name}{ending}")


def _ahead(path: Path) -> bool:
    """Whether something has been written ahead of the database's one file."""
    ahead = _beside(path, "-wal")
    return ahead.exists() and ahead.stat().st_size > 0


def _stamp(path: Path) -> tuple[int, int] | None:
    """Size and age of a database all of which is in its one file; None when it is not."""
    if not path.exists() or _ahead(path):
        return None
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns

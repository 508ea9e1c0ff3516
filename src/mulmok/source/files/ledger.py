"""Which files were taken already: a growing list on disk, read at the start.

A file's name may be no UTF-8 (old Korean systems write CP949): its bytes are kept as they are.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, MutableSet
from pathlib import Path


class Ledger(MutableSet[str]):
    """A set of keys that survives a restart. A key is on disk when `add` returns."""

    def __init__(self, path: Path) -> None:
        self._path = path
        words = path.read_bytes() if path.exists() else b""
        self._keys = set(words.decode("utf-8", "surrogateescape").split("\n"))
        self._keys.discard("")

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, value: str) -> None:
        """Remember a key. Raises OSError when the disk does not take it."""
        if value in self._keys:
            return
        with self._path.open("a", encoding="utf-8", errors="surrogateescape") as lines:
            lines.write(value + "\n")
            lines.flush()
            os.fsync(lines.fileno())
        self._keys.add(value)

    def discard(self, value: str) -> None:
        """Forget a key."""
        if value in self._keys:
            self._keys.remove(value)
            self._path.write_text(
                "".join(f"{key}\n" for key in sorted(self._keys)),
                encoding="utf-8",
                errors="surrogateescape",
            )

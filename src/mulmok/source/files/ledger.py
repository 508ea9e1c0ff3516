"""Which files were taken already: a growing list on disk, read at the start."""

from __future__ import annotations

import os
from collections.abc import Iterator, MutableSet
from pathlib import Path


class Ledger(MutableSet[str]):
    """A set of keys that survives a restart. A key is on disk when `add` returns."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._keys = set(path.read_text(encoding="utf-8").split("\n")) if path.exists() else set()
        self._keys.discard("")

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, value: str) -> None:
        """Remember a key."""
        if value in self._keys:
            return
        with self._path.open("a", encoding="utf-8") as lines:
            lines.write(value + "\n")
            lines.flush()
            os.fsync(lines.fileno())
        self._keys.add(value)

    def discard(self, value: str) -> None:
        """Forget a key."""
        if value in self._keys:
            self._keys.remove(value)
            self._path.write_text(
                "".join(f"{key}\n" for key in sorted(self._keys)), encoding="utf-8"
            )

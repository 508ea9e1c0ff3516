"""How much of each file was taken already: a growing list on disk, read at the start."""

from __future__ import annotations

import json
import os
from collections.abc import MutableMapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Taken:
    """The beginning of a file that was taken: how many bytes, and their hash."""

    size: int
    digest: str

    @classmethod
    def of(cls, data: bytes) -> Taken:
        """Describe bytes that were taken."""
        return cls(len(data), sha256(data).hexdigest())

    def begins(self, data: bytes) -> bool:
        """Whether a file that now holds `data` still begins with what was taken."""
        return len(data) >= self.size and self == Taken.of(data[: self.size])


@dataclass(eq=False)
class Ledger:
    """What was taken, by name of the file, over restarts. It is on disk when `note` returns."""

    path: Path

    def __post_init__(self) -> None:
        """Read what is there; of several lines of one file the last one holds."""
        self._taken: MutableMapping[str, Taken] = {}
        if not self.path.exists():
            return
        for line in self.path.read_text(encoding="utf-8", errors="replace").splitlines():
            # A line cut short by a crash is passed over: its file is taken again, which is harmless.
            try:
                said = json.loads(line)
                self._taken[str(said["file"])] = Taken(int(said["size"]), str(said["sha256"]))
            except (ValueError, KeyError, TypeError):
                continue
        self._rewrite()

    def of(self, name: str) -> Taken | None:
        """Say what was taken of a file."""
        return self._taken.get(name)

    def note(self, name: str, taken: Taken) -> None:
        """Remember what was taken of a file."""
        if self._taken.get(name) == taken:
            return
        with self.path.open("a", encoding="utf-8") as lines:
            lines.write(_line(name, taken))
            lines.flush()
            os.fsync(lines.fileno())
        self._taken[name] = taken

    def _rewrite(self) -> None:
        """Leave one line a file, so that a file that grew for a year is read quickly."""
        beside = self.path.with_name(self.path.name + ".new")
        with beside.open("w", encoding="utf-8") as lines:
            lines.writelines(_line(name, taken) for name, taken in self._taken.items())
            lines.flush()
            os.fsync(lines.fileno())
        beside.replace(self.path)


def _line(name: str, taken: Taken) -> str:
    words = {"file": name, "size": taken.size, "sha256": taken.digest}
    return json.dumps(words, ensure_ascii=True) + "\n"

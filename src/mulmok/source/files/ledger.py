"""How much of each file was taken already: a growing list on disk, read at the start."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from mulmok.source.files.folder import Look

#: Lines more than twice the files after which the ledger is written anew. Site choice.
_MORE = 10_000


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
    _taken: dict[str, Taken] = field(default_factory=dict)
    _looks: dict[str, Look] = field(default_factory=dict)
    _lines: int = 0

    def __post_init__(self) -> None:
        """Read what is there; of several lines of one file the last one holds."""
        if not self.path.exists():
            return
        for line in self.path.read_text(encoding="utf-8", errors="replace").splitlines():
            # A line cut short by a crash is passed over: its file is taken again, which is harmless.
            try:
                said = json.loads(line)
                name, changed = str(said["file"]), said.get("changed")
                taken = Taken(int(said["size"]), str(said["sha256"]))
                look = None if changed is None else (taken.size, int(changed))
            except (ValueError, KeyError, TypeError, AttributeError):
                continue
            self._know(name, taken, look)
        self._rewrite()

    def of(self, name: str) -> Taken | None:
        """Say what was taken of a file."""
        return self._taken.get(name)

    def look_of(self, name: str) -> Look | None:
        """Say how a file looked that was taken whole; None: it was not, or nobody knows."""
        return self._looks.get(name)

    def note(self, name: str, taken: Taken, look: Look | None = None) -> None:
        """Remember what was taken of a file, and how it looked if that was the whole of it."""
        if look is not None and look[0] != taken.size:
            look = None
        if self._taken.get(name) == taken and self._looks.get(name) == look:
            return
        with self.path.open("a", encoding="utf-8") as lines:
            lines.write(_line(name, taken, look))
            lines.flush()
            os.fsync(lines.fileno())
        self._know(name, taken, look)
        self._lines += 1
        if self._lines > 2 * len(self._taken) + _MORE:
            self._rewrite()

    def _know(self, name: str, taken: Taken, look: Look | None) -> None:
        self._taken[name] = taken
        if look is None:
            self._looks.pop(name, None)
        else:
            self._looks[name] = look

    def _rewrite(self) -> None:
        """Leave one line a file, so that one that grew for a year is read quickly."""
        beside = self.path.with_name(self.path.name + ".new")
        with beside.open("w", encoding="utf-8") as lines:
            lines.writelines(
                _line(name, taken, self._looks.get(name)) for name, taken in self._taken.items()
            )
            lines.flush()
            os.fsync(lines.fileno())
        beside.replace(self.path)
        self._lines = len(self._taken)


def _line(name: str, taken: Taken, look: Look | None) -> str:
    words: dict[str, object] = {"file": name, "size": taken.size, "sha256": taken.digest}
    if look is not None:
        words["changed"] = look[1]
    return json.dumps(words, ensure_ascii=True) + "\n"

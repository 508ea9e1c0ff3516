"""Which files lie in a folder: those that may be readings, and nobody's temporary ones.

A look must stay cheap where fifty thousand old files lie on a network drive: names are listed each
time, but of what was taken long ago only some are asked for their size and time at each look.
"""

from __future__ import annotations

import heapq
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

SUFFIXES = (".csv", ".txt", ".tsv", ".parquet", ".pq", ".xlsx")
#: What programs of file transfer hang on a name until the file is whole.
_TEMPORARY = (".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", ".download", ".swp")
#: How deep folders in the folder are looked into: year, month, day, hour.
DEPTH = 4
#: How many of the settled files are asked at each look: the newest, and as many others in turn.
#: Site choice.
_ASKED = 500

#: Size [bytes] and time of the last change [ns].
Look = tuple[int, int]


@dataclass
class Folder:
    """A folder and what of it is asked next.

    recursive  whether folders in it are looked into
    """

    path: Path
    recursive: bool = False
    _turn: int = 0
    #: Folders in it that could not be read at the last look, and why.
    unreadable: dict[str, str] = field(default_factory=dict)

    def listed(self, settled: Mapping[str, Look]) -> dict[str, Look]:
        """Give the files by their name within the folder, sorted. Raises OSError.

        settled  those that are done with, as they looked: not each of them is asked again
        """
        asked = self._asked(settled)
        self.unreadable = {}
        found: dict[str, Look] = {}
        for name, entry in self._entries(self.path, "", DEPTH if self.recursive else 0):
            if name in settled and name not in asked:
                found[name] = settled[name]
                continue
            try:
                if entry.is_symlink() and not self._within(entry.path):
                    continue
                state = entry.stat()
            except OSError:
                continue  # gone since it was listed, or a link that leads nowhere
            found[name] = state.st_size, state.st_mtime_ns
        return dict(sorted(found.items()))

    def newest(self, count: int) -> dict[str, Look]:
        """Give the files that changed last. Raises OSError."""
        found = self.listed({})
        return dict(heapq.nlargest(count, found.items(), key=lambda one: one[1][1]))

    def _asked(self, settled: Mapping[str, Look]) -> set[str]:
        if len(settled) <= 2 * _ASKED:
            return set(settled)
        newest = heapq.nlargest(_ASKED, settled, key=lambda name: settled[name][1])
        names = list(settled)
        self._turn = (self._turn + _ASKED) % len(names)
        others = (names + names)[self._turn : self._turn + _ASKED]
        return {*newest, *others}

    def _entries(
        self, folder: Path, under: str, deeper: int
    ) -> Iterator[tuple[str, os.DirEntry[str]]]:
        with os.scandir(folder) as entries:
            for entry in entries:
                try:
                    if entry.is_file():
                        if may_be_readings(entry.name):
                            yield under + entry.name, entry
                        continue
                    inner = deeper and entry.is_dir(follow_symlinks=False)
                except OSError:
                    continue
                if not inner or entry.name.startswith("."):
                    continue
                try:
                    yield from self._entries(Path(entry.path), f"{under}{entry.name}/", deeper - 1)
                except FileNotFoundError:
                    continue
                except OSError as fault:
                    self.unreadable[under + entry.name] = fault.strerror or str(fault)

    def _within(self, path: str) -> bool:
        """Whether a link leads to something in the folder."""
        return Path(path).resolve().is_relative_to(self.path.resolve())


def may_be_readings(name: str) -> bool:
    """Whether a file of that name is one to read, and whole as far as its name says."""
    lower = name.lower()
    if not lower.endswith(SUFFIXES) or lower.startswith((".", "~")):
        return False
    return not any(suffix in _TEMPORARY for suffix in PurePosixPath(lower).suffixes)


def shown(name: str) -> str:
    """Give a file's name as a person reads it; old Korean systems write names in CP949."""
    try:
        name.encode()
    except UnicodeEncodeError:
        raw = os.fsencode(name)
        try:
            return raw.decode("cp949")
        except UnicodeDecodeError:
            return raw.decode("utf-8", "backslashreplace")
    return name

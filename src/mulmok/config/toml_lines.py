"""Where each key of a TOML file stands, so that an error can name its line.

tomllib gives values without places. This walks the same text once more and notes the line of every
table, key and list item. It reads only what tomllib has accepted, so it need not check anything.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right

#: Tables and keys by name, items of lists and arrays of tables by number from 0.
KeyPath = tuple[str | int, ...]

_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:[^"\\]|\\.)*"'
    r"|'[^']*'",
    re.DOTALL,
)
_ATOM = re.compile(r"[^,\]}#\r\n]+")


def line_numbers(words: str) -> dict[KeyPath, int]:
    """Line (from 1) of each table, key and list item of a TOML text that tomllib has accepted."""
    return _Walk(words).lines


class _Walk:
    def __init__(self, words: str) -> None:
        self._words = words
        self._breaks = [match.start() for match in re.finditer("\n", words)]
        self._counts: dict[KeyPath, int] = {}
        self.lines: dict[KeyPath, int] = {(): 1}
        table: KeyPath = ()
        at = self._past(_GAP, 0)
        while at < len(words):
            if words[at] == "[":
                table, at = self._header(at)
            else:
                at = self._pair(at, table)
            at = self._past(_GAP, at)

    def _past(self, pattern: re.Pattern[str], at: int) -> int:
        match = pattern.match(self._words, at)
        return match.end() if match else at + 1

    def _mark(self, path: KeyPath, at: int) -> None:
        self.lines.setdefault(path, bisect_right(self._breaks, at) + 1)

    def _header(self, at: int) -> tuple[KeyPath, int]:
        brackets = 2 if self._words.startswith("[[", at) else 1
        names, end = self._key(at + brackets)
        table: KeyPath = ()
        for name in names[:-1]:
            table = self._entered((*table, name))
        table = (*table, names[-1])
        if brackets == 2:
            self._counts[table] = self._counts.get(table, -1) + 1
        self._mark(table, at)
        table = self._entered(table)
        self._mark(table, at)
        return table, end + brackets

    def _entered(self, path: KeyPath) -> KeyPath:
        """Give the path itself or, of an array of tables, its last entry."""
        return (*path, self._counts[path]) if path in self._counts else path

    def _key(self, at: int) -> tuple[list[str], int]:
        """Names of a dotted key, and where what follows it begins."""
        names = []
        while True:
            at = self._past(_BLANK, at)
            end = self._past(_STRING if self._words[at] in "\"'" else _BARE, at)
            part = self._words[at:end]
            names.append(tomllib.loads(f"name = {part}")["name"] if part[0] in "\"'" else part)
            at = self._past(_BLANK, end)
            if not self._words.startswith(".", at):
                return names, at
            at += 1

    def _pair(self, at: int, table: KeyPath) -> int:
        names, end = self._key(at)
        for name in names:
            table = (*table, name)
            self._mark(table, at)
        return self._value(self._past(_BLANK, end + 1), table)

    def _value(self, at: int, path: KeyPath) -> int:
        first = self._words[at]
        if first in "\"'":
            return self._past(_STRING, at)
        if first not in "[{":
            return self._past(_ATOM, at)
        item = 0
        at = self._past(_GAP, at + 1)
        while self._words[at] not in "]}":
            if self._words[at] == ",":
                at += 1
            elif first == "{":
                at = self._pair(at, path)
            else:
                self._mark((*path, item), at)
                at = self._value(at, (*path, item))
                item += 1
            at = self._past(_GAP, at)
        return at + 1

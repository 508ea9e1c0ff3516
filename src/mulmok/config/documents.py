"""From files to tables: reads a site file and the fragments it includes, and says what is where."""

from __future__ import annotations

import errno
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from mulmok.config.explain import unfit
from mulmok.config.reader import Faults, Table
from mulmok.config.syntax import explain_syntax
from mulmok.config.table import MANY, ONCE
from mulmok.config.toml_lines import KeyPath, line_numbers
from mulmok.config.values import NO_TEXTS, texts
from mulmok.model.errors import Fault
from mulmok.model.text import Text, text

_UNREADABLE = {
    errno.ENOENT: text("there is no such file"),
    errno.ENOTDIR: text("there is no such file"),
    errno.EISDIR: text("this is a folder, not a file"),
    errno.EACCES: text("no permission to read this file"),
}


def read_tables(path: Path, faults: Faults) -> tuple[Table, ...]:
    """Every table of a site file, then of what it includes, in order; `faults` gathers the rest."""
    return tuple(_Reading(path, faults).tables(path, ()))


class _Reading:
    def __init__(self, site: Path, faults: Faults) -> None:
        self._folder = site.parent
        self._faults = faults
        self._seen: set[Path] = set()

    def tables(self, path: Path, above: tuple[Path, ...]) -> Iterator[Table]:
        name = self._name(path)
        self._faults.files.append(name)
        self._seen.add(path.resolve())
        document = self._document(path, name)
        if document is None:
            return
        values, lines = document
        top = Table(name, "", "", values, lines, (), self._faults)
        top.check_keys()
        for kind in values:
            if kind in ONCE:
                yield from _single(top, kind)
            elif kind in MANY:
                yield from _entries(top, kind)
        here = (*above, path.resolve())
        for number, name in enumerate(top.read("include", texts, NO_TEXTS)):
            other = path.parent / name
            if other.resolve() in here:
                top.fault(text('"{file}" includes itself', file=name), "include", number)
            elif other.resolve() in self._seen:
                top.fault(text('"{file}" is included already', file=name), "include", number)
            elif not other.exists():
                want = text("a file beside {file}", file=top.file)
                top.fault(unfit(name, want).text, "include", number)
                self._faults.incomplete = True
            else:
                yield from self.tables(other, here)

    def _name(self, path: Path) -> str:
        """Name of a file as people know it: its path from the site file's folder."""
        try:
            return path.relative_to(self._folder).as_posix()
        except ValueError:
            return str(path)

    def _document(
        self, path: Path, name: str
    ) -> tuple[Mapping[str, object], Mapping[KeyPath, int]] | None:
        def note(line: int, what: str, words: Text) -> None:
            self._faults.found.append(Fault(name, line, what, words))
            self._faults.incomplete = True

        try:
            data = path.read_bytes()
        except (OSError, ValueError) as error:
            code = error.errno if isinstance(error, OSError) else errno.ENOENT
            why = _UNREADABLE.get(code or 0, text("it cannot be read: {why}", why=str(error)))
            note(0, "", why)
            return None
        try:
            words = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            note(line, "file", text("this line is not UTF-8; save the file as UTF-8"))
            return None
        try:
            return tomllib.loads(words), line_numbers(words)
        except tomllib.TOMLDecodeError as error:
            line, why = explain_syntax(error, words)
            note(line, "TOML", why)
        except RecursionError:
            note(1, "TOML", text("brackets within brackets within brackets, too deep to read"))
        return None


def _single(top: Table, kind: str) -> Iterator[Table]:
    table = top.inner(kind, kind)
    if table is None:
        value = top.values[kind]
        have = f"[[{kind}]]" if isinstance(value, list) else value
        top.fault(unfit(have, text("a table: [{name}]", name=kind)).text, kind)
        return
    table = Table(top.file, kind, kind, table.values, top.lines, (kind,), top.faults)
    table.check_keys()
    yield table


def _entries(top: Table, kind: str) -> Iterator[Table]:
    entries = top.values[kind]
    want = text("double brackets: [[{name}]]", name=kind)
    if not isinstance(entries, list) or not entries:
        have = f"[{kind}]" if isinstance(entries, dict) else entries
        top.fault(unfit(have, want).text, kind)
        return
    for number, entry in enumerate(entries):
        if not isinstance(entry, dict):
            top.fault(unfit(entry, want).text, kind, number)
            continue
        label = entry.get("id")
        if not isinstance(label, str) or not label.isprintable():
            label = str(number + 1)
        path = (kind, number)
        table = Table(top.file, kind, f"{kind}.{label}", entry, top.lines, path, top.faults)
        table.check_keys(open_end=kind in ("source", "sampler"))
        yield table

"""Reads one table of a site file by the table of keys, and collects every fault with its line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from mulmok.config.explain import UnfitError, unknown_key
from mulmok.config.table import TABLES
from mulmok.config.toml_lines import KeyPath
from mulmok.model.errors import Fault
from mulmok.model.text import Text, text

T = TypeVar("T")


@dataclass
class Faults:
    """Everything found wrong so far, and what is only worth a remark."""

    found: list[Fault] = field(default_factory=list)
    remarks: list[Fault] = field(default_factory=list)
    #: Files in the order in which they were read.
    files: list[str] = field(default_factory=list)
    #: Whether a file could not be read at all: then what refers to it cannot be judged.
    incomplete: bool = False

    def in_order(self) -> tuple[Fault, ...]:
        """Give what is wrong by file, as included, and line; the same fault once."""
        return self._ordered(self.found)

    def remarks_in_order(self) -> tuple[Fault, ...]:
        """Give the remarks in the same way."""
        return self._ordered(self.remarks)

    def _ordered(self, faults: list[Fault]) -> tuple[Fault, ...]:
        once = {(f.file, f.line, f.path, str(f.message)): f for f in faults}
        return tuple(
            sorted(once.values(), key=lambda fault: (self.files.index(fault.file), fault.line))
        )


@dataclass(frozen=True)
class Table:
    """One table of one file: its values, and where they stand.

    file    as people know it
    kind    which keys it may have (`TABLES`)
    label   how faults name it: `channel.inlet.ph`
    lines   line of every key path of the file
    path    key path of this table in the file
    """

    file: str
    kind: str
    label: str
    values: Mapping[str, object]
    lines: Mapping[KeyPath, int]
    path: KeyPath
    faults: Faults

    def line(self, *inside: str | int) -> int:
        """Line of a key, or of the nearest thing around it that has one."""
        path = (*self.path, *inside)
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fault(self, words: Text, *inside: str | int) -> None:
        """Note that what stands at `inside` (the table itself, when empty) is wrong."""
        self.faults.found.append(self._said_of(words, *inside))

    def fault_again(self, name: str, first: Table) -> None:
        """Note that an earlier table has this id already."""
        words = text(
            '"{id}" stands in {file}:{line} already; want an id of its own',
            id=name,
            file=first.file,
            line=first.line("id"),
        )
        self.fault(words, "id")

    def remark(self, words: Text, *inside: str | int) -> None:
        """Note what is right as it stands, but should be seen to before it is run."""
        self.faults.remarks.append(self._said_of(words, *inside))

    def _said_of(self, words: Text, *inside: str | int) -> Fault:
        names = [self.label, *(part for part in inside if isinstance(part, str))]
        name = ".".join(part for part in names if part)
        return Fault(self.file, self.line(*inside), name, words)

    def check_keys(self, *, open_end: bool = False) -> None:
        """Note unknown keys, unless the table's end is open, and missing ones."""
        keys = {key.name: key for key in TABLES[self.kind]}
        for name in self.values:
            if name not in keys and not open_end:
                self.fault(unknown_key(name, keys), name)
        for key in keys.values():
            if key.required and key.name not in self.values:
                self.fault(text("missing; want {what}", what=key.about), key.name)

    def read(self, key: str, convert: Callable[[object], T], default: T) -> T:
        """Value of a key through `convert`, or the default; a fault is noted, the default given."""
        if key not in self.values:
            return default
        try:
            return convert(self.values[key])
        except UnfitError as error:
            self.fault(error.text, key)
            return default

    def inner(self, key: str, kind: str) -> Table | None:
        """Table that stands in a key; None when there is none, or it is no table."""
        value = self.values.get(key)
        if not isinstance(value, dict):
            return None
        return Table(
            self.file,
            kind,
            f"{self.label}.{key}",
            value,
            self.lines,
            (*self.path, key),
            self.faults,
        )

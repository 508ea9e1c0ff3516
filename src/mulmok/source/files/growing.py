"""Files that others still write to: which readings of one are new.

A file is read whole each time, because what is missing in it depends on what came before; only
what was not taken before goes on. What was taken is known from memory or, after a restart, by
reading the beginning of the file that the ledger knows.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from mulmok.model.channel import Channel
from mulmok.model.errors import InputError
from mulmok.model.text import Text, text
from mulmok.source.files.ledger import Ledger, Taken
from mulmok.source.files.line_ends import whole_lines
from mulmok.source.files.read import Form, left_out, read_body
from mulmok.source.files.rows import Rows, beyond, joined
from mulmok.source.files.tables import table_of
from mulmok.source.files.times import NaiveTimeError

#: Readings remembered over all files, so that one that is written anew each time is compared with
#: what it held before. Site choice: some 10 MB.
_REMEMBERED = 500_000


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What a file holds that was not taken before.

    rows      new readings; all: every reading it holds
    taken     how far it has been taken once these are
    tail      what is to be said of its last line if that stays without an end
    """

    rows: Rows
    all: Rows
    taken: Taken
    warnings: tuple[Text, ...] = ()
    tail: Text | None = None


@dataclass(eq=False)
class Growing:
    """Reads the files of one folder."""

    channels: Sequence[Channel]
    form: Form
    ledger: Ledger
    _rows: OrderedDict[str, Rows] = field(default_factory=OrderedDict)

    def read(self, name: str, data: bytes) -> Part:
        """Give what is new in a file that now holds `data`. Raises InputError."""
        taken = self.ledger.of(name)
        continued = taken is not None and taken.begins(data)
        if taken is not None and continued and not data[taken.size :].strip():
            nothing = joined([])
            return Part(nothing, self._rows.get(name, nothing), taken)
        table = table_of(data, name)
        try:
            result = read_body(table, self.channels, self.form)
        except NaiveTimeError as fault:
            raise InputError(
                text(
                    '{fault}, or give the source the zone of its files: zone = "works" or '
                    'zone = "Asia/Seoul"',
                    fault=fault.text,
                )
            ) from None
        rows, warnings = result.rows, result.warnings
        before = self._rows.get(name)
        if before is None and taken is not None and continued:
            begun = table_of(data[: taken.size], name)
            before = read_body(begun, self.channels, self.form).rows
        if before is not None:
            rows, changed = beyond(rows, before)
            if changed:
                said = text(
                    "{file}: {count} readings differ from what was taken of it before: "
                    "what came first stays",
                    file=name,
                    count=changed,
                )
                warnings = (*warnings, said)
        end = len(data) if table.tail is None else whole_lines(data)
        tail = None if table.tail is None else left_out(name, table.tail)
        return Part(rows, result.rows, Taken.of(data[:end]), warnings, tail)

    def keep(self, name: str, part: Part) -> None:
        """Remember that a part was taken. Raises OSError when the ledger cannot be written.

        Even then nothing of it is taken a second time before a restart.
        """
        self._rows[name] = part.all
        self._rows.move_to_end(name)
        self.ledger.note(name, part.taken)
        while sum(map(len, self._rows.values())) > _REMEMBERED:
            self._rows.popitem(last=False)

    def forget_all_but(self, names: Collection[str]) -> None:
        """Let go of what is in memory of files that are gone."""
        for name in self._rows.keys() - names:
            del self._rows[name]

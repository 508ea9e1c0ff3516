"""Files that others still write to: which readings of one are new.

A file is read whole each time, because what is missing in it depends on what came before; only
what was not taken before goes on. What was taken is known from memory or, after a restart, by
reading the beginning of the file that the ledger knows.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from mulmok.model.channel import Channel
from mulmok.model.errors import InputError
from mulmok.model.text import Text, text
from mulmok.source.files.folder import Look, shown
from mulmok.source.files.form import Form
from mulmok.source.files.ledger import Ledger, Taken
from mulmok.source.files.line_ends import whole_lines
from mulmok.source.files.newest import Cell
from mulmok.source.files.read import left_out, read_body
from mulmok.source.files.rows import Rows, beyond, joined
from mulmok.source.files.tables import table_of
from mulmok.source.files.times import NaiveTimeError
from mulmok.source.files.values import DecimalError

#: Readings remembered over all files, so that one that is written anew each time is compared with
#: what it held before. Site choice: some 10 MB.
_REMEMBERED = 500_000


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What a file holds that was not taken before.

    rows      new readings; all: every reading it holds
    taken     how far it has been taken once these are
    tail      what is to be said of its last line if that stays without an end
    lacking   columns that were named and are not there
    newest    newest cell of each channel
    """

    rows: Rows
    all: Rows
    taken: Taken
    warnings: tuple[Text, ...] = ()
    tail: Text | None = None
    lacking: tuple[str, ...] = ()
    newest: Mapping[int, Cell] = field(default_factory=dict)


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
        file = shown(name)
        table = table_of(data, file, self.form)
        try:
            result = read_body(table, self.channels, self.form, newest=True)
        except DecimalError as fault:
            raise InputError(
                text('{fault}, or tell the source: decimal = "," or "."', fault=fault.text)
            ) from None
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
            begun = table_of(data[: taken.size], file, self.form)
            before = read_body(begun, self.channels, self.form).rows
        if before is not None:
            rows, changed = beyond(rows, before)
            if changed:
                said = text(
                    "{file}: {count} readings differ from what was taken of it before: "
                    "what came first stays",
                    file=file,
                    count=changed,
                )
                warnings = (*warnings, said)
        end = len(data) if table.tail is None else whole_lines(data)
        tail = None if table.tail is None else left_out(file, table.tail)
        taken = Taken.of(data[:end])
        return Part(rows, result.rows, taken, warnings, tail, result.lacking, result.newest)

    def keep(self, name: str, part: Part, look: Look | None = None) -> None:
        """Remember that a part was taken. Raises OSError when the ledger cannot be written.

        `look` is how the file looked, of which nothing is left if it looks so again.

        Even then nothing of it is taken a second time before a restart.
        """
        self._rows[name] = part.all
        self._rows.move_to_end(name)
        self.ledger.note(name, part.taken, look if part.tail is None else None)
        while sum(map(len, self._rows.values())) > _REMEMBERED:
            self._rows.popitem(last=False)

    def forget_all_but(self, names: Collection[str]) -> None:
        """Let go of what is in memory of files that are gone."""
        for name in self._rows.keys() - names:
            del self._rows[name]

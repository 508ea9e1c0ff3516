"""A folder into which others drop readings files.

Looks into the folder every few seconds (network folders tell nobody of a change). A file is read
when two looks in a row found it unchanged. A last line without a line end is not yet a line: what
stands before it is taken, the line itself when it gets its end. Each reading is taken once, also of
files that grow, and after a restart. A file that is wrong stays where it is, and is trouble for as
long as it does. Names beginning with a dot are nobody's yet.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from mulmok.model.channel import Channel
from mulmok.model.errors import InputError, SourceError
from mulmok.model.text import Text, text
from mulmok.model.time import SECOND
from mulmok.source.files.growing import Growing
from mulmok.source.files.ledger import Ledger
from mulmok.source.files.read import Form
from mulmok.source.files.table import HalfWritten, NoReadings
from mulmok.source.port import Arrival, Deliver, Setup
from mulmok.source.settings import SettingKey

SUFFIXES = (".csv", ".txt", ".tsv", ".parquet", ".pq", ".xlsx")
#: Looks after which it is said of an unfinished file that it no longer changes. Site choice.
PATIENCE = 60
#: Time between looks [s]. Site choice.
POLL_S = 5.0

#: Readings handed over at a time, so that a year in one file does not hold up the instruments.
BATCH = 20_000

_Look = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Unfinished:
    """A file that may go on, what is said if it does not, and whether nothing of it can be used."""

    words: Text
    useless: bool


@dataclass
class FilesDriver:
    """Takes files from a folder.

    ledger  what was taken already; it is kept over restarts
    report  is told what was wrong with a file, or worth knowing of it
    form    how the files are to be read
    poll    time between looks [s]
    """

    settings: ClassVar[tuple[SettingKey, ...]] = (
        SettingKey("folder", "folder", text("folder to look into; a relative one begins at the site file"), '"incoming"', required=True),
        SettingKey("zone", "zone", text('zone of times without an offset: "works" for the works\' own, or an IANA name'), '"works"', usual="such times are an error"),
        SettingKey("time_format", "text", text("form of the times as strptime has it, for files that do not speak ISO 8601"), '"%d-%m-%Y %H:%M"', usual="ISO 8601"),
        SettingKey("columns", "columns", text("what the columns of the files are, where they have names of their own: a channel, or time"), '{ "TIMESTAMP" = "time", "PH_IN" = "inlet.ph" }', usual="the names are the channels'"),
        SettingKey("ignore_unknown", "switch", text("leave out columns that are no channel of the works"), "true", usual="such a column is an error"),
        SettingKey("poll", "duration", text("time between two looks"), '"5 s"', usual='"5 s"'),
    )  # fmt: skip

    folder: Path
    channels: Sequence[Channel]
    ledger: Ledger
    report: Callable[[Text], None]
    form: Form = field(default_factory=Form)
    poll: float = POLL_S
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _seen: dict[str, tuple[_Look, int]] = field(default_factory=dict)
    _finished: dict[str, _Look] = field(default_factory=dict)
    _unfinished: dict[str, _Unfinished] = field(default_factory=dict)
    _refused: dict[str, Text] = field(default_factory=dict)
    #: What was said of which file: the same sentence is not repeated each time it grows.
    _told: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Nothing is read yet."""
        self._growing = Growing(self.channels, self.form, self.ledger)

    @classmethod
    def build(cls, setup: Setup) -> FilesDriver:
        """Watch the folder named in the settings."""
        given = setup.settings
        zone, columns = given.get("zone"), given.get("columns")
        return cls(
            folder=setup.beside / str(given["folder"]),
            channels=setup.channels,
            ledger=Ledger(setup.folder / f"{setup.name}.taken"),
            report=setup.report,
            form=Form(
                zone=setup.zone.name if zone == "works" else _text(zone),
                time_format=_text(given.get("time_format")),
                ignore_unknown=given.get("ignore_unknown") is True,
                columns=columns if isinstance(columns, Mapping) else {},
            ),
            poll=int(str(given.get("poll", int(POLL_S * SECOND)))) / SECOND,
        )

    @property
    def trouble(self) -> Text | None:
        """What is wrong with files that lie in the folder; None when nothing is."""
        if not self._refused:
            return None
        first, *more = (self._refused[name] for name in sorted(self._refused))
        if not more:
            return first
        return text("{first} (refused besides: {more})", first=first, more=len(more))

    async def run(self, deliver: Deliver) -> None:
        """Deliver until cancelled.

        Raises SourceError when the folder cannot be read, or what was taken not be remembered.
        """
        while True:
            await self.look(deliver)
            await self.sleep(self.poll)

    async def look(self, deliver: Deliver) -> None:
        """Look into the folder once and take what is ready."""
        found = self._listed()
        self._forget_all_but({path.name for path, _ in found})
        for path, look in found:
            name = path.name
            if self._finished.get(name) == look:
                continue
            before, times = self._seen.get(name, (None, 0))
            times = times + 1 if before == look else 0
            self._seen[name] = look, times
            if times == 0:
                self._unfinished.pop(name, None)
            elif name not in self._unfinished:
                await self._take(path, look, deliver)
            elif times >= PATIENCE:
                self._give_up(name)
                self._finish(name, look)

    def _listed(self) -> list[tuple[Path, _Look]]:
        try:
            found = []
            for path in sorted(self.folder.iterdir()):
                if path.suffix.lower() in SUFFIXES and not path.name.startswith("."):
                    state = path.stat()
                    found.append((path, (state.st_size, state.st_mtime_ns)))
        except OSError as fault:
            raise SourceError(
                text(
                    "the folder {folder} cannot be read: {reason}",
                    folder=str(self.folder),
                    reason=fault.strerror or str(fault),
                )
            ) from fault
        return found

    def _forget_all_but(self, names: set[str]) -> None:
        memories: tuple[dict[str, Any], ...] = (
            self._seen,
            self._finished,
            self._unfinished,
            self._refused,
        )
        for memory in memories:
            for name in memory.keys() - names:
                del memory[name]
        self._growing.forget_all_but(names)
        self._told = {(name, words) for name, words in self._told if name in names}

    async def _take(self, path: Path, look: _Look, deliver: Deliver) -> None:
        name = path.name
        try:
            data = await asyncio.to_thread(path.read_bytes)
        except OSError:
            self._seen[name] = look, 0  # still held by its writer, or gone: the next look tells
            return
        try:
            part = await asyncio.to_thread(self._growing.read, name, data)
        except (HalfWritten, NoReadings) as fault:
            self._unfinished[name] = _Unfinished(fault.text, isinstance(fault, HalfWritten))
            return
        except InputError as fault:
            self._refuse(name, fault.text)
            self._finish(name, look)
            return
        for begin in range(0, len(part.rows), BATCH):
            rows = part.rows.take(slice(begin, begin + BATCH))
            await deliver(Arrival(rows.channel, rows.at, rows.value, rows.status))
        try:
            self._growing.keep(name, part)
        except OSError as fault:
            raise SourceError(
                text(
                    "{file} was taken, but that cannot be remembered: {reason}",
                    file=name,
                    reason=fault.strerror or str(fault),
                )
            ) from fault
        self._refused.pop(name, None)
        for warning in part.warnings:
            self._tell(name, warning)
        if part.tail is None:
            self._finish(name, look)
        else:
            self._unfinished[name] = _Unfinished(part.tail, useless=False)

    def _give_up(self, name: str) -> None:
        """Say that a file stays unfinished; it is read again as soon as it changes."""
        unfinished = self._unfinished.pop(name)
        if unfinished.useless:
            self._refuse(name, unfinished.words)
        else:
            self._tell(name, unfinished.words)

    def _finish(self, name: str, look: _Look) -> None:
        self._finished[name] = look
        self._seen.pop(name, None)

    def _refuse(self, name: str, words: Text) -> None:
        if self._refused.get(name) != words:
            self.report(words)
        self._refused[name] = words

    def _tell(self, name: str, words: Text) -> None:
        said = (name, words.template)
        if said not in self._told:
            self._told.add(said)
            self.report(words)


def _text(given: object) -> str | None:
    return None if given is None else str(given)

"""A folder into which others drop readings files.

Looks into the folder every few seconds (network folders tell nobody of a change). A file is read
when two looks in a row found it unchanged; one that ends in mid-line is waited for. Each file is
taken once, known by name, size and content, so a restart does not take it again; one that is wrong
is reported once, remembered, and left where it is. Names beginning with a dot are nobody's yet.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableSet, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from mulmok.model.channel import Channel
from mulmok.model.errors import InputError, SourceError
from mulmok.model.text import Text, text
from mulmok.source.files.ledger import Ledger
from mulmok.source.files.read import read_body
from mulmok.source.files.table import HalfWritten
from mulmok.source.files.tables import table_of
from mulmok.source.port import Arrival, Deliver, Setup

SUFFIXES = (".csv", ".txt", ".tsv", ".parquet", ".pq", ".xlsx")
#: Looks after which an unfinished file that no longer changes is called wrong. Site choice.
PATIENCE = 60

#: Readings handed over at a time, so that a year in one file does not hold up the instruments.
BATCH = 20_000

_Look = tuple[int, int]


@dataclass
class FilesDriver:
    """Takes files from a folder.

    done    keys of files already taken; whoever makes the driver keeps it over restarts
    report  is told what was wrong with a file, or worth knowing of it
    poll    time between looks [s]
    """

    folder: Path
    channels: Sequence[Channel]
    done: MutableSet[str]
    report: Callable[[Text], None]
    zone: str | None = None
    poll: float = 5.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _seen: dict[str, tuple[_Look, int]] = field(default_factory=dict)
    _finished: dict[str, _Look] = field(default_factory=dict)
    #: Keys of files that were delivered but could not be remembered yet.
    _owed: set[str] = field(default_factory=set)

    @classmethod
    def build(cls, setup: Setup) -> FilesDriver:
        """Watch the folder named in the settings: `folder`, and `zone` for times without offset."""
        folder = setup.settings.get("folder")
        if not isinstance(folder, str):
            raise InputError(
                text('source "{name}": want a folder, such as folder = "incoming"', name=setup.name)
            )
        zone = setup.settings.get("zone", setup.zone.name)
        return cls(
            folder=setup.beside / folder,
            channels=setup.channels,
            done=Ledger(setup.folder / f"{setup.name}.taken"),
            report=setup.report,
            zone=str(zone),
        )

    async def run(self, deliver: Deliver) -> None:
        """Deliver until cancelled.

        Raises SourceError when the folder cannot be read, or what was taken not be remembered.
        """
        while True:
            await self.look(deliver)
            await self.sleep(self.poll)

    async def look(self, deliver: Deliver) -> None:
        """Look into the folder once and take what is ready."""
        for path, look in self._listed():
            if self._finished.get(path.name) == look:
                continue
            before, times = self._seen.get(path.name, (None, 0))
            times = times + 1 if before == look else 0
            self._seen[path.name] = look, times
            if times:
                await self._take(path, look, times, deliver)

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

    async def _take(self, path: Path, look: _Look, times: int, deliver: Deliver) -> None:
        try:
            data = await asyncio.to_thread(path.read_bytes)
        except OSError:
            return  # it is still held by its writer, or gone: the next look tells
        key = f"{path.name} {len(data)} {sha256(data).hexdigest()}"
        if key not in self.done and key not in self._owed:
            try:
                table = await asyncio.to_thread(table_of, data, path.name)
                result = await asyncio.to_thread(read_body, table, self.channels, self.zone)
            except HalfWritten as fault:
                if times < PATIENCE:
                    return
                self.report(fault.text)
            except InputError as fault:
                self.report(fault.text)
            else:
                for begin in range(0, len(result.rows), BATCH):
                    rows = result.rows.take(slice(begin, begin + BATCH))
                    await deliver(Arrival(rows.channel, rows.at, rows.value, rows.status))
                for warning in result.warnings:
                    self.report(text("{file}: {message}", file=path.name, message=warning))
            self._owed.add(key)
        if key in self._owed:
            self._remember(key, path.name)
        self._finished[path.name] = look
        self._seen.pop(path.name, None)

    def _remember(self, key: str, name: str) -> None:
        try:
            self.done.add(key)
        except OSError as fault:
            raise SourceError(
                text(
                    "{file} was taken, but that cannot be remembered: {reason}",
                    file=name,
                    reason=fault.strerror or str(fault),
                )
            ) from fault
        self._owed.discard(key)

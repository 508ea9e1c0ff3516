"""A folder into which others drop readings files.

Looks into the folder every few seconds (network folders tell nobody of a change). A file is read
when two looks in a row found it unchanged. A last line without a line end is not yet a line: what
stands before it is taken, the line itself when it gets its end. Each reading is taken once, also of
files that grow, and after a restart. A file that is wrong stays where it is, and is trouble for as
long as it does. Nothing in the folder is ever moved, changed or deleted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from mulmok.model.channel import Channel
from mulmok.model.clock import Clock
from mulmok.model.errors import InputError, SourceError
from mulmok.model.text import Text, text
from mulmok.model.time import SECOND
from mulmok.source.files.folder import Folder, Look, shown
from mulmok.source.files.form import Form
from mulmok.source.files.growing import Growing, Part
from mulmok.source.files.ledger import Ledger
from mulmok.source.files.plan import SETTINGS, faults, form_of
from mulmok.source.files.reach import LARGEST, Reach, TooLargeError, read_whole
from mulmok.source.files.states import States
from mulmok.source.files.table import HalfWritten, NoReadings
from mulmok.source.port import Arrival, Deliver, Seen, Setup
from mulmok.source.settings import Given, SettingKey

#: Time between looks [s]. Site choice.
POLL_S = 5.0
#: Readings handed over at a time, so that a year in one file does not hold up the instruments.
BATCH = 20_000
#: How many of the newest files somebody sees who only looks.
_TRIED = 3


@dataclass
class FilesDriver:
    """Takes files from a folder.

    ledger  what was taken already; it is kept over restarts
    report  is told what was wrong with a file, or worth knowing of it
    form    how the files are to be read
    poll    time between looks [s]
    trial   somebody only looks: the newest files are enough, and are not waited for
    """

    settings: ClassVar[tuple[SettingKey, ...]] = SETTINGS
    #: A file lies there until it is read.
    momentary: ClassVar[bool] = False

    folder: Path
    channels: Sequence[Channel]
    ledger: Ledger
    report: Callable[[Text], None]
    form: Form = field(default_factory=Form)
    poll: float = POLL_S
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    recursive: bool = False
    clock: Clock | None = None
    trial: bool = False
    _seen: dict[int, Seen] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Nothing is read yet."""
        self._growing = Growing(self.channels, self.form, self.ledger)
        self._states = States(self.report)
        self._place = Folder(self.folder, self.recursive)
        self._reach = Reach(str(self.folder))

    @staticmethod
    def wrong(settings: Mapping[str, Given]) -> list[tuple[str, Text]]:
        """Say what of the settings does not go together."""
        return list(faults(settings))

    @classmethod
    def build(cls, setup: Setup) -> FilesDriver:
        """Watch the folder named in the settings. Raises InputError where two channels claim one column."""
        given = setup.settings
        return cls(
            folder=setup.beside / str(given["folder"]),
            channels=setup.channels,
            ledger=Ledger(setup.folder / f"{setup.name}.taken"),
            report=setup.report,
            form=form_of(setup),
            poll=int(str(given.get("poll", int(POLL_S * SECOND)))) / SECOND,
            recursive=given.get("recursive") is True,
            clock=setup.clock,
            trial=setup.trial,
        )

    @property
    def trouble(self) -> Text | None:
        """What is wrong with files that lie in the folder; None when nothing is."""
        return self._states.trouble(self._place.unreadable)

    def seen(self) -> Mapping[int, Seen]:
        """Give the newest cell of each channel that stood in a file."""
        return dict(self._seen)

    async def run(self, deliver: Deliver) -> None:
        """Deliver until cancelled.

        Raises SourceError when the folder cannot be read, or what was taken not be remembered.
        """
        while True:
            await self.look(deliver)
            await self.sleep(self.poll)

    async def look(self, deliver: Deliver) -> None:
        """Look into the folder once and take what is ready."""
        found = await self._listed()
        self._states.forget_all_but(found.keys())
        self._growing.forget_all_but(found.keys())
        for name, look in found.items():
            if self._states.is_done(name, look):
                continue
            if self.ledger.look_of(name) == look:
                self._states.done(name, look)
            elif self._states.is_ready(name, look) or self.trial:
                await self._take(name, look, deliver)

    async def _listed(self) -> dict[str, Look]:
        try:
            if self.trial:
                return await self._reach.ask(lambda: self._place.newest(_TRIED))
            return await self._reach.ask(lambda: self._place.listed(self._states.settled))
        except OSError as fault:
            raise SourceError(
                text(
                    "the folder {folder} cannot be read: {reason}",
                    folder=str(self.folder),
                    reason=fault.strerror or str(fault),
                )
            ) from fault

    async def _take(self, name: str, look: Look, deliver: Deliver) -> None:
        try:
            data, read = await self._reach.ask(lambda: read_whole(self.folder / name))
        except FileNotFoundError:
            return  # the next look tells
        except TooLargeError as fault:
            self._states.refuse(name, look, _too_large(name, fault.size))
            return
        except OSError as fault:
            self._states.held(name, fault.strerror or str(fault))
            return
        if read != look:
            self._states.changed(name, read)
            return
        try:
            part = await asyncio.to_thread(self._growing.read, name, data)
        except (HalfWritten, NoReadings) as fault:
            self._states.unfinished(name, fault.text, useless=isinstance(fault, HalfWritten))
            return
        except InputError as fault:
            self._states.refuse(name, look, fault.text)
            return
        for begin in range(0, len(part.rows), BATCH):
            rows = part.rows.take(slice(begin, begin + BATCH))
            await deliver(Arrival(rows.channel, rows.at, rows.value, rows.status))
        self._remember(name, look, part)

    def _remember(self, name: str, look: Look, part: Part) -> None:
        try:
            self._growing.keep(name, part, look)
        except OSError as fault:
            raise SourceError(
                text(
                    "{file} was taken, but that cannot be remembered: {reason}",
                    file=shown(name),
                    reason=fault.strerror or str(fault),
                )
            ) from fault
        now = 0 if self.clock is None else self.clock.now()
        self._seen |= {
            index: Seen(
                str(cell.place), cell.raw, cell.number, cell.value, cell.status, cell.at, now
            )
            for index, cell in part.newest.items()
            if index not in self._seen or self._seen[index].at <= cell.at
        }
        self._states.took(name, look, part.warnings, part.tail, part.lacking)


def _too_large(name: str, size: int) -> Text:
    return text(
        "{file} has {size} MB, at most {most} MB are taken from a folder: have it written in pieces, "
        "or bring it in with mulmok import",
        file=shown(name),
        size=-(-size // 1024 // 1024),
        most=LARGEST // 1024 // 1024,
    )

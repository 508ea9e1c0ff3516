"""A SCADA system that exports a file every now and then, as the site file says its files look."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

import numpy as np

from mulmok.model.channel import Channel
from mulmok.model.clock import Clock
from mulmok.model.errors import SourceError
from mulmok.model.status import Status
from mulmok.model.text import text
from mulmok.source.files.form import Form
from mulmok.source.files.header import STATUS
from mulmok.source.files.plan import form_of
from mulmok.source.instants import TimeForm
from mulmok.source.peer import Instruments
from mulmok.source.polling import Polling
from mulmok.source.port import Setup
from mulmok.source.signal import Signal


@dataclass
class FilesPeer:
    """Writes what the instruments show into the folder: a file each turn, whole from the first moment.

    The files have the columns, times, numbers and titles the site file tells of, in CP949 as Korean
    Windows writes.
    """

    encoding: ClassVar[str] = "cp949"

    folder: Path
    form: Form
    channels: Mapping[int, Channel]
    signals: Mapping[int, Signal]
    instruments: Instruments
    clock: Clock
    statuses: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def build(cls, setup: Setup, instruments: Instruments, host: str) -> FilesPeer:
        """Make it; nothing listens, so `host` says nothing."""
        del host
        form = form_of(setup)
        named = {meant: column for column, meant in form.columns.items()}
        return cls(
            folder=setup.beside / str(setup.settings["folder"]),
            form=form,
            channels=dict(setup.feeding()),
            signals=setup.signals(),
            instruments=instruments,
            clock=setup.clock,
            statuses={
                index: named.get(channel.id + STATUS, channel.id + STATUS)
                for index, channel in setup.feeding()
            },
        )

    @property
    def place(self) -> str:
        """The folder."""
        return str(self.folder)

    async def serve(self) -> None:
        """Write until cancelled. Raises SourceError when the folder cannot be written into."""
        polling = Polling(self.clock, self.channels.items())
        while True:
            turn = await polling.turn()
            at = max(turn.values())
            moment = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=at // 1000)
            name = moment.strftime("export-%Y%m%d-%H%M%S.csv")
            try:
                await asyncio.to_thread(self._write, name, self.export(turn))
            except OSError as fault:
                raise SourceError(
                    text(
                        "the folder {folder} cannot be written into: {reason}",
                        folder=str(self.folder),
                        reason=fault.strerror or str(fault),
                    )
                ) from fault

    def export(self, turn: Mapping[int, int]) -> str:
        """Give the file of one turn; `turn` has the instant of each channel whose turn it is."""
        separator = ";" if self.form.decimal == "," else ","
        times, named = self._times(), self._columns()
        names = [times, *(name for pair in named.values() for name in pair)]
        lines = ["Export" for _ in range(self.form.skip or 0)]
        lines.append(separator.join(names))
        lines += [separator * (len(names) - 1) for _ in range(self.form.below)]
        for at in sorted(set(turn.values())):
            cells = [str(self._time().write(at))]
            for index in named:
                cells += self._cells(index, at) if turn.get(index) == at else ("", "")
            lines.append(separator.join(cells))
        return "\r\n".join([*lines, ""])

    def _cells(self, index: int, at: int) -> tuple[str, str]:
        """Give number and status of a channel as the site file has them."""
        value, status = self.instruments.show(index, at)
        number = self.signals[index].number(value)
        words = "" if np.isnan(number) else f"{number:.10g}"
        if self.form.decimal == ",":
            words = words.replace(".", ",")
        return words, self._code(status)

    def _code(self, status: Status) -> str:
        for code, meant in (self.form.statuses or {}).items():
            if meant is status:
                return code
        return "" if self.form.statuses is not None else status.name

    def _times(self) -> str:
        meant = (name for name, what in self.form.columns.items() if what == "time")
        return next(meant, "time")

    def _time(self) -> TimeForm:
        zone = None if self.form.zone is None else ZoneInfo(self.form.zone)
        return TimeForm(self.form.time_format or "iso", zone)

    def _columns(self) -> dict[int, tuple[str, str]]:
        """Give the columns of each channel: its value and its status."""
        named = {meant: column for column, meant in self.form.columns.items()}
        return {
            index: (named.get(channel.id, channel.id), self.statuses[index])
            for index, channel in self.channels.items()
        }

    def _write(self, name: str, words: str) -> None:
        half = self.folder / f"{name}.part"
        with half.open("w", encoding=self.encoding, errors="replace", newline="") as file:
            file.write(words)
            file.flush()
            os.fsync(file.fileno())
        half.replace(self.folder / name)

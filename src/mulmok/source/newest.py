"""Newest reading of each channel of a source that can be asked for the past, kept over restarts.

It is on disk when `keep` returns: readings first, then this. A crash in between brings readings a
second time, which is harmless (`source.port`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mulmok.model.errors import SourceError
from mulmok.model.text import text
from mulmok.model.time import NEVER
from mulmok.source.port import Setup


@dataclass
class Newest:
    """Instants [ns UTC] by index of the channel.

    ids   of the channels
    path  where it is kept; None: nowhere (`Setup.trial`)
    """

    ids: Mapping[int, str]
    path: Path | None = None
    _at: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, setup: Setup) -> Newest:
        """Make that of a source, and read what is known. One that cannot be read is told of."""
        path = None if setup.trial else setup.folder / f"{setup.name}.newest"
        newest = cls({index: channel.id for index, channel in setup.feeding()}, path)
        try:
            newest.load()
        except (OSError, ValueError, TypeError, AttributeError) as fault:
            setup.report(
                text(
                    "{path} cannot be read ({why}): what was missed is asked for anew",
                    path=str(path),
                    why=str(fault),
                )
            )
        return newest

    def load(self) -> None:
        """Read what is known. Raises OSError, ValueError, TypeError, AttributeError."""
        if self.path is None or not self.path.exists():
            return
        kept = json.loads(self.path.read_text(encoding="utf-8"))
        found = {index: kept.get(name) for index, name in self.ids.items()}
        self._at = {index: int(at) for index, at in found.items() if at is not None}

    def at(self, index: int) -> int:
        """Instant of a channel's newest reading [ns UTC]; NEVER when there was none."""
        return self._at.get(index, NEVER)

    @property
    def level(self) -> int:
        """Newest of them all [ns UTC]; NEVER when there was none."""
        return max(self._at.values(), default=NEVER)

    def note(self, index: int, at: int) -> None:
        """Note a reading that is on disk."""
        self._at[index] = max(self.at(index), at)

    def keep(self) -> None:
        """Put what was noted on disk. Raises SourceError."""
        if self.path is None:
            return
        beside = self.path.with_name(self.path.name + ".new")
        try:
            with beside.open("w", encoding="utf-8") as lines:
                json.dump({self.ids[index]: at for index, at in self._at.items()}, lines)
                lines.flush()
                os.fsync(lines.fileno())
            beside.replace(self.path)
        except OSError as fault:
            raise SourceError(
                text(
                    "what was taken cannot be remembered in {path}: {why}",
                    path=str(self.path),
                    why=fault.strerror or str(fault),
                )
            ) from fault

"""How far a source that can be asked for the past was taken: over restarts, late rows included.

Services insert rows late, so what lies within the overlap is asked for again each time; what was
delivered of it already is remembered and not delivered again. A channel that is silent while others
go on is asked from its own newest reading, but no further back than `backfill` before the newest of
them all at the turn before: it costs little, and what comes late is still found.

It is on disk when `settle` or `finish` return: rows first, then the cursor. A crash in between brings
rows a second time, which is harmless (`source.port`).
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np

from mulmok.model.clock import Clock
from mulmok.model.errors import SourceError
from mulmok.model.text import text
from mulmok.model.time import HOUR, NEVER
from mulmok.source.batch import Batch
from mulmok.source.port import Arrival, Setup
from mulmok.source.settings import Given, SettingKey

#: Settings of drivers that can ask for the past.
CURSOR: tuple[SettingKey, ...] = (
    SettingKey("backfill", "duration", text("how far back the first start asks, and how long after the others a channel's rows may come"), '"1 d"', usual='"1 h"'),
    SettingKey("overlap", "duration", text("what is asked for again each time, because rows come late"), '"10 min"', usual="two intervals of the channel"),
)  # fmt: skip

_BACKFILL = HOUR
_INTERVALS = 2
#: Readings of one channel that are remembered as delivered; beyond, the oldest come again. Site choice.
_REMEMBERED = 100_000
#: Share of the time between rows by which an empty cell may come early and still be a missing
#: reading, for loggers jitter. Site choice.
_JITTER = 0.1

_Known = dict[tuple[int, float | None, int], None]


@dataclass(slots=True)
class _Mark:
    """How far one channel was taken.

    newest   its newest reading [ns UTC]
    level    newest reading of any channel when this one was last asked to the end [ns UTC]
    pending  newest of what was delivered and is not settled yet
    """

    newest: int = NEVER
    level: int = NEVER
    pending: int = NEVER


@dataclass
class Cursor:
    """The cursor of one source; `since` what to ask, `fresh` what of it to deliver, then `took`.

    every     interval of each channel that has a cursor, by its index [ns]
    ids       their ids
    backfill, overlap  [ns]; overlap None: two intervals of the channel
    path      where it is kept; None: nowhere (`Setup.trial`)
    """

    clock: Clock
    every: Mapping[int, int]
    ids: Mapping[int, str]
    backfill: int = _BACKFILL
    overlap: int | None = None
    path: Path | None = None
    _marks: dict[int, _Mark] = field(default_factory=dict)
    _known: dict[int, _Known] = field(default_factory=dict)

    @classmethod
    def of(cls, setup: Setup, members: Iterable[int]) -> Cursor:
        """Make that of a source for some of its members, and read how far it had come."""
        members = tuple(members)
        cursor = cls(
            clock=setup.clock,
            every={index: setup.channels[index].every for index in members},
            ids={index: setup.channels[index].id for index in members},
            backfill=_span(setup.settings.get("backfill")) or _BACKFILL,
            overlap=_span(setup.settings.get("overlap")),
            path=None if setup.trial else setup.folder / f"{setup.name}.cursor",
        )
        try:
            cursor.load()
        except (OSError, ValueError, TypeError, AttributeError) as fault:
            setup.report(
                text(
                    "how far it was taken cannot be read ({why}): it begins {span} ago",
                    why=str(fault),
                    span=f"{cursor.backfill / HOUR:g} h",
                )
            )
        return cursor

    def load(self) -> None:
        """Read how far it had come, if that is known. Raises OSError, ValueError."""
        if self.path is None or not self.path.exists():
            return
        kept = json.loads(self.path.read_text(encoding="utf-8"))
        for index, name in self.ids.items():
            mark = kept.get(name)
            if mark is not None:
                self._marks[index] = _Mark(int(mark["newest"]), int(mark["level"]))

    def since(self, index: int) -> int:
        """Instant after which a channel is to be asked for [ns UTC]."""
        now = self.clock.now()
        mark = self._marks.get(index, _Mark())
        overlap = self._overlap(index)
        known = [
            min(newest, now) - back
            for newest, back in (
                (mark.newest, overlap),
                (mark.level, max(self.backfill, overlap)),
            )
            if newest != NEVER
        ]
        return max(known, default=now - self.backfill)

    def heard(self, index: int) -> bool:
        """Whether a reading of the channel ever came."""
        mark = self._marks.get(index)
        return mark is not None and max(mark.newest, mark.pending) != NEVER

    def fresh(self, batch: Batch) -> Batch:
        """Give the rows that were not delivered yet; of two at one instant the first.

        An empty cell of a table counts as a missing reading when one was due, and not before an
        interval is over: until then it may be filled.
        """
        batch = batch.take(np.argsort(batch.at, kind="stable"))
        keep = np.ones(len(batch), np.bool_)
        for index in np.unique(batch.channel).tolist():
            if index in self.every:
                rows = np.flatnonzero(batch.channel == index)
                keep[rows] = self._fresh(index, batch.take(rows))
        return batch.take(np.flatnonzero(keep))

    def took(self, arrival: Arrival) -> None:
        """Note that rows are on disk."""
        now = self.clock.now()
        for index in np.unique(arrival.channel).tolist():
            if index not in self.every:
                continue
            mine = arrival.channel == index
            at = arrival.at[mine]
            known = self._known.setdefault(index, {})
            for key in _keys(at, arrival.value[mine], arrival.status[mine]):
                known[key] = None
            for key in list(islice(known, max(len(known) - _REMEMBERED, 0))):
                del known[key]
            # A clock that is ahead must not hide what is measured until then.
            past = at[at <= now]
            if len(past):
                mark = self._marks.setdefault(index, _Mark())
                mark.pending = max(mark.pending, int(past.max()))

    def settle(self) -> None:
        """Ask no more for what came before the rows taken so far. Raises SourceError."""
        for index, mark in self._marks.items():
            mark.newest = max(mark.newest, mark.pending)
            floor = mark.newest - self._overlap(index)
            known = self._known.get(index, {})
            self._known[index] = {key: None for key in known if key[0] >= floor}
        self._save()

    def finish(self, indices: Iterable[int]) -> None:
        """Note that these channels were asked up to now, to the end. Raises SourceError."""
        for mark in self._marks.values():
            mark.newest = max(mark.newest, mark.pending)
        level = max((mark.newest for mark in self._marks.values()), default=NEVER)
        for index in indices:
            if index in self.every and level != NEVER:
                self._marks.setdefault(index, _Mark()).level = level
        self.settle()

    def _overlap(self, index: int) -> int:
        return self.overlap if self.overlap is not None else _INTERVALS * self.every[index]

    def _fresh(self, index: int, batch: Batch) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        mark = self._marks.get(index, _Mark())
        floor = NEVER if mark.newest == NEVER else mark.newest - self._overlap(index)
        known, seen = self._known.get(index, {}), set[int]()
        every = self.every[index]
        between = np.diff(np.unique(batch.at))
        step = int(np.median(between)) if len(between) else min(self.every.values())
        due, young = every - int(_JITTER * min(step, every)), self.clock.now() - every
        last = max(mark.newest, mark.pending)
        keep = np.zeros(len(batch), np.bool_)
        rows = zip(_keys(batch.at, batch.value, batch.status), batch.blank.tolist(), strict=True)
        for place, (key, blank) in enumerate(rows):
            at = key[0]
            if at < floor or key in known or at in seen:
                continue
            if blank and (at - last < due or at > young):
                continue
            seen.add(at)
            keep[place] = True
            last = max(last, at)
        return keep

    def _save(self) -> None:
        if self.path is None:
            return
        kept = {
            self.ids[index]: {"newest": mark.newest, "level": mark.level}
            for index, mark in self._marks.items()
        }
        beside = self.path.with_name(self.path.name + ".new")
        try:
            with beside.open("w", encoding="utf-8") as lines:
                json.dump(kept, lines)
                lines.flush()
                os.fsync(lines.fileno())
            beside.replace(self.path)
        except OSError as fault:
            raise SourceError(
                text(
                    "how far it was taken cannot be remembered in {path}: {why}",
                    path=str(self.path),
                    why=fault.strerror or str(fault),
                )
            ) from fault


def _keys(
    at: np.ndarray[tuple[int], np.dtype[np.int64]],
    value: np.ndarray[tuple[int], np.dtype[np.float64]],
    status: np.ndarray[tuple[int], np.dtype[np.uint8]],
) -> Iterator[tuple[int, float | None, int]]:
    for instant, number, code in zip(at.tolist(), value.tolist(), status.tolist(), strict=True):
        yield instant, None if math.isnan(number) else number, code


def _span(given: Given | None) -> int | None:
    return given if isinstance(given, int) else None

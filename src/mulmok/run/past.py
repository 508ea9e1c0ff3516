"""The works' own past, as `mulmok calibrate` judges it anew: the last weeks of stored readings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from mulmok.config.site import Site
from mulmok.judge.detect.course import ACCEPT_WATER
from mulmok.model.errors import InputError
from mulmok.model.event import Event, Verdict
from mulmok.model.message import Readings
from mulmok.model.text import text
from mulmok.model.time import DAY, HOUR
from mulmok.run.recover import stored_readings
from mulmok.store.aside import read_aside
from mulmok.store.query import Query
from mulmok.store.sqlite import FILE

#: How far back is looked, at most and at least [ns]. Site choice: what is older was another season.
SPAN, LEAST = 60 * DAY, 21 * DAY
#: Readings beyond which so far back is not looked: they take a gigabyte of memory. Site choice.
_MOST = 10_000_000
#: Events asked of the store: more than any works has in that time.
_ALL = 1_000_000


@dataclass(frozen=True, eq=False)
class Past:
    """Stored readings in time order, and the events they are known to hold.

    end    the last instant with readings [ns UTC]
    span   how far back from it was looked [ns]
    """

    readings: Readings
    events: tuple[Event, ...]
    end: int
    span: int = SPAN

    def between(self, start: int, end: int) -> Readings:
        """Give the readings from `start` up to before `end` [ns UTC]."""
        low, high = np.searchsorted(self.readings.at, (start, end)).tolist()
        given = self.readings
        return replace(
            given,
            channel=given.channel[low:high],
            at=given.at[low:high],
            value=given.value[low:high],
            status=given.status[low:high],
        )


def look_back(site: Site, folder: Path) -> Past:
    """Read the last weeks of a works; the folder may be in use, and nothing in it changes.

    Raises InputError when there is nothing, StoreError when it cannot be read.
    """
    path = folder / FILE
    if not path.exists():
        raise InputError(
            text("{folder} holds no history; give the folder with --data", folder=str(folder))
        )
    past = read_aside(path, lambda query: _read(site, query))
    if past is None:
        raise InputError(text("the history in {folder} is empty", folder=str(folder)))
    return past


def span_of(site: Site) -> int:
    """How far back is looked [ns], in whole days: less where very much is measured."""
    a_day = sum(DAY / channel.every for channel in site.channels)
    return min(max(int(_MOST / a_day) * DAY, LEAST), SPAN)


def _read(site: Site, query: Query) -> Past | None:
    stored = query.data_range()
    if stored is None:
        return None
    span = span_of(site)
    start, end = max(stored[0], stored[1] - span), stored[1]
    days = list(stored_readings(site, query, start, end + 1))
    nothing = np.empty(0)
    readings = Readings(
        received_at=end,
        channel=np.concatenate([nothing, *(day.channel for day in days)]).astype(np.int16),
        at=np.concatenate([nothing.astype(np.int64), *(day.at for day in days)]),
        value=np.concatenate([nothing, *(day.value for day in days)]),
        status=np.concatenate([nothing, *(day.status for day in days)]).astype(np.uint8),
        source="history",
    )
    events = (_over(event) for event in query.events(start, limit=_ALL) if in_water(event))
    return Past(readings, tuple(events), end, span)


def _over(event: Event) -> Event:
    """Give an event an end, if need be the one at which it would be taken for the new normal.

    The end of an event that was open when mulmok changed is never told.
    """
    if event.ended_at is not None:
        return event
    return replace(event, ended_at=event.started_at + ACCEPT_WATER)


def in_water(event: Event) -> bool:
    """Whether something was, or was held to be, in the water itself."""
    return event.verdict in (Verdict.WATER, Verdict.HYDRAULIC) or event.warned_at is not None


def days_covered(readings: Readings, which: np.ndarray, every: int) -> float:
    """Days [d] with readings of some channels, the quickest of which reads every so often [ns]."""
    told = np.isin(readings.channel, which) & ~np.isnan(readings.value)
    unit = max(every, HOUR)
    return len(np.unique(readings.at[told] // unit)) * unit / DAY

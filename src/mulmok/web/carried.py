"""Carried: what a foreign water has brought in above the usual load, as an event's card tells it.

Usual is the middle of the normal band as it stood when the event began. Readings that are suspect only
for having jumped are taken: that is what foreign water does. A reading from before the event says nothing
of what came with it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mulmok.config.site import Site
from mulmok.judge.derive.excess import Measured, excess
from mulmok.judge.derive.load import pairs_of
from mulmok.model.channel import Channel
from mulmok.model.event import Event, Verdict
from mulmok.model.flag import IS_USABLE, Flag, Reason
from mulmok.model.time import DAY
from mulmok.store.packing import Rows
from mulmok.store.query import Query

#: No more of an event is reckoned [ns]: what lasts longer becomes what is expected.
_LONGEST = DAY
#: Below this share of the time nothing is told: it could be anything. Site choice.
_LEAST = 0.5
#: Reasons that make a reading suspect and yet telling.
_TELLING = np.uint32(Reason.SPIKE | Reason.RATE)


@dataclass(frozen=True, slots=True)
class Carried:
    """Mass of one substance above its usual load so far [kg], and the covered share of the time [0..1]."""

    channel: Channel
    mass: float
    covered: float


def carried_of(query: Query, site: Site, event: Event, now: int) -> tuple[Carried, ...]:
    """Reckon what came in with a foreign water, of each substance that moved; nothing for other events."""
    if event.verdict is not Verdict.WATER:
        return ()
    end = min(now if event.ended_at is None else event.ended_at, event.started_at + _LONGEST)
    flows, told = dict[int, Measured](), list[Carried]()
    for flow, index in pairs_of(site.channels):
        channel = site.channels[index]
        if channel.id not in event.channels:
            continue
        if flow not in flows:
            flows[flow] = _measured(query, site.channels[flow], event.started_at, end)
        matter = _measured(query, channel, event.started_at, end)
        mass, covered = excess(matter, flows[flow], event.started_at, end, site.works.grid)
        if covered >= _LEAST:
            told.append(Carried(channel, mass, covered))
    return tuple(sorted(told, key=lambda one: -abs(one.mass)))


def _measured(query: Query, channel: Channel, start: int, end: int) -> Measured:
    """Readings of a channel while an event lasts, beside what was usual when it began."""
    rows = query.rows(channel.id, start, end)
    jumped = (rows.reasons != 0) & ((rows.reasons & ~_TELLING) == 0)
    telling = (rows.flag == Flag.SUSPECT) & jumped
    value = np.where(IS_USABLE[rows.flag] | telling, rows.value, np.nan)
    usual = _usual(query.rows(channel.id, start - DAY, start), channel)
    return Measured(channel, rows.at, value, np.full(len(rows), usual))


def _usual(before: Rows, channel: Channel) -> float:
    """Middle of the last normal band that was known; NaN where none was."""
    known = np.flatnonzero(np.isfinite(before.low) & np.isfinite(before.high))
    if len(known) == 0:
        return math.nan
    low, high = float(before.low[known[-1]]), float(before.high[known[-1]])
    return math.sqrt(low * high) if channel.quantity.log else (low + high) / 2

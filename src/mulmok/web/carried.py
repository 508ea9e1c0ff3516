"""Carried: what a foreign water has brought in above the usual load, as an event's card tells it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mulmok.config.site import Site
from mulmok.judge.derive.align import hold_of
from mulmok.judge.derive.excess import Measured, excess
from mulmok.model.channel import Channel
from mulmok.model.event import Event, Verdict
from mulmok.model.flag import IS_USABLE
from mulmok.model.time import DAY
from mulmok.store.query import Query

#: No more of an event is reckoned [ns]: what lasts longer becomes what is expected.
_LONGEST = DAY


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
    moved = [one for name in event.channels if (one := site.channel(name)) is not None]
    flows: dict[str, Channel] = {}
    for one in site.channels:
        if one.quantity.id == "flow":
            flows.setdefault(one.place, one)
    told = []
    for channel in moved:
        flow = flows.get(channel.place)
        if flow is None or not channel.quantity.is_concentration:
            continue
        mass, covered = excess(
            _measured(query, site, channel, event.started_at, end),
            _measured(query, site, flow, event.started_at, end),
            event.started_at, end, site.works.grid,
        )  # fmt: skip
        if covered > 0.0:
            told.append(Carried(channel, mass, covered))
    return tuple(sorted(told, key=lambda one: -abs(one.mass)))


def _measured(query: Query, site: Site, channel: Channel, start: int, end: int) -> Measured:
    """Readings of a channel, those that still stand at the start included; usual is the band's middle."""
    rows = query.rows(channel.id, start - hold_of(channel, site.works.grid), end)
    value = np.where(IS_USABLE[rows.flag], rows.value, np.nan)
    with np.errstate(invalid="ignore"):
        usual = (
            np.sqrt(rows.low * rows.high) if channel.quantity.log else (rows.low + rows.high) / 2
        )
    return Measured(channel, rows.at, value, usual)

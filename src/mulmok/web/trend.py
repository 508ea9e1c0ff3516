"""What a trend shows: buckets, the lanes of alarms and events beneath them, and the events' cards."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mulmok.config.site import Site
from mulmok.model.alarm import AlarmRule, IsaState, RuleKind, Transition
from mulmok.model.channel import Channel
from mulmok.model.event import Event
from mulmok.model.number import exact
from mulmok.model.time import DAY, FOREVER
from mulmok.store.buckets import Buckets
from mulmok.store.packing import Rows
from mulmok.store.query import Query
from mulmok.store.statements import Statement
from mulmok.web.cards import Card, cards_of
from mulmok.web.doubt import doubtful

#: Rows of the table that stands for the chart where there is no script.
_ROWS = 24
#: Events and changes of alarms looked at for the lanes.
_MOST = 500
#: Events of a span that get a card; of so many of them the contributions are drawn at once.
_CARDS, _DRAWN = 12, 1


#: An alarm, and from when to when it was raised [ns UTC]; None: it still is.
Raised = tuple[AlarmRule, int, int | None]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a trend's table; NaN: no usable reading."""

    at: int
    smallest: float
    mean: float
    largest: float
    count: int


@dataclass(frozen=True, slots=True)
class Found:
    """What the store has of a channel over a span."""

    buckets: Buckets
    doubts: Rows
    alarms: list[Raised]
    events: list[Event]
    said: dict[str, tuple[Statement, ...]]


def found_of(
    query: Query, site: Site, channel: Channel, span: tuple[int, int], wanted: int
) -> Found:
    """Look a channel up over a span, in about so many buckets."""
    start, end = span
    buckets = query.buckets(channel.id, start, end, count_for(channel, start, end, wanted))
    events = events_on(query, channel, start, end)
    return Found(
        buckets,
        doubtful(query, channel, start, end, buckets.width),
        concerning(raised(query, rules_on(site, channel), start, end), events),
        events,
        query.statements(event.id for event in events),
    )


def table_of(query: Query, channel: Channel, start: int, end: int) -> tuple[Line, ...]:
    """A span as a table of about `_ROWS` rows."""
    buckets = query.buckets(channel.id, start, end, count_for(channel, start, end, _ROWS))
    columns = (buckets.start, buckets.smallest, buckets.mean, buckets.largest, buckets.count)
    return tuple(Line(*row) for row in zip(*(column.tolist() for column in columns), strict=True))


def columns_of(buckets: Buckets, every: int) -> dict[str, object]:
    """Buckets as JSON columns; `t` is the middle of each [s UTC], None: nothing usable was read.

    Where buckets are about as wide as the interval of the readings, `every` [ns], a single one without
    a reading between two that have one is no gap, and left out.
    """
    if buckets.width < 2 * every:
        buckets = _closed(buckets)
    return {
        "t": ((buckets.start + buckets.width // 2) / 1e9).round(3).tolist(),
        "width": buckets.width / 1e9,
        "min": _plain(buckets.smallest),
        "max": _plain(buckets.largest),
        "mean": _plain(buckets.mean),
        "low": _plain(buckets.low),
        "high": _plain(buckets.high),
        "flag": buckets.flag.tolist(),
        "count": buckets.count.tolist(),
    }


def _closed(buckets: Buckets) -> Buckets:
    had = buckets.flag > 0
    lonely = np.zeros(len(had), np.bool_)
    lonely[1:-1] = ~had[1:-1] & had[:-2] & had[2:]
    kept = ~lonely
    return Buckets(
        buckets.start[kept],
        buckets.width,
        buckets.smallest[kept],
        buckets.largest[kept],
        buckets.mean[kept],
        buckets.count[kept],
        buckets.flag[kept],
        buckets.low[kept],
        buckets.high[kept],
    )


def count_for(channel: Channel, start: int, end: int, wanted: int) -> int:
    """How many buckets to ask for: none narrower than the interval of the readings."""
    return max(min(wanted, (end - start) // channel.every), 1)


def _plain(column: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[float | None]:
    return [None if math.isnan(value) else float(f"{value:.6g}") for value in column.tolist()]


def rules_on(site: Site, channel: Channel) -> tuple[AlarmRule, ...]:
    """Every alarm that watches a channel, and those that watch for events."""
    index = site.channels.index(channel)
    return tuple(
        rule for rule in site.alarms if rule.channel == index or rule.kind is RuleKind.EVENT
    )


def limits_on(site: Site, channel: Channel) -> list[dict[str, object]]:
    """Limits on a channel's value, as lines to draw."""
    return [
        {
            "value": rule.limit,
            "shown": exact(rule.limit),
            "priority": rule.priority,
            "side": rule.kind.value,
        }
        for rule in rules_on(site, channel)
        if rule.kind in (RuleKind.ABOVE, RuleKind.BELOW)
    ]


def raised(query: Query, rules: tuple[AlarmRule, ...], start: int, end: int) -> list[Raised]:
    """When each alarm was raised.

    An alarm raised more than a month before the span and unchanged since is not seen.
    """
    wanted = {rule.id: rule for rule in rules}
    open_since: dict[str, int] = {}
    found: list[Raised] = []
    for change in query.transitions_between(start - 31 * DAY, end):
        if change.alarm in wanted:
            _follow(change, wanted[change.alarm], open_since, found)
    found += [(wanted[alarm], since, None) for alarm, since in open_since.items()]
    return [piece for piece in found if piece[2] is None or piece[2] > start][-_MOST:]


def concerning(pieces: list[Raised], events: list[Event]) -> list[Raised]:
    """Leave out alarms of events in which the channel took no part."""
    return [
        (rule, since, until)
        for rule, since, until in pieces
        if rule.kind is not RuleKind.EVENT
        or any(
            event.verdict is rule.verdict
            and event.started_at <= (FOREVER if until is None else until)
            and (event.ended_at is None or event.ended_at >= since)
            for event in events
        )
    ]


def _follow(
    change: Transition,
    rule: AlarmRule,
    open_since: dict[str, int],
    found: list[Raised],
) -> None:
    if change.after in (IsaState.UNACK, IsaState.ACKED):
        open_since.setdefault(change.alarm, change.at)
    elif change.alarm in open_since:
        found.append((rule, open_since.pop(change.alarm), change.at))


def events_on(query: Query, channel: Channel, start: int, end: int) -> list[Event]:
    """Events a channel took part in."""
    return [event for event in query.events(start, end, _MOST) if channel.id in event.channels]


def cards_on(
    query: Query, site: Site, channel: Channel, span: tuple[int, int], now: int
) -> tuple[tuple[Card, ...], int]:
    """Cards of the last events a channel took part in, newest first, and how many more there are."""
    events = events_on(query, channel, *span)
    return cards_of(query, site, events[:_CARDS], now, drawn=_DRAWN), len(events[_CARDS:])

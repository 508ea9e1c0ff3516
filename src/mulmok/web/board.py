"""The board: everything the first page shows, as of one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mulmok.config.site import Site
from mulmok.model.alarm import AlarmRule, AlarmView, IsaState, RuleKind
from mulmok.model.channel import Channel
from mulmok.model.engine import EngineStatus
from mulmok.model.event import Event
from mulmok.model.time import DAY, MINUTE
from mulmok.model.trust import Trust
from mulmok.store.query import LatestRow, Query
from mulmok.store.statements import Statement
from mulmok.web.picture import NO_SPARK, Bar, Scale, Spark, nice_scale, sparkline
from mulmok.web.port import CurrentLoad, Engine

#: Width of a bucket of the sparklines, where readings come so often [ns].
_BUCKET = 15 * MINUTE
#: Trust below which an instrument should be looked at. Site choice.
_DOUBTFUL = 0.8
#: States in which an alarm stands in the operator's list.
LISTED = (IsaState.UNACK, IsaState.ACKED, IsaState.RTNUN)
#: States in which it is kept from the list.
SUPPRESSED = (IsaState.SHLVD, IsaState.DSUPR, IsaState.OOSRV)


@dataclass(frozen=True, slots=True)
class Board:
    """One look at everything. `day` is drawn anew only now and then."""

    status: EngineStatus
    latest: Mapping[str, LatestRow] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    #: What people said of the events, the last word first.
    said: Mapping[str, tuple[Statement, ...]] = field(default_factory=dict)
    alarms: tuple[AlarmView, ...] = ()
    loads: Mapping[str, CurrentLoad] = field(default_factory=dict)
    trusts: tuple[Trust, ...] = ()
    day: Mapping[str, tuple[Bar, Spark]] = field(default_factory=dict)
    #: How many times the day has been drawn.
    drawn: int = 0

    @property
    def newest(self) -> int | None:
        """Instant of the newest reading of all [ns UTC]."""
        return max((row.at for row in self.latest.values()), default=None)

    @property
    def listed(self) -> tuple[AlarmView, ...]:
        """Alarms to act on, the most urgent first."""
        listed = (view for view in self.alarms if view.state in LISTED)
        return tuple(sorted(listed, key=_urgency))

    @property
    def doubtful(self) -> tuple[Trust, ...]:
        """Instruments to look at, the least to be trusted first."""
        doubtful = (one for one in self.trusts if one.trust is not None and one.trust < _DOUBTFUL)
        return tuple(sorted(doubtful, key=lambda one: (one.trust, one.channel)))

    @property
    def suppressed(self) -> tuple[AlarmView, ...]:
        """Alarms kept from the list."""
        return tuple(view for view in self.alarms if view.state in SUPPRESSED)

    @property
    def resting(self) -> tuple[AlarmView, ...]:
        """Alarms that are normal, the most urgent first."""
        resting = (view for view in self.alarms if view.state is IsaState.NORM)
        return tuple(sorted(resting, key=lambda view: view.rule.priority))


def _urgency(view: AlarmView) -> tuple[int, int, int]:
    order = {IsaState.UNACK: 0, IsaState.ACKED: 1, IsaState.RTNUN: 2}
    return view.rule.priority, order[view.state], -(view.active_since or 0)


def look(engine: Engine, query: Query, before: Board | None) -> Board:
    """Look at the works; what is drawn of the day is taken over from `before`."""
    now = engine.now()
    events = tuple(event for event in query.events(now) if event.ended_at is None)
    return Board(
        status=engine.status(),
        latest=query.latest(),
        events=events,
        said=query.statements(event.id for event in events),
        alarms=engine.alarm_views(),
        loads=engine.current_loads(),
        trusts=engine.trusts(),
        day=before.day if before is not None else {},
        drawn=before.drawn if before is not None else 0,
    )


def look_again(engine: Engine, before: Board) -> Board:
    """Look without the store, when it cannot be read: values stay and grow old."""
    return replace(
        before, status=engine.status(), alarms=engine.alarm_views(), trusts=engine.trusts()
    )


#: Alarms with a limit that can be drawn.
_LIMITS = (RuleKind.ABOVE, RuleKind.BELOW)


def draw_day(site: Site, query: Query, now: int) -> dict[str, tuple[Bar, Spark]]:
    """Draw the last 24 hours of every channel."""
    limited: dict[int, list[AlarmRule]] = {}
    for rule in site.alarms:
        if rule.kind in _LIMITS:
            limited.setdefault(rule.channel, []).append(rule)
    return {
        channel.id: _drawn(channel, tuple(limited.get(index, ())), query, now)
        for index, channel in enumerate(site.channels)
    }


def _drawn(
    channel: Channel, rules: tuple[AlarmRule, ...], query: Query, now: int
) -> tuple[Bar, Spark]:
    width = max(_BUCKET, channel.every)
    end = (now // width + 1) * width
    day = query.buckets(channel.id, end - DAY, end, DAY // width)
    limits = [(rule.limit, rule.priority) for rule in rules]
    known = [
        *(limit for limit, _ in limits),
        *day.mean.tolist(),
        *day.low.tolist(),
        *day.high.tolist(),
    ]
    quantity = channel.quantity
    scale = nice_scale(
        known, floor=max(quantity.low, channel.low), ceiling=min(quantity.high, channel.high)
    )
    places = tuple((scale.place(limit), priority) for limit, priority in limits)
    spark = sparkline(day.mean, day.smallest, day.largest, day.low, day.high)
    return Bar(scale, places), spark


def undrawn(channel: Channel) -> tuple[Bar, Spark]:
    """Give what stands for a channel of which nothing has been drawn yet."""
    return Bar(Scale(channel.low, channel.high), ()), NO_SPARK


def rules_of(site: Site, channel: Channel) -> tuple[AlarmRule, ...]:
    """Give the alarms with a limit on a channel's value."""
    index = site.channels.index(channel)
    return tuple(rule for rule in site.alarms if rule.channel == index and rule.kind in _LIMITS)

"""The `[[alarm]]` tables as rules, and the alarms a works has without being asked."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from mulmok.config.amounts import amount, difference, duration, interval, per_minute
from mulmok.config.build_channels import within
from mulmok.config.explain import UnfitError, nearest, unfit
from mulmok.config.reader import Table
from mulmok.config.site import SourceSpec
from mulmok.config.table import CONDITIONS
from mulmok.config.values import identifier, names, one_of, whole
from mulmok.model.alarm import AlarmRule, RuleKind
from mulmok.model.channel import Channel
from mulmok.model.event import Verdict
from mulmok.model.text import Names, text
from mulmok.model.time import MINUTE, format_duration

#: Judging that failed must go well for so long before its alarm returns [ns]. Site choice: a fault
#: that comes with every fifth scan is one alarm, not many.
_WELL_FOR = 10 * MINUTE
_RATES = (RuleKind.RATE_ABOVE, RuleKind.RATE_BELOW)


def alarms_of(
    tables: Iterable[Table],
    channels: tuple[Channel, ...],
    known: frozenset[str],
    system: tuple[AlarmRule, ...],
) -> tuple[AlarmRule, ...]:
    """Alarms in the order of the files, then mulmok's own.

    known   ids of all channels written, so that a wrong channel does not make its alarms wrong
    system  rules of `system_alarms`, whose ids are taken
    """
    rules: list[AlarmRule] = []
    seen: dict[str, Table] = {}
    own = {rule.id for rule in system}
    for table in tables:
        alarm_id = table.read("id", identifier, "")
        rule = _rule(table, alarm_id, channels, known)
        if alarm_id in own:
            table.fault(text('"{id}" is mulmok\'s own; want another id', id=alarm_id), "id")
        elif alarm_id and alarm_id in seen:
            before = seen[alarm_id]
            table.fault_again(alarm_id, before)
        else:
            seen[alarm_id] = table
            if rule is not None:
                rules.append(rule)
    return (*rules, *system)


def _rule(
    table: Table, alarm_id: str, channels: tuple[Channel, ...], known: frozenset[str]
) -> AlarmRule | None:
    """Read an alarm; None when too little of it is right to go on with."""
    given = [name for name in CONDITIONS if name in table.values]
    on_delay = table.read("on_delay", duration, 0)
    off_delay = table.read("off_delay", duration, 0)
    priority = table.read("priority", whole(1, 4), 3)
    name = table.read("name", names, None)
    if len(given) != 1:
        want = text("exactly one of {choices}", choices=" ".join(CONDITIONS))
        table.fault(unfit(" ".join(given), want).text)
    event = given == [RuleKind.EVENT.value]
    channel = None if event else _channel(table, known)
    verdict = Verdict.WATER
    if event:
        verdict = Verdict(table.read("event", one_of(Verdict), Verdict.WATER.value))
        for key in ("channel", "deadband"):
            if key in table.values:
                table.fault(text("an event alarm has none; leave it out"), key)
    index = next((i for i, one in enumerate(channels) if one.id == channel), None)
    if len(given) != 1 or (index is None and not event):
        return None
    kind = RuleKind(given[0])
    return AlarmRule(
        id=alarm_id,
        kind=kind,
        channel=-1 if index is None else index,
        limit=0.0 if index is None else _limit(table, kind, channels[index]),
        deadband=0.0 if index is None else _deadband(table, kind, channels[index]),
        on_delay=on_delay,
        off_delay=off_delay,
        priority=priority,
        verdict=verdict,
        name=name,
    )


def _channel(table: Table, known: frozenset[str]) -> str | None:
    if "channel" not in table.values:
        table.fault(text("missing; want {what}", what=text("the id of a channel")), "channel")
        return None

    def convert(value: object) -> str:
        if not isinstance(value, str) or value not in known:
            raise unfit(value, nearest(value, known, text("the id of a channel")))
        return value

    return table.read("channel", convert, None)


def _limit(table: Table, kind: RuleKind, channel: Channel) -> float:
    """Limit in the unit the kind of alarm has; one that can never be passed is a fault."""
    dimension = channel.quantity.dimension

    def convert(value: object) -> float:
        if kind in _RATES:
            return per_minute(value, dimension)
        if kind is RuleKind.NO_DATA:
            span = interval(value)
            if span <= channel.every:
                every = format_duration(channel.every)
                raise unfit(value, text("longer than the channel's interval, {every}", every=every))
            return float(span)
        limit = amount(value, dimension)
        if not channel.low <= limit <= channel.high:
            raise unfit(value, within(channel.quantity, channel.low, channel.high))
        return limit

    return table.read(kind.value, convert, 0.0)


def _deadband(table: Table, kind: RuleKind, channel: Channel) -> float:
    dimension = channel.quantity.dimension

    def convert(value: object) -> float:
        if kind is RuleKind.NO_DATA:
            raise UnfitError(text("a no-data alarm has none; leave it out"))
        read = per_minute if kind in _RATES else difference
        band = partial(read, dimension=dimension)(value)
        if band < 0:
            raise unfit(value, text("0 or more"))
        return band

    return table.read("deadband", convert, 0.0)


def system_alarms(sources: tuple[SourceSpec, ...]) -> tuple[AlarmRule, ...]:
    """Alarms on mulmok's own eyes: each source that falls silent, and judging itself."""
    silent = (
        AlarmRule(
            id=f"source-{source.id}",
            kind=RuleKind.SOURCE,
            source=source.id,
            priority=2,
            name=Names(f"수집 끊김: {source.id}", f"Source silent: {source.id}"),
        )
        for source in sources
    )
    judging = AlarmRule(
        id="judging",
        kind=RuleKind.JUDGING,
        off_delay=_WELL_FOR,
        priority=1,
        name=Names("판정 중단", "Judging fails"),
    )
    return (*silent, judging)

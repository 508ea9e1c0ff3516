"""What alarms are called, and what an operator may choose when shelving one."""

from __future__ import annotations

from mulmok.config.site import Site
from mulmok.model.alarm import AlarmRule, RuleKind
from mulmok.model.event import VERDICT_NAMES
from mulmok.model.text import Names, Text, text
from mulmok.model.time import HOUR, MINUTE
from mulmok.web.moments import age
from mulmok.web.numbers import show_unit, show_value

#: How long an alarm may be shelved [ns]. Never longer than a shift: somebody must look again.
SHELVES = (30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR)

_JUDGING = text("Judging has stopped")


def alarm_name(site: Site, rule: AlarmRule) -> Names | Text:
    """Name of an alarm: the site file's, else what it watches."""
    if rule.name is not None:
        return rule.name
    if rule.kind is RuleKind.JUDGING:
        return _JUDGING
    if rule.kind is RuleKind.SOURCE:
        return text("Source silent: {source}", source=rule.source or rule.id)
    if rule.kind is RuleKind.EVENT:
        return VERDICT_NAMES[rule.verdict]
    return rule_words(site, rule)


def rule_words(site: Site, rule: AlarmRule) -> Text:
    """Say what raises an alarm."""
    if rule.kind is RuleKind.EVENT:
        return text("an event: {what}", what=VERDICT_NAMES[rule.verdict])
    if rule.kind is RuleKind.SOURCE:
        return text("a source is silent or fails")
    if rule.kind is RuleKind.JUDGING:
        return text("readings are no longer judged")
    channel = site.channels[rule.channel]
    name, unit = channel.title, show_unit(channel.quantity.unit)
    limit = f"{show_value(rule.limit, channel)} {unit}".rstrip()
    if rule.kind is RuleKind.ABOVE:
        return text("{name} above {limit}", name=name, limit=limit)
    if rule.kind is RuleKind.BELOW:
        return text("{name} below {limit}", name=name, limit=limit)
    if rule.kind is RuleKind.NO_DATA:
        return text("{name}: no reading for {time}", name=name, time=age(int(rule.limit)))
    if rule.kind is RuleKind.RATE_ABOVE:
        return text("{name} rises by more than {limit} a minute", name=name, limit=limit)
    return text("{name} falls by more than {limit} a minute", name=name, limit=limit)


def choices() -> tuple[tuple[int, Text], ...]:
    """Give (minutes, words) of each span an alarm may be shelved for."""
    return tuple((span // MINUTE, age(span)) for span in SHELVES)

"""What alarms are called, and what an operator may choose when shelving one."""

from __future__ import annotations

from mulmok.config.site import Site
from mulmok.judge.alarm.rationale import condition
from mulmok.model.alarm import AlarmRule, RuleKind
from mulmok.model.event import VERDICT_NAMES
from mulmok.model.text import Names, Text, text
from mulmok.model.time import HOUR, MINUTE
from mulmok.web.moments import age

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
    return condition(rule, site.channels)


def choices() -> tuple[tuple[int, Text], ...]:
    """Give (minutes, words) of each span an alarm may be shelved for."""
    return tuple((span // MINUTE, age(span)) for span in SHELVES)

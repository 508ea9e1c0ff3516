"""What alarms are called, and what an operator may choose when shelving one."""

from __future__ import annotations

from typing import Any

from mulmok.config.site import Site
from mulmok.judge.alarm.rationale import condition, watched
from mulmok.model.alarm import (
    ISA_NAMES,
    AlarmRule,
    AlarmView,
    Condition,
    IsaState,
    RuleKind,
    Suppression,
)
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


def since(view: AlarmView) -> int | None:
    """Since when an alarm is in the state it is in [ns UTC]: shelved, acknowledged, returned, raised."""
    if view.suppression is not Suppression.NONE:
        return view.suppressed_at
    if view.state is IsaState.ACKED and view.acked_at is not None:
        return view.acked_at
    if view.state in (IsaState.RTNUN, IsaState.NORM):
        return view.returned_at
    return view.active_since


def is_raised(view: AlarmView) -> bool:
    """Whether the condition holds, hidden or not."""
    return view.condition in (Condition.ACTIVE, Condition.CLEARING)


def alarm_speech(site: Site) -> dict[str, Any]:
    """Give what the templates say alarms with."""
    return {
        "alarm_name": lambda rule: alarm_name(site, rule),
        "watched": lambda rule: watched(rule, site.channels),
        "since": since,
        "is_raised": is_raised,
        "isa_names": ISA_NAMES,
        "shelves": choices(),
    }


def choices() -> tuple[tuple[int, Text], ...]:
    """Give (minutes, words) of each span an alarm may be shelved for."""
    return tuple((span // MINUTE, age(span)) for span in SHELVES)

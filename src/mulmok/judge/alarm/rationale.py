"""What an alarm watches, and what became of it, in words for pages and reports.

Instants come as words already: only whoever shows them knows the zone and the form of the day.
"""

from __future__ import annotations

from collections.abc import Callable

from mulmok.model.alarm import (
    AlarmRule,
    AlarmView,
    Condition,
    IsaState,
    RuleKind,
    Suppression,
    Transition,
)
from mulmok.model.channel import Channel
from mulmok.model.duration import spoken
from mulmok.model.event import VERDICT_NAMES
from mulmok.model.number import exact
from mulmok.model.text import Text, text
from mulmok.model.unit import DISPLAY

#: How an instant [ns UTC] is written where the words are shown.
Instant = Callable[[int], str]

_HIDDEN = (IsaState.SHLVD, IsaState.DSUPR, IsaState.OOSRV)


def watched(rule: AlarmRule, channels: tuple[Channel, ...]) -> Text:
    """What the alarm rings for: `inlet.ph below 5 for 2 min`."""
    what = condition(rule, channels)
    if rule.on_delay == 0:
        return what
    return text("{what} for {delay}", what=what, delay=spoken(rule.on_delay))


def condition(rule: AlarmRule, channels: tuple[Channel, ...]) -> Text:
    """What must hold, whatever the delay: `inlet.ph below 5`."""
    if rule.kind is RuleKind.EVENT:
        return text("an event: {verdict}", verdict=VERDICT_NAMES[rule.verdict])
    if rule.kind is RuleKind.SOURCE and not rule.source:
        return text("a source is silent or failing")
    if rule.kind is RuleKind.SOURCE:
        return text("source {source} is silent or failing", source=rule.source)
    if rule.kind is RuleKind.JUDGING:
        return text("judging fails: new readings are not judged")
    channel = channels[rule.channel]
    if rule.kind is RuleKind.NO_DATA:
        span = spoken(int(rule.limit))
        return text("no valid reading of {channel} for {span}", channel=channel.title, span=span)
    unit = DISPLAY.get(channel.quantity.unit, channel.quantity.unit)
    limit = f"{exact(rule.limit)} {unit}".rstrip()
    if rule.kind is RuleKind.ABOVE:
        return text("{channel} above {limit}", channel=channel.title, limit=limit)
    if rule.kind is RuleKind.BELOW:
        return text("{channel} below {limit}", channel=channel.title, limit=limit)
    if rule.kind is RuleKind.RATE_ABOVE and rule.limit >= 0:
        return text(
            "{channel} rising faster than {limit} per minute", channel=channel.title, limit=limit
        )
    # A limit below zero is a fall; one above it asks for at least so much of a rise.
    if rule.limit < 0:
        fall = f"{exact(-rule.limit)} {unit}".rstrip()
        return text(
            "{channel} falling faster than {limit} per minute", channel=channel.title, limit=fall
        )
    return text(
        "{channel} rising slower than {limit} per minute", channel=channel.title, limit=limit
    )


def happened(transition: Transition, rule: AlarmRule, channels: tuple[Channel, ...]) -> Text:
    """What a transition means to whoever is on duty."""
    before, after, what = transition.before, transition.after, condition(rule, channels)
    if after is IsaState.SHLVD:
        return text("shelved")
    if after is IsaState.DSUPR:
        return text("suppressed by design")
    if after is IsaState.OOSRV:
        return text("taken out of service")
    if before in _HIDDEN:
        return _shown_again(after, what)
    if after is IsaState.UNACK:
        if before is IsaState.RTNUN:
            return text("raised again before anyone acknowledged it: {what}", what=what)
        return text("raised: {what}", what=what)
    if after is IsaState.ACKED:
        return text("acknowledged")
    if after is IsaState.RTNUN:
        return text("returned to normal before anyone acknowledged it")
    if before is IsaState.RTNUN:
        return text("acknowledged after it had returned")
    return text("returned to normal")


def _shown_again(after: IsaState, what: Text) -> Text:
    if after is IsaState.UNACK:
        return text("shown again, and still so: {what}", what=what)
    if after is IsaState.RTNUN:
        return text("shown again; had returned before anyone acknowledged it")
    return text("shown again; normal")


def standing(view: AlarmView, channels: tuple[Channel, ...], instant: Instant) -> tuple[Text, ...]:
    """How an alarm stands now: why it is hidden, what it is about, who has seen it."""
    words = []
    if view.suppression is not Suppression.NONE:
        words.append(_hidden(view, instant))
    what = watched(view.rule, channels)
    if view.condition in (Condition.ACTIVE, Condition.CLEARING) and view.active_since is not None:
        words.append(text("{what}, since {since}", what=what, since=instant(view.active_since)))
    elif view.state is IsaState.RTNUN and None not in (view.active_since, view.returned_at):
        words.append(
            text(
                "{what}, from {since} until {until}",
                what=what,
                since=instant(view.active_since or 0),
                until=instant(view.returned_at or 0),
            )
        )
    if view.state is IsaState.ACKED and view.acked_at is not None:
        words.append(
            text("acknowledged by {who}, {when}", who=view.acked_by, when=instant(view.acked_at))
        )
    return tuple(words)


def _hidden(view: AlarmView, instant: Instant) -> Text:
    who, why = view.suppressed_by, view.suppressed_why
    if view.suppression is Suppression.SHELVED:
        until = "" if view.shelved_until is None else instant(view.shelved_until)
        return text("shelved by {who} until {until}: {why}", who=who, until=until, why=why)
    if view.suppression is Suppression.INHIBITED:
        return text("suppressed by design, by {who}: {why}", who=who, why=why)
    return text("out of service, by {who}: {why}", who=who, why=why)

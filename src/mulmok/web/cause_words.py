"""What brought an alarm's change about, in words: the journal's codes told to a person.

The codes are documented in docs/reference/outputs.md; one that is not known is shown as it is.
"""

from __future__ import annotations

from mulmok.config.site import Site
from mulmok.model.alarm import IsaState, Transition
from mulmok.model.duration import spoken
from mulmok.model.message import Action, SourceState
from mulmok.model.number import exact
from mulmok.model.text import Text, text
from mulmok.web.numbers import show_unit
from mulmok.web.speech import PLACE_NAMES

_DONE = {
    Action.ACKNOWLEDGE: text("acknowledged"),
    Action.SHELVE: text("shelved"),
    Action.UNSHELVE: text("taken from the shelf"),
    Action.INHIBIT: text("suppressed"),
    Action.RELEASE: text("no longer suppressed"),
    Action.OUT_OF_SERVICE: text("taken out of service"),
    Action.IN_SERVICE: text("put back into service"),
}
_SOURCE = {
    SourceState.OK: text("source {source} answers again"),
    SourceState.SILENT: text("source {source} is silent"),
    SourceState.FAILING: text("source {source} fails"),
}


def cause_words(site: Site, change: Transition) -> Text | str:
    """Say a transition's cause."""
    cause = change.cause
    match cause.split(maxsplit=3):
        case ["configuration"]:
            return text("the site file or mulmok itself has changed")
        case ["deadline"]:
            return _deadline(site, change)
        case ["event", id_]:
            return _event(site, id_)
        case ["command", action, "by", who] if action in _DONE:
            return text("{what} by {who}", what=_DONE[Action(action)], who=who)
        case ["source", source, SourceState.FAILING, detail]:
            return text("source {source} fails: {detail}", source=source, detail=detail)
        case ["source", source, state, *_] if state in _SOURCE:
            return Text(_SOURCE[SourceState(state)].template, {"source": source})
        case ["reading", reading]:
            return _reading(site, reading) or cause
        case ["no", "data", name]:
            channel = site.channel(name)
            return text("no reading of {name}", name=channel.title) if channel else cause
    return cause


def _deadline(site: Site, change: Transition) -> Text:
    """Say which time was over: the shelf's, else the delay for which it had to be normal again."""
    if change.before is IsaState.SHLVD:
        return text("its time on the shelf was over")
    rule = next((rule for rule in site.alarms if rule.id == change.alarm), None)
    if rule is None or not rule.off_delay:
        return text("a delay was over")
    return text("normal again for {delay}", delay=spoken(rule.off_delay))


def _event(site: Site, id_: str) -> Text:
    """Name the channel an event began at: its id is instant, channel and, maybe, what is wrong."""
    _, _, rest = id_.partition("-")
    # A channel's id may have dashes of its own: the longest that fits is meant.
    fitting = (one for one in site.channels if f"{rest}-".startswith(f"{one.id}-"))
    channel = max(fitting, key=lambda one: len(one.id), default=None)
    if channel is None and any(one.place == rest for one in site.channels):
        return text("event that began at {name}", name=PLACE_NAMES.get(rest, rest))
    if channel is None:
        return text("event {id}", id=id_)
    return text("event that began at {name}", name=channel.title)


def _reading(site: Site, reading: str) -> Text | None:
    """Say the very value, not rounded to the instrument's step: 8.3 is above 8."""
    name, _, value = reading.rpartition("=")
    channel = site.channel(name)
    if channel is None:
        return None
    shown = f"{exact(float(value))} {show_unit(channel.quantity.unit)}"
    return text("{name} at {value}", name=channel.title, value=shown.rstrip())

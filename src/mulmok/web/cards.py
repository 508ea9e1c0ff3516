"""Cards: an event with what people said of it and, where asked for, what its channels said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mulmok.config.site import Site
from mulmok.model.event import Contribution, Event
from mulmok.model.text import Text, text
from mulmok.store.query import Query
from mulmok.store.statements import Statement
from mulmok.web.carried import Carried, carried_of
from mulmok.web.contributions import HEIGHT, WIDTH, Spoke, spoke_of
from mulmok.web.event_words import LONGEST_WHY
from mulmok.web.numbers import MISSING, show_number, show_unit
from mulmok.web.true_causes import choices_for


@dataclass(frozen=True, slots=True)
class Card:
    """An event; `spoke` is None, and nothing `carried`, where it is to be asked for."""

    event: Event
    said: tuple[Statement, ...] = ()
    spoke: Spoke | None = None
    carried: tuple[Carried, ...] = ()


def cards_of(
    query: Query, site: Site, events: Iterable[Event], now: int, *, drawn: int
) -> tuple[Card, ...]:
    """Make cards of events; the first `drawn` of them with what their channels said."""
    events = tuple(events)
    said = query.statements(event.id for event in events)
    return tuple(
        Card(
            event,
            said.get(event.id, ()),
            spoke_of(query, site, event, now) if number < drawn else None,
            carried_of(query, site, event, now) if number < drawn else (),
        )
        for number, event in enumerate(events)
    )


def card_speech(site: Site) -> dict[str, Any]:
    """Give what the templates make cards with."""
    return {
        "choices_for": lambda event: choices_for(site, event),
        "moved_by": lambda one: moved_by(site, one),
        "deviations": deviations,
        "longest_why": LONGEST_WHY,
        "strip": (WIDTH, HEIGHT),
    }


def deviations(value: float) -> str:
    """Deviations with their sign, to a tenth."""
    shown = show_number(value, 1)
    return f"+{shown}" if value > 0 and shown != MISSING else shown


def moved_by(site: Site, one: Contribution) -> Text | str:
    """By how much a channel has left what was expected of it."""
    channel = site.channel(one.channel)
    if channel is None:
        return MISSING
    if channel.quantity.log:
        return text("× {ratio:.2f}", ratio=one.change)
    sign = "+" if one.change > 0 else ""
    shown = show_number(one.change, channel.quantity.decimals)
    return f"{sign}{shown} {show_unit(channel.quantity.unit)}".rstrip()

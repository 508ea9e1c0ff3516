"""True causes: what people can say an event was, in truth.

Kinds of water by their code, and the works' own dischargers by their id: who sent it is worth more to
those who come after than of which kind it was.
"""

from __future__ import annotations

from dataclasses import dataclass

from mulmok.config.build_waters import library
from mulmok.config.site import Site
from mulmok.model.cause import CAUSE_NAMES
from mulmok.model.event import Event, Verdict
from mulmok.model.text import Names

_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen, each as (code, name); the one that is proposed."""

    dischargers: tuple[tuple[str, Names], ...]
    causes: tuple[tuple[str, Names], ...]
    proposed: str

    @property
    def codes(self) -> frozenset[str]:
        """Everything that can be chosen."""
        return frozenset(code for code, _ in (*self.dischargers, *self.causes))


def choices_for(site: Site, event: Event) -> Choices:
    """Give what an event can have been: an instrument's trouble, or a water; its first cause first."""
    waters = {water.cause for water in library()} | {_UNKNOWN}
    own = event.verdict in (Verdict.INSTRUMENT, Verdict.MAINTENANCE)
    causes = tuple(
        (code, name)
        for code, name in CAUSE_NAMES.items()
        if code == _UNKNOWN or (code not in waters if own else code in waters)
    )
    senders = () if own else tuple((one.id, true_name(site, one.id)) for one in site.dischargers)
    first = event.causes[0].cause if event.causes else _UNKNOWN
    known = any(first == code for code, _ in causes)
    return Choices(senders, causes, first if known else _UNKNOWN)


def true_name(site: Site, cause: str) -> Names:
    """Name of what was said to be the cause; one that is no longer known by its code."""
    sender = next((one for one in site.dischargers if one.id == cause), None)
    if sender is None:
        return CAUSE_NAMES.get(cause, Names(cause, cause))
    if sender.name is not None:
        return sender.name
    kind = CAUSE_NAMES.get(sender.cause, Names(sender.cause, sender.cause))
    return Names(f"{sender.id} ({kind.ko})", f"{sender.id} ({kind.en})")

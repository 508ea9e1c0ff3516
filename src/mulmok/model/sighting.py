"""Sighting: what the watch over one place sees in all its channels together, as known so far."""

from __future__ import annotations

from dataclasses import dataclass

from mulmok.model.time import format_instant


@dataclass(frozen=True, slots=True)
class Moved:
    """By how much a channel has left what was expected of it.

    change    ratio to the expected value for what is compared by ratio, else the difference
    strength  standard score of the change, signed
    """

    channel: int
    change: float
    strength: float


@dataclass(frozen=True, slots=True)
class Sighting:
    """One word on something that happens at a place; a later word with the same `key` replaces it.

    weights   explanation -> probability: causes of foreign water, of more water, "unknown", and
              "fault"; they sum to 1
    """

    place: str
    #: First instant anything was seen [ns UTC]; with `place` what makes two words speak of the same.
    seen_at: int
    #: Estimated beginning in the water [ns UTC].
    since: int
    #: Instant of this word [ns UTC].
    word_at: int
    weights: tuple[tuple[str, float], ...]
    moved: tuple[Moved, ...]
    #: Most likely share of the flow [1]; None where no composition explains it.
    fraction: float | None
    #: Log odds of foreign water against everything else.
    odds: float
    #: Foreign water rather than more water.
    foreign: bool
    #: When this word could be known [ns UTC].
    known_at: int
    #: Instant the operator is warned [ns UTC], or None.
    warned_at: int | None = None
    ended_at: int | None = None
    #: It lasted so long that it was taken for the new normal.
    accepted: bool = False
    #: Why it is not warned of though it is foreign water: "guest" or "rejected".
    known: str = ""

    @property
    def key(self) -> tuple[str, int]:
        """What makes two words speak of the same."""
        return self.place, self.seen_at

    @property
    def event(self) -> str:
        """Id of the event it makes."""
        return event_id(self.seen_at, self.place)


def event_id(seen_at: int, where: str) -> str:
    """Id of what was seen first at an instant [ns UTC] at a place, or by an instrument and its fault."""
    stamp = format_instant(seen_at).replace("-", "").replace(":", "")
    return f"{stamp}-{where}"

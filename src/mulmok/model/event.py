"""Event: findings that belong together, and what mulmok makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mulmok.model.text import Names, Text


class Verdict(StrEnum):
    """What changed."""

    WATER = "water"
    INSTRUMENT = "instrument"
    HYDRAULIC = "hydraulic"
    MAINTENANCE = "maintenance"


VERDICT_NAMES = {
    Verdict.WATER: Names("수질 이상", "water event"),
    Verdict.INSTRUMENT: Names("계측기 이상", "instrument fault"),
    Verdict.HYDRAULIC: Names("수량 변동", "hydraulic change"),
    Verdict.MAINTENANCE: Names("점검·교정", "maintenance"),
}


@dataclass(frozen=True, slots=True)
class Cause:
    """A possible cause and how probable it is [0..1]."""

    cause: str
    probability: float


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one channel contributes to an event.

    change    ratio to what was expected for what is compared by ratio, else the difference [unit]
    strength  standard score of the change, signed [1]
    """

    channel: str
    change: float
    strength: float


@dataclass(frozen=True, slots=True)
class Event:
    """One event as known so far; a later word with the same `id` replaces it."""

    id: str
    #: Event time of this word: when what it says could be known [ns UTC].
    known_at: int
    #: When it began in the water (an estimate) [ns UTC].
    started_at: int
    #: When mulmok first knew of anything [ns UTC].
    detected_at: int
    #: First instant the operator was warned of a *water* event; stays when the verdict changes.
    warned_at: int | None
    ended_at: int | None
    verdict: Verdict
    causes: tuple[Cause, ...]
    #: Share of foreign water in the flow [1], where it could be told.
    fraction: float | None
    #: Channel ids, sorted.
    channels: tuple[str, ...]
    #: [0..1]
    severity: float
    trust: float
    reasons: tuple[Text, ...]
    #: Instant this word is of, whenever time came past it: what deadlines compare themselves with
    #: [ns UTC]. None: as `known_at`.
    said_at: int | None = None
    #: Channels that moved, the most telling first.
    contributions: tuple[Contribution, ...] = ()

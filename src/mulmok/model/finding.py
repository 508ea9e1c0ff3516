"""Finding: a fault of one instrument that a detector names, from when to when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """A detector's word that an instrument shows something other than the water, or does so no more.

    A finding is given twice: when it opens (`ended_at` None) and when it closes; `key` is equal.
    """

    #: Identity: detector, channel and the instant it was seen.
    detector: str
    channel: int
    #: The contract's cause of instrument events: "stuck", "dropout", "drift", ...
    fault: str
    #: Estimated beginning [ns UTC], never after `at`.
    since: int
    #: First instant the detector knew [ns UTC].
    at: int
    ended_at: int | None = None
    #: When this word could be known, where that is later than the instant it is of [ns UTC].
    known_at: int | None = None

    @property
    def key(self) -> tuple[str, int, int]:
        """What makes two words speak of the same finding."""
        return self.detector, self.channel, self.at

    @property
    def word_at(self) -> int:
        """Instant of this word: when it opened, or when it closed [ns UTC]."""
        return self.at if self.ended_at is None else self.ended_at


def in_order(found: Iterable[Iterable[Finding]]) -> tuple[Finding, ...]:
    """Findings of several detectors in the order of their words, channel by channel."""
    words = (finding for some in found for finding in some)
    return tuple(sorted(words, key=lambda finding: (finding.word_at, finding.channel)))

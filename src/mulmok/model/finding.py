"""Finding: what one detector saw on one channel, from when to when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """A detector's word that a channel left its expectation, or came back.

    A finding is given twice: when it opens (`ended_at` None) and when it closes; `key` is equal.
    """

    #: Identity: detector, channel and the instant it was seen.
    detector: str
    channel: int
    #: Estimated beginning in the water [ns UTC], never after `at`.
    since: int
    #: First instant the detector knew [ns UTC].
    at: int
    #: +1 above expectation, -1 below, 0 neither (e.g. stuck).
    direction: int
    #: How far out, in calibrated deviations [1]: when it opened; at its height once it has closed.
    strength: float
    #: Observed divided by expected at the same instant [1]; NaN where it has no meaning.
    ratio: float
    ended_at: int | None = None
    #: An instrument's fault the finding names ("stuck", "dropout", ...), or "" when the value itself
    #: is unusual.
    fault: str = ""

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

"""Trust: how far a channel can be believed now, why, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from mulmok.model.text import Text


@dataclass(frozen=True, slots=True)
class Trust:
    """How far to believe one channel.

    trust    [0..1]; None: it has never shown anything
    good_at  when it was last good [ns UTC]; None: never
    reasons  why it is less than whole, and what to do about it
    """

    channel: int
    trust: float | None
    good_at: int | None
    reasons: tuple[Text, ...] = ()

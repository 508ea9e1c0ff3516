"""Memory: what a place has seen before, and what people made of it.

A pattern is the step of every channel in an event, in units of what an instrument's step usually is.
The like of what people rejected is told of and not warned of, as long as it is not much larger; what they
confirmed lowers the bar for its like and makes the cause they named likelier. What comes at the same time
of day again and again, and nobody has confirmed, is a guest: sludge liquor, a tanker by appointment. The
bar is higher for it, for a guest may be a crime with a timetable.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

#: Cosine from which two patterns are alike, and how many times larger one may be. Site choice.
ALIKE, LARGER = 0.9, 1.6
#: Cosine below which a step is the way back from what has gone on. Site choice.
RETURN = -0.7
#: Log odds by which the bar moves. Site choice.
REJECTED, CONFIRMED, GUEST = math.inf, -1.0, 3.0
#: Log odds by which one confirmed event moves the cause it was given, and all of them at most. Site choice.
NAMED, NAMED_MOST = 1.5, 3.0
#: A guest has come on so many days of the last so many, this far around the time of day [min].
_VISITS, _DAYS, _AROUND = 3, 14, 75
#: Patterns remembered, and of those judged by people.
_KEPT, _JUDGED = 60, 30


@dataclass(frozen=True, slots=True)
class Pattern:
    """What one event looked like.

    slot    when it was seen first
    steps   per channel of the place [usual instrument steps]
    cause   what people said it was; "" as long as nobody has
    real    whether people confirmed it; None as long as nobody has judged
    """

    event: str
    slot: int
    steps: tuple[float, ...]
    cause: str = ""
    real: bool | None = None


def likeness(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Cosine of two patterns [-1..1]; 0 when one of them is nothing."""
    lengths = math.hypot(*one) * math.hypot(*other)
    return sum(a * b for a, b in zip(one, other, strict=True)) / lengths if lengths else 0.0


def alike(pattern: Pattern, steps: tuple[float, ...]) -> bool:
    """Whether steps look like a pattern, and are not much larger."""
    return likeness(pattern.steps, steps) >= ALIKE and math.hypot(*steps) <= LARGER * math.hypot(
        *pattern.steps
    )


def bar(
    patterns: tuple[Pattern, ...], steps: tuple[float, ...], slot: int, a_day: int
) -> tuple[float, str]:
    """By how much the bar moves for such steps, and why: "guest", "rejected" or ""."""
    like = [pattern for pattern in patterns if alike(pattern, steps)]
    if any(pattern.real for pattern in like):
        return CONFIRMED, ""
    if any(pattern.real is False for pattern in like):
        return REJECTED, "rejected"
    around = _AROUND * a_day / 1440
    days = {
        pattern.slot // a_day
        for pattern in like
        if 0 < slot - pattern.slot <= _DAYS * a_day
        and abs((slot - pattern.slot + a_day // 2) % a_day - a_day // 2) <= around
    } - {slot // a_day}
    return (GUEST, "guest") if len(days) >= _VISITS else (0.0, "")


def sharpened(
    weights: dict[str, float], patterns: tuple[Pattern, ...], steps: tuple[float, ...]
) -> dict[str, float]:
    """Weights of foreign waters by cause, moved to what such steps were when people confirmed them.

    Which foreign water it is, is what people have told, not whether it is one: the sum stays.
    """
    named = [one.cause for one in patterns if one.real and alike(one, steps)]
    if not any(cause in weights for cause in named):
        return weights
    moved = {
        cause: weight * math.exp(min(NAMED * named.count(cause), NAMED_MOST))
        for cause, weight in weights.items()
    }
    shrink = sum(weights.values()) / sum(moved.values())
    return {cause: weight * shrink for cause, weight in moved.items()}


def remembered(patterns: tuple[Pattern, ...], pattern: Pattern) -> tuple[Pattern, ...]:
    """Take one in, or how it looks now; the oldest go, those that people judged last."""
    for old in patterns:
        if old.event == pattern.event:
            pattern = replace(pattern, cause=old.cause, real=old.real)
    kept = [*(old for old in patterns if old.event != pattern.event), pattern]
    judged = [old for old in kept if old.real is not None][-_JUDGED:]
    rest = [old for old in kept if old.real is None][len(judged) - _KEPT :]
    return tuple(sorted((*judged, *rest), key=lambda old: (old.slot, old.event)))


def judged(
    patterns: tuple[Pattern, ...], event: str, cause: str, *, real: bool
) -> tuple[Pattern, ...]:
    """Note what people said of an event; the same patterns when it is not remembered."""
    return tuple(
        replace(pattern, cause=cause, real=real) if pattern.event == event else pattern
        for pattern in patterns
    )

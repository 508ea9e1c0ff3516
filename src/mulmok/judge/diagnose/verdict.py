"""Verdict: water, hydraulic, or not sure, from which channels moved together and how.

Foreign water changes several things at once; rain brings flow and thins what is dissolved; one channel
alone may be the water or its own instrument, so it must last before it warns and is trusted less.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from mulmok.model.channel import Channel
from mulmok.model.event import Verdict
from mulmok.model.finding import Finding
from mulmok.model.text import Text, text

#: Quantities that say how much water comes, not what is in it.
_HYDRAULIC = frozenset({"flow", "level", "rain", "temperature"})
#: Dissolved things: rain thins them, foreign water seldom does.
_DISSOLVED = frozenset({"ec", "nh4_n", "tn", "po4_p", "chloride"})
#: A single channel must be so far out to count as water [deviations]; doubled or halved counts as
#: far [ratio]. Site choice.
_ALONE_STRENGTH = 5.0
_FAR = 2.0


@dataclass(frozen=True, slots=True)
class Assessment:
    """What findings together say."""

    verdict: Verdict
    warns: bool
    trust: float
    severity: float
    moved: Mapping[str, int]
    measured: frozenset[str]
    reasons: tuple[Text, ...]


def assessed(
    findings: tuple[Finding, ...], channels: tuple[Channel, ...], *, lasted: bool
) -> Assessment:
    """Judge findings of one place; `lasted`: they have gone on long enough for one channel alone."""
    strongest: dict[int, Finding] = {}
    for finding in findings:
        other = strongest.get(finding.channel)
        if other is None or finding.strength > other.strength:
            strongest[finding.channel] = finding
    moved = {
        channels[index].quantity.id: _sign(finding, channels[index])
        for index, finding in sorted(strongest.items())
    }
    place = channels[findings[0].channel].place
    measured = frozenset(c.quantity.id for c in channels if c.place == place)
    carried = {quantity: sign for quantity, sign in moved.items() if quantity not in _HYDRAULIC}
    peak = max(finding.strength for finding in strongest.values())
    agreeing = len(carried)
    if _is_hydraulic(moved):
        verdict, warns, trust = Verdict.HYDRAULIC, False, 0.8
    elif agreeing >= 2:
        verdict, warns, trust = Verdict.WATER, True, 1 - 0.5**agreeing
    else:
        alone = agreeing == 1 and lasted and peak >= _ALONE_STRENGTH
        verdict, warns, trust = Verdict.WATER, alone, 0.4
    reasons = [_moved_reason(strongest[i], channels[i]) for i in sorted(strongest)]
    if agreeing >= 2:
        reasons.append(text("{count} independent instruments agree", count=agreeing))
    if "flow" in measured:
        if moved.get("flow", 0) > 0:
            reasons.append(text("the flow has risen as well"))
        elif "flow" not in moved:
            reasons.append(text("the flow is as expected: not rain"))
    return Assessment(
        verdict, warns, trust, 1 - math.exp(-peak / 10), moved, measured, tuple(reasons)
    )


def _is_hydraulic(moved: Mapping[str, int]) -> bool:
    if all(quantity in _HYDRAULIC for quantity in moved):
        return True
    thinned = all(sign < 0 for quantity, sign in moved.items() if quantity in _DISSOLVED)
    acid = abs(moved.get("ph", 0)) > 0 or moved.get("orp", 0) < 0
    return moved.get("flow", 0) > 0 and thinned and not acid


def _sign(finding: Finding, channel: Channel) -> int:
    """-2..2: direction, doubled when far out."""
    if channel.quantity.log and finding.ratio > 0:
        far = finding.ratio >= _FAR or finding.ratio <= 1 / _FAR
    else:
        far = finding.strength >= 2 * _ALONE_STRENGTH
    return finding.direction * (2 if far else 1)


def _moved_reason(finding: Finding, channel: Channel) -> Text:
    if channel.quantity.log and finding.ratio > 0:
        return text(
            "{channel} at {ratio:.2f} times what was expected",
            channel=channel.id,
            ratio=finding.ratio,
        )
    if finding.direction > 0:
        return text(
            "{channel} above what was expected ({strength:.0f} deviations)",
            channel=channel.id,
            strength=finding.strength,
        )
    return text(
        "{channel} below what was expected ({strength:.0f} deviations)",
        channel=channel.id,
        strength=finding.strength,
    )

"""Verdict: water, more water, or an instrument, from which channels moved together and how.

1. Foreign water changes several things at once: two instruments that agree are a water event.
2. Rain brings flow and thins what is dissolved; a flush of the sewer lifts solids and nothing else:
   hydraulic. So is a change of the flow, the level or the temperature alone.
3. One channel alone may be the water or its own instrument: it is called water when it is far out and
   stays there, and is trusted less; else it is the instrument's.
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
#: What a flush of the sewer lifts, and what would have moved as well had it been foreign water.
_SOLIDS = frozenset({"tss", "turbidity", "cod", "toc", "bod", "cod_mn", "uv254", "tp"})
_TELLING = frozenset({"ec", "nh4_n", "ph", "orp"})
#: One channel must be so far out to be called water on its own [deviations]. Site choice.
ALONE_STRENGTH = 6.0
#: Far out: doubled or halved; where ratios have no meaning, so many deviations. Site choice.
_FAR_RATIO, _FAR_STRENGTH = 2.0, 10.0


@dataclass(frozen=True, slots=True)
class Assessment:
    """What findings together say; `moved` is -2..2 for each quantity that moved."""

    verdict: Verdict
    warns: bool
    trust: float
    severity: float
    moved: Mapping[str, int]
    reasons: tuple[Text, ...]


def assessed(
    findings: tuple[Finding, ...], channels: tuple[Channel, ...], *, lasted: bool
) -> Assessment:
    """Judge findings of one place; `lasted`: they have gone on long enough for one channel alone."""
    strongest = _strongest(findings)
    moved: dict[str, int] = {}
    for index, finding in sorted(strongest.items()):
        quantity = channels[index].quantity.id
        sign = _sign(finding, channels[index])
        if abs(sign) > abs(moved.get(quantity, 0)):
            moved[quantity] = sign
    place = channels[findings[0].channel].place
    measured = frozenset(channel.quantity.id for channel in channels if channel.place == place)
    carriers = [i for i in strongest if channels[i].quantity.id not in _HYDRAULIC]
    peak = max(finding.strength for finding in strongest.values())
    reasons = [_moved_reason(strongest[index], channels[index]) for index in sorted(strongest)]
    verdict, warns = Verdict.HYDRAULIC, False
    if not carriers:
        trust = 0.8
        reasons.append(text("only the amount of water or its temperature has changed"))
    elif _is_rain(moved):
        trust = 0.8
        reasons.append(text("more water, and what is dissolved in it is thinned: rain"))
    elif _is_flush(moved, measured):
        trust = 0.5
        reasons.append(
            text("only solids have risen, nothing dissolved has: a flush from the sewer")
        )
    elif len(carriers) >= 2:
        verdict, warns, trust = Verdict.WATER, True, 1 - 0.5 ** len(carriers)
        reasons.append(text("{count} instruments agree", count=len(carriers)))
    else:
        verdict, warns, trust = _alone(peak, lasted=lasted)
        reasons.append(text("only one instrument says so"))
    if verdict is Verdict.WATER and "flow" in measured and "flow" not in moved:
        reasons.append(text("the flow is as expected: not rain"))
    severity = 1 - math.exp(-peak / 10)
    return Assessment(verdict, warns, trust, severity, moved, tuple(reasons))


def _alone(peak: float, *, lasted: bool) -> tuple[Verdict, bool, float]:
    if not lasted:
        # Not told yet: others may follow.
        return Verdict.WATER, False, 0.3
    if peak >= ALONE_STRENGTH:
        return Verdict.WATER, True, 0.4
    return Verdict.INSTRUMENT, False, 0.3


def _is_rain(moved: Mapping[str, int]) -> bool:
    if moved.get("flow", 0) <= 0:
        return False
    dissolved = [sign for quantity, sign in moved.items() if quantity in _DISSOLVED]
    if dissolved:
        return max(dissolved) < 0
    return abs(moved.get("ph", 0)) < 2 and moved.get("orp", 0) >= 0


def _is_flush(moved: Mapping[str, int], measured: frozenset[str]) -> bool:
    carried = {quantity: sign for quantity, sign in moved.items() if quantity not in _HYDRAULIC}
    return (
        len(_TELLING & measured) >= 2
        and ("tss" in carried or "turbidity" in carried)
        and all(quantity in _SOLIDS and sign > 0 for quantity, sign in carried.items())
    )


def _strongest(findings: tuple[Finding, ...]) -> dict[int, Finding]:
    strongest: dict[int, Finding] = {}
    for finding in findings:
        other = strongest.get(finding.channel)
        if other is None or finding.strength > other.strength:
            strongest[finding.channel] = finding
    return strongest


def _sign(finding: Finding, channel: Channel) -> int:
    """Direction of a finding, doubled when far out: -2..2."""
    if channel.quantity.log and finding.ratio > 0:
        far = finding.ratio >= _FAR_RATIO or finding.ratio <= 1 / _FAR_RATIO
    else:
        far = finding.strength >= _FAR_STRENGTH
    return finding.direction * (2 if far else 1)


def _moved_reason(finding: Finding, channel: Channel) -> Text:
    if channel.quantity.log and finding.ratio > 0:
        return text(
            "{channel} at {ratio:.2f} times what was expected",
            channel=channel.title,
            ratio=finding.ratio,
        )
    if finding.direction > 0:
        return text(
            "{channel} above what was expected ({strength:.0f} deviations)",
            channel=channel.title,
            strength=finding.strength,
        )
    return text(
        "{channel} below what was expected ({strength:.0f} deviations)",
        channel=channel.title,
        strength=finding.strength,
    )

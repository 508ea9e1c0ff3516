"""Words: the reasons of an event, as an operator would give them to the one who comes after."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from mulmok.model.cause import CAUSE_NAMES
from mulmok.model.channel import Channel
from mulmok.model.event import Cause, Verdict
from mulmok.model.sighting import Moved, Sighting
from mulmok.model.text import Names, Text, text
from mulmok.model.time import MINUTE
from mulmok.model.unit import DISPLAY

#: Above this ratio an increase is told as a multiple, below it in per cent.
_MULTIPLE = 2.0


def water_reasons(
    sighting: Sighting,
    verdict: Verdict,
    causes: tuple[Cause, ...],
    channels: tuple[Channel, ...],
) -> tuple[Text, ...]:
    """Reasons of an event in the water: what moved, what it fits, what speaks against other things."""
    reasons = [_movements(sighting, channels)]
    moved = {channels[one.channel].quantity.id for one in sighting.moved}
    if verdict is Verdict.WATER:
        reasons.append(_fits(sighting, causes))
        flow = [c for c in channels if c.quantity.id == "flow" and c.place == sighting.place]
        if flow and "flow" not in moved:
            reasons.append(text("the flow is as expected: not rain"))
        count = len(sighting.moved)
        if count == 1:
            reasons.append(text("only one instrument says so"))
        elif count > 1:
            reasons.append(text("{count} independent instruments agree", count=count))
    elif verdict is Verdict.HYDRAULIC:
        reasons.append(
            text("more water: what is dissolved is thinned, or the sewer is flushed")
            if "flow" in moved
            else text("what is dissolved is thinned, or the sewer is flushed: no foreign water")
        )
    else:
        reasons.append(text("after all only one instrument has left what the others show"))
    if sighting.known == "guest":
        reasons.append(
            text(
                "it comes at this time of day again and again: a guest of the works, not warned of"
            )
        )
    elif sighting.known == "rejected":
        reasons.append(text("people have said of the like of it that it is nothing: not warned of"))
    if sighting.accepted:
        reasons.append(text("it has lasted so long that it is taken for the new normal"))
    return tuple(reasons)


def _movements(sighting: Sighting, channels: tuple[Channel, ...]) -> Text:
    telling = sorted(sighting.moved, key=lambda one: (-abs(one.strength), one.channel))
    parts = [_movement(one, channels[one.channel]) for one in telling[:6]]
    if not parts:
        return text("many channels together have left what is expected, each by little")
    minutes = max(round((sighting.word_at - sighting.since) / MINUTE), 1)
    return text("{changes} within {minutes} min", changes=_listed(parts), minutes=minutes)


def _movement(moved: Moved, channel: Channel) -> Text:
    if channel.quantity.log:
        if moved.change >= _MULTIPLE:
            return text("{channel} x{ratio:.1f}", channel=channel.title, ratio=moved.change)
        return text(
            "{channel} {percent:+.0f} %",
            channel=channel.title,
            percent=(moved.change - 1.0) * 100.0,
        )
    written = channel.quantity.unit
    unit = "" if written == "pH" else f" {DISPLAY.get(written, written)}"
    return text(
        "{channel} {difference:+.{decimals}f}{unit}",
        channel=channel.title,
        difference=moved.change,
        decimals=channel.quantity.decimals,
        unit=unit,
    )


def _fits(sighting: Sighting, causes: tuple[Cause, ...]) -> Text:
    first = causes[0]
    name = CAUSE_NAMES.get(first.cause, Names(first.cause, first.cause))
    if first.cause == "unknown":
        return text(
            "fits no water of the library ({probability:.0%})", probability=first.probability
        )
    if sighting.fraction is None:
        return text("fits {cause} ({probability:.0%})", cause=name, probability=first.probability)
    return text(
        "fits {cause} at {fraction:.1%} of the flow ({probability:.0%})",
        cause=name,
        fraction=sighting.fraction,
        probability=first.probability,
    )


def _listed(parts: Iterable[Text]) -> Text:
    return reduce(lambda one, other: text("{one}, {other}", one=one, other=other), parts)


def fault_reason(fault: str, channel: Names) -> Text:
    """Say what is wrong with an instrument."""
    match fault:
        case "dropout":
            return text("{channel} gives no value", channel=channel)
        case "calibration":
            return text("{channel} is being calibrated or maintained", channel=channel)
        case "offset":
            return text("{channel} has jumped and left all others alone", channel=channel)
        case "drift":
            return text("{channel} drifts upwards, away from what the others show", channel=channel)
        case "fouling":
            return text("{channel} sinks slowly, away from what the others show", channel=channel)
        case "stuck":
            return text(
                "{channel} has not moved for longer than water stays the same", channel=channel
            )
        case "noise":
            return text("{channel} is several times rougher than usual", channel=channel)
        case _:
            return text("{channel} jumps and comes back, again and again", channel=channel)


def task_reason(fault: str, channel: Names) -> Text:
    """Say what to do about an instrument."""
    match fault:
        case "dropout" | "spike" | "noise":
            return text("to do: check cable and supply of {channel}", channel=channel)
        case "fouling":
            return text("to do: clean {channel}", channel=channel)
        case "stuck":
            return text("to do: look at {channel} on site", channel=channel)
        case _:
            return text("to do: calibrate {channel}", channel=channel)

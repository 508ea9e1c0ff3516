"""Words: what is told of an event in progress."""

from __future__ import annotations

from dataclasses import replace

from mulmok.judge.diagnose.draft import SERVICED, Draft
from mulmok.judge.diagnose.signature import HYDRAULIC, SIGNATURES, ranked
from mulmok.judge.diagnose.verdict import Assessment, assessed
from mulmok.model.channel import Channel
from mulmok.model.event import Cause, Event, Verdict
from mulmok.model.finding import Finding
from mulmok.model.text import Names, Text, text

#: Causes of which less than this is left are not told.
_WORTH_TELLING = 0.005
#: A channel has had its say after so many readings.
_SAY = 3


def worded(
    draft: Draft, channels: tuple[Channel, ...], at: int, *, ended: bool
) -> tuple[Draft, Event]:
    """Say what is known of the event at `at`; a draft that warns now remembers when."""
    telling = draft.telling
    if draft.fault or not telling:
        return draft, _fault_event(draft, channels, at, ended=ended)
    found = assessed(telling, channels, lasted=at >= draft.alone_at)
    if draft.warned_at is None and found.warns and not ended:
        draft = replace(draft, warned_at=at)
    started_at = min(draft.detected_at, *(finding.since for finding in telling))
    reasons = found.reasons + tuple(
        text("{channel} is left out: {why}", channel=_title(one.channel, channels),
             why=fault_reason(one.fault, channels[one.channel].title))
        for one in draft.explained
    )  # fmt: skip
    return draft, Event(
        id=draft.id,
        known_at=at,
        said_at=at,
        started_at=started_at,
        detected_at=draft.detected_at,
        warned_at=draft.warned_at,
        ended_at=draft.last_end if ended else None,
        verdict=found.verdict,
        causes=_causes(found, draft.place, channels, at - started_at),
        fraction=None,
        channels=_names(telling, channels),
        severity=found.severity,
        trust=found.trust,
        reasons=reasons,
    )


def _causes(
    found: Assessment, place: str, channels: tuple[Channel, ...], lasted: int
) -> tuple[Cause, ...]:
    if found.verdict is Verdict.INSTRUMENT:
        return (Cause("unknown", 1.0),)
    # A slow analyser that could not have seen it yet does not speak against a cause.
    asked = frozenset(
        channel.quantity.id
        for channel in channels
        if channel.place == place and lasted >= _SAY * channel.every
    )
    among = HYDRAULIC if found.verdict is Verdict.HYDRAULIC else SIGNATURES
    causes = ranked(found.moved, asked, among)
    told = tuple(cause for cause in causes if cause.probability >= _WORTH_TELLING)
    total = sum(cause.probability for cause in told)
    return tuple(Cause(cause.cause, cause.probability / total) for cause in told)


def _names(findings: tuple[Finding, ...], channels: tuple[Channel, ...]) -> tuple[str, ...]:
    return tuple(sorted({channels[finding.channel].id for finding in findings}))


def _title(channel: int, channels: tuple[Channel, ...]) -> Names:
    return channels[channel].title


def fault_reason(fault: str, channel: Names) -> Text:
    """Say what is wrong with an instrument."""
    if fault == "dropout":
        return text("{channel} gives no value", channel=channel)
    if fault == SERVICED:
        return text("{channel} is being calibrated or maintained", channel=channel)
    if fault == "offset":
        return text("{channel} shows what cannot be", channel=channel)
    if fault == "stuck":
        return text("{channel} has not moved for longer than water stays the same", channel=channel)
    return text("{channel} jumps and comes back, again and again", channel=channel)


def _fault_event(draft: Draft, channels: tuple[Channel, ...], at: int, *, ended: bool) -> Event:
    """Tell of an instrument; of a deviation, too, that turned out to be one."""
    faults = {finding.channel: finding.fault for finding in draft.findings if finding.fault}
    faults |= {one.channel: one.fault for one in draft.explained}
    serviced = all(fault == SERVICED for fault in faults.values())
    names = sorted(set(faults.values()))
    return Event(
        id=draft.id,
        known_at=at,
        said_at=at,
        started_at=min(finding.since for finding in draft.findings),
        detected_at=draft.detected_at,
        warned_at=draft.warned_at,
        ended_at=draft.last_end if ended else None,
        verdict=Verdict.MAINTENANCE if serviced else Verdict.INSTRUMENT,
        causes=tuple(Cause(fault, 1.0 / len(names)) for fault in names),
        fraction=None,
        channels=_names(draft.findings, channels),
        severity=0.1 if serviced else 0.3,
        trust=0.9,
        reasons=tuple(
            fault_reason(fault, channels[index].title) for index, fault in sorted(faults.items())
        ),
    )

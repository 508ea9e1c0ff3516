"""Draft: an event while it is still being written, and how findings become its words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mulmok.judge.diagnose.signature import ranked
from mulmok.judge.diagnose.verdict import assessed
from mulmok.model.channel import Channel
from mulmok.model.event import Cause, Event, Verdict
from mulmok.model.finding import Finding
from mulmok.model.text import Text, text
from mulmok.model.time import MINUTE, format_instant

#: Findings apart by no more than this belong to one event [ns]. Site choice.
QUIET = 30 * MINUTE
#: A single channel must stay out for so long before it warns of water [ns]. Site choice.
ALONE = 10 * MINUTE


@dataclass(frozen=True, slots=True)
class Draft:
    """One event in progress.

    place      where its findings are; fault events have a channel's own
    findings   last word of each finding, in order of opening
    """

    id: str
    place: str
    fault: bool
    findings: tuple[Finding, ...]
    detected_at: int
    warned_at: int | None = None
    #: Next instant at which it is looked at again without a new finding [ns UTC].
    due: int | None = None

    @property
    def open(self) -> bool:
        """Whether any finding of it goes on."""
        return any(finding.ended_at is None for finding in self.findings)

    @property
    def last_end(self) -> int:
        """End of its last finding [ns UTC]; only once none is open."""
        return max(finding.ended_at or finding.at for finding in self.findings)


def begun(finding: Finding, channel: Channel) -> Draft:
    """Begin an event with its first finding."""
    stamp = format_instant(finding.at).replace("-", "").replace(":", "")
    fault = bool(finding.fault)
    kind = f"-{finding.fault}" if fault else ""
    return Draft(
        id=f"{stamp}-{channel.id}{kind}",
        place=channel.id if fault else channel.place,
        fault=fault,
        findings=(finding,),
        detected_at=finding.at,
    )


def heard(draft: Draft, finding: Finding) -> Draft:
    """Take a finding's word in: a new one, or the end of one it has."""
    others = tuple(known for known in draft.findings if known.key != finding.key)
    if len(others) == len(draft.findings):
        return replace(draft, findings=(*draft.findings, finding))
    known = next(known for known in draft.findings if known.key == finding.key)
    # What was seen at the height stays; the last word only says when it was over.
    closed = replace(known, ended_at=finding.ended_at)
    return replace(
        draft, findings=tuple(closed if f.key == finding.key else f for f in draft.findings)
    )


def reviewed(draft: Draft, at: int) -> Draft:
    """Set when the event is to be looked at again, and warn when it is time to."""
    if draft.fault:
        return replace(draft, due=None)
    if not draft.open:
        return replace(draft, due=draft.last_end + QUIET)
    if draft.warned_at is None:
        alone_until = draft.detected_at + ALONE
        return replace(draft, due=alone_until if at < alone_until else None)
    return replace(draft, due=None)


def worded(
    draft: Draft, channels: tuple[Channel, ...], at: int, *, ended: bool
) -> tuple[Draft, Event]:
    """Say what is known of the event at `at`; a draft that warns now remembers when."""
    if draft.fault:
        return draft, _fault_event(draft, channels, at, ended=ended)
    found = assessed(draft.findings, channels, lasted=at - draft.detected_at >= ALONE)
    if draft.warned_at is None and found.warns and not ended:
        draft = replace(draft, warned_at=at)
    causes = ranked(found.moved, found.measured) if found.verdict is Verdict.WATER else ()
    event = Event(
        id=draft.id,
        known_at=at,
        started_at=min(finding.since for finding in draft.findings),
        detected_at=draft.detected_at,
        warned_at=draft.warned_at,
        ended_at=draft.last_end if ended else None,
        verdict=found.verdict,
        causes=causes,
        fraction=None,
        channels=_names(draft, channels),
        severity=found.severity,
        trust=found.trust,
        reasons=found.reasons,
    )
    return draft, event


def _names(draft: Draft, channels: tuple[Channel, ...]) -> tuple[str, ...]:
    return tuple(sorted({channels[finding.channel].id for finding in draft.findings}))


def _fault_reason(fault: str, channel: str) -> Text:
    if fault == "dropout":
        return text("{channel} gives no value", channel=channel)
    if fault == "calibration":
        return text("{channel} is being calibrated or maintained", channel=channel)
    if fault == "offset":
        return text("{channel} shows what cannot be", channel=channel)
    if fault == "stuck":
        return text(
            "{channel} has not moved for longer than water stays the same", channel=channel
        )
    return text("{channel} jumps and comes back, again and again", channel=channel)


def _fault_event(
    draft: Draft, channels: tuple[Channel, ...], at: int, *, ended: bool
) -> Event:
    finding = draft.findings[0]
    serviced = finding.fault == "calibration"
    reason = _fault_reason(finding.fault, channels[finding.channel].id)
    return Event(
        id=draft.id,
        known_at=at,
        started_at=finding.since,
        detected_at=draft.detected_at,
        warned_at=None,
        ended_at=draft.last_end if ended else None,
        verdict=Verdict.MAINTENANCE if serviced else Verdict.INSTRUMENT,
        causes=(Cause(finding.fault, 1.0),),
        fraction=None,
        channels=_names(draft, channels),
        severity=0.1 if serviced else 0.3,
        trust=0.9,
        reasons=(reason,),
    )


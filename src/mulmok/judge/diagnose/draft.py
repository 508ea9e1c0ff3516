"""Draft: an event while it is still being written, from its first finding to its end.

Only what changes a draft lives here; what it means is said in `verdict.py` and `words.py`. Everything
depends on findings and instants alone, so a draft is the same however the readings were cut.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from mulmok.model.channel import Channel
from mulmok.model.finding import Finding
from mulmok.model.time import HOUR, MINUTE, format_instant

#: Findings apart by no more than this belong to one event [ns]. Site choice.
QUIET = 30 * MINUTE
#: A single channel must stay out for so long, and until its next reading, to be judged [ns].
ALONE = 10 * MINUTE
#: A finding of which nothing was heard for so long is over: its channel has fallen silent [ns].
STALE = 13 * HOUR
#: The fault that is none: somebody is at work on the instrument.
SERVICED = "calibration"


@dataclass(frozen=True, slots=True)
class Explained:
    """A channel whose deviations an instrument's fault explains, from an instant on [ns UTC]."""

    channel: int
    fault: str
    at: int


@dataclass(frozen=True, slots=True)
class Draft:
    """One event in progress.

    place      where its findings are; fault events have a channel's own
    findings   last word of each finding, in order of opening
    alone_at   when one channel alone is judged [ns UTC]
    """

    id: str
    place: str
    fault: bool
    findings: tuple[Finding, ...]
    detected_at: int
    alone_at: int
    warned_at: int | None = None
    explained: tuple[Explained, ...] = ()
    #: Next instant at which it is looked at again without a new finding [ns UTC].
    due: int | None = None

    @property
    def telling(self) -> tuple[Finding, ...]:
        """Findings that speak of the water: not explained by a fault, not an echo of others.

        An echo is a finding on the other side of one before it on the same channel: what was learnt
        during the event makes the return look like a change.
        """
        explained = {one.channel for one in self.explained}
        sides: dict[int, int] = {}
        for finding in self.findings:
            sides.setdefault(finding.channel, finding.direction)
        return tuple(
            finding
            for finding in self.findings
            if finding.channel not in explained and sides[finding.channel] == finding.direction
        )

    @property
    def open(self) -> bool:
        """Whether anything that tells goes on."""
        findings = self.findings if self.fault else self.telling
        return any(finding.ended_at is None for finding in findings)

    @property
    def last_end(self) -> int:
        """End of the last that told [ns UTC]; only once nothing is open."""
        findings = self.findings if self.fault else self.telling
        ends = [finding.word_at for finding in findings]
        return max([*ends, *(one.at for one in self.explained)])


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
        alone_at=finding.at + max(ALONE, channel.every),
    )


def heard(draft: Draft, finding: Finding) -> Draft:
    """Take a finding's word in: a new one, or the end of one it has."""
    if all(known.key != finding.key for known in draft.findings):
        return replace(draft, findings=(*draft.findings, finding))
    # A closing word tells the height of the finding, so it takes the place of the opening one.
    return replace(
        draft, findings=tuple(finding if f.key == finding.key else f for f in draft.findings)
    )


def explained(draft: Draft, fault: Finding) -> Draft:
    """Take out what the fault of a channel's instrument explains; the same draft if nothing.

    A visit to the instrument explains nothing that was seen before it; a fault does, for it is often
    recognised late (a stuck value must last before it is one).
    """
    concerned = any(
        finding.channel == fault.channel
        and (finding.ended_at is None or finding.ended_at >= fault.since)
        and (fault.fault != SERVICED or finding.since >= fault.since)
        for finding in draft.telling
    )
    if draft.fault or not concerned:
        return draft
    one = Explained(fault.channel, fault.fault, fault.at)
    return replace(draft, explained=(*draft.explained, one))


def without_stale(draft: Draft, at: int) -> Draft:
    """End the findings of which nothing was heard for `STALE`."""
    return replace(
        draft,
        findings=tuple(
            replace(finding, ended_at=at)
            if finding.ended_at is None and at - finding.at >= STALE
            else finding
            for finding in draft.findings
        ),
    )


def next_look(draft: Draft, at: int) -> Draft:
    """Set when the event is to be looked at again if nothing more is heard."""
    if draft.fault:
        return replace(draft, due=None)
    if not draft.open:
        return replace(draft, due=draft.last_end + QUIET)
    going = [finding.at for finding in draft.telling if finding.ended_at is None]
    due = min(going) + STALE
    if at < draft.alone_at:
        due = min(due, draft.alone_at)
    return replace(draft, due=due)

"""Faults: what is wrong with one instrument, as an event from its first word to its last."""

from __future__ import annotations

from dataclasses import dataclass

from mulmok.judge.diagnose.words import fault_reason, task_reason
from mulmok.model.channel import Channel
from mulmok.model.event import Cause, Event, Verdict
from mulmok.model.finding import Finding
from mulmok.model.sighting import event_id

#: The fault that is none: somebody is at work on the instrument.
SERVICED = "calibration"
#: A line that is lost looks stuck before; what is stuck stands apart from the others, and jumps at last.
_EXPLAINS = {
    "dropout": ("stuck", "offset"),
    "stuck": ("offset", "drift", "fouling"),
}


@dataclass(frozen=True, slots=True)
class FaultDraft:
    """Faults of one channel that hang together: the last word of each, in order of opening."""

    id: str
    channel: int
    findings: tuple[Finding, ...]

    @property
    def open(self) -> bool:
        """Whether any of them goes on."""
        return any(finding.ended_at is None for finding in self.findings)

    @property
    def kinds(self) -> tuple[str, ...]:
        """What they are called, each once, the first first; none that another of them explains."""
        kinds = dict.fromkeys(finding.fault for finding in self.findings)
        return tuple(
            kind for kind in kinds if not any(kind in _EXPLAINS.get(one, ()) for one in kinds)
        )


def begun(finding: Finding, channel: Channel) -> FaultDraft:
    """Begin the event of a channel with its first fault."""
    name = event_id(finding.at, f"{channel.id}-{finding.fault}")
    return FaultDraft(name, finding.channel, (finding,))


def heard(draft: FaultDraft, finding: Finding) -> FaultDraft:
    """Take a word in: another fault of the channel, or the end of one."""
    known = [finding if f.key == finding.key else f for f in draft.findings]
    if all(f.key != finding.key for f in draft.findings):
        known.append(finding)
    return FaultDraft(draft.id, draft.channel, tuple(known))


def fault_event(draft: FaultDraft, channel: Channel, word: Finding) -> Event:
    """Say what is known of a channel's faults with one more word."""
    kinds = draft.kinds
    serviced = kinds == (SERVICED,)
    ended = None if draft.open else max(finding.word_at for finding in draft.findings)
    return Event(
        id=draft.id,
        known_at=word.word_at if word.known_at is None else word.known_at,
        said_at=word.word_at,
        started_at=min(finding.since for finding in draft.findings),
        detected_at=draft.findings[0].at,
        warned_at=None,
        ended_at=ended,
        verdict=Verdict.MAINTENANCE if serviced else Verdict.INSTRUMENT,
        causes=tuple(Cause(kind, 1.0 / len(kinds)) for kind in kinds),
        fraction=None,
        channels=(channel.id,),
        severity=0.1 if serviced else 0.3,
        trust=0.9,
        reasons=(
            *(fault_reason(kind, channel.title) for kind in kinds),
            *(() if serviced else (task_reason(kinds[-1], channel.title),)),
        ),
    )

"""Counts what a detector's events are worth on a scene. Scores add up: `sum(scores, Score())`.

Only what comes after `scene.counted` counts, truths by their start and events by their instant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from benchmarks.detection.scene import Scene
from benchmarks.detection.tally import FaultResult, Score, WaterResult
from benchmarks.detection.truth import Truth
from mulmok.model.event import Event, Verdict
from mulmok.model.time import DAY, FOREVER, HOUR, MINUTE

#: A warning of a water may come so long after it has passed; so long after, it is not a false one.
LATE, GRACE = 30 * MINUTE, 60 * MINUTE
#: Benign things in which false warnings are counted apart, in this order.
_EXCUSES = ("storm", "side_stream", "cleaning", "lost", "regime", "holiday", "infiltration")
#: While these last an instrument event on their channel is right.
_ATTENDED = ("cleaning", "lost")
_EXPLAINED = (Verdict.INSTRUMENT, Verdict.MAINTENANCE)


def score(scene: Scene, events: Iterable[Event]) -> Score:
    """Score the words of a detector: all of them, or the last of each event."""
    first, last = _words(events, scene.counted)
    truths = [truth for truth in scene.truths if truth.end + GRACE > scene.counted]
    waters = [t for t in truths if t.kind == "water"]
    faults = [t for t in truths if t.kind == "fault"]
    benign = [t for t in truths if t.kind == "benign" and t.cause != "wiper"]
    warned = sorted(
        (e for e in last if e.warned_at is not None and e.warned_at >= scene.counted),
        key=lambda e: e.warned_at or 0,
    )
    false: Counter[str] = Counter()
    for event in warned:
        at = event.warned_at or 0
        if not any(t.start <= at <= t.end + GRACE for t in waters):
            false[_circumstance(at, faults, benign)] += 1
    days = (scene.end - scene.counted) / DAY
    wet = _covered([(t.start, t.end + GRACE) for t in waters], scene.counted, scene.end)
    attended = faults + [t for t in benign if t.cause in _ATTENDED]
    told = [e for e in last if e.verdict is Verdict.INSTRUMENT and e.detected_at >= scene.counted]
    spans = [(e.detected_at, _end(e)) for e in told]
    return Score(
        tuple(_water(t, warned, first) for t in waters if t.start >= scene.counted),
        tuple(_fault(t, last, warned, waters) for t in faults if t.start >= scene.counted),
        days,
        days - wet / DAY,
        false,
        Counter(_attributed(event, attended, waters) for event in told),
        _covered(spans, scene.counted, scene.end) / HOUR,
    )


def _words(events: Iterable[Event], counted: int) -> tuple[dict[str, Event], list[Event]]:
    """First word with a warning of each event, and the last word of each that still counts."""
    first: dict[str, Event] = {}
    last: dict[str, Event] = {}
    for event in sorted(events, key=lambda word: word.known_at):
        last[event.id] = event
        if event.warned_at is not None:
            first.setdefault(event.id, event)
    return first, [e for e in last.values() if _end(e) >= counted]


def _end(event: Event) -> int:
    return FOREVER if event.ended_at is None else event.ended_at


def _meets(event: Event, truth: Truth) -> bool:
    return event.detected_at <= truth.end + GRACE and _end(event) >= truth.start


def _water(truth: Truth, warned: list[Event], first: dict[str, Event]) -> WaterResult:
    for event in warned:
        at = event.warned_at or 0
        if truth.start <= at <= truth.end + LATE:
            return WaterResult(
                truth.cause,
                truth.fraction,
                at - truth.start,
                event.verdict.value,
                _place(truth.cause, event),
                _place(truth.cause, first[event.id]),
            )
    return WaterResult(truth.cause, truth.fraction)


def _place(cause: str, event: Event) -> int:
    causes = [one.cause for one in event.causes]
    return causes.index(cause) if cause in causes else -1


def _fault(
    truth: Truth, last: list[Event], warned: list[Event], waters: list[Truth]
) -> FaultResult:
    """A warning during a fault is held against it unless foreign water came at the same time."""
    end = truth.end + GRACE
    excused = any(w.start <= end and w.end + GRACE >= truth.start for w in waters)
    cried = not excused and any(truth.start <= (e.warned_at or 0) <= end for e in warned)
    told = any(
        e.verdict in _EXPLAINED and truth.channel in e.channels and _meets(e, truth) for e in last
    )
    return FaultResult(truth.cause, truth.channel or "", cried, told)


def _circumstance(at: int, faults: list[Truth], benign: list[Truth]) -> str:
    """What went on when a false warning came."""
    for truth in faults:
        if truth.start <= at <= truth.end + GRACE:
            return f"fault {truth.cause}"
    present = {t.cause for t in benign if t.start <= at <= t.end + GRACE}
    return next((f"benign {cause}" for cause in _EXCUSES if cause in present), "quiet")


def _attributed(event: Event, attended: list[Truth], waters: list[Truth]) -> str:
    """What an instrument event was of."""
    for truth in attended:
        if truth.channel in event.channels and _meets(event, truth):
            return "fault" if truth.kind == "fault" else "attended"
    return "water" if any(_meets(event, truth) for truth in waters) else "quiet"


def _covered(spans: list[tuple[int, int]], start: int, end: int) -> int:
    """Time within [start, end] covered by any of the spans [ns]."""
    total, reached = 0, start
    for begin, stop in sorted(spans):
        lower, upper = max(begin, reached), min(stop, end)
        total += max(upper - lower, 0)
        reached = max(reached, upper)
    return total

"""What went on around each foreign water, and what the missed ones have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.detection.scene import Made
from benchmarks.detection.tally import Score, WaterResult
from benchmarks.detection.waters import MOVES, SHARES
from mulmok.model.event import Event, Verdict
from mulmok.model.time import FOREVER, MINUTE

THIRDS = ("weakest", "middle", "strongest")
#: Lengths [min] between which recall is told apart.
_LENGTHS = (0.0, 40.0, 80.0, np.inf)
#: Strengths likewise.
_STRENGTHS = (0.0, 8.0, 16.0, 32.0, np.inf)
#: Below this much, recall falls: what is called weak in words.
_WEAK = 16.0


@dataclass(frozen=True, slots=True)
class Met:
    """One foreign water.

    minutes   how long it lasted
    moved     quantities whose ten-minute mean leaves its noise at least four times over
    strength  what all instruments show together, in multiples of their noise (root of the squares)
    beside    what of the works' life and which faults overlapped it
    told_as   verdicts of the events that were open meanwhile
    """

    result: WaterResult
    minutes: float
    moved: tuple[str, ...]
    strength: float
    beside: frozenset[str]
    told_as: frozenset[Verdict]

    @property
    def found(self) -> bool:
        """Whether there was a warning of it."""
        return self.result.delay is not None

    @property
    def third(self) -> int | None:
        """Place of its share in the range its cause is drawn from, on a logarithmic scale."""
        if self.result.fraction is None:
            return None
        low, high = SHARES[self.result.cause]
        place = np.log(self.result.fraction / low) / np.log(high / low)
        return int(np.clip(3 * place, 0, 2))


def met(made: Made, worth: Score, said: Iterable[Event]) -> tuple[Met, ...]:
    """Put what went on beside each water of the score."""
    scene = made.scene
    planned = {(scene.start + one.begin * MINUTE, one.cause): one.moves for one in made.waters}
    waters = [t for t in scene.truths if t.kind == "water" and t.start >= scene.counted]
    others = [t for t in scene.truths if t.kind != "water" and t.cause != "wiper"]
    last = {event.id: event for event in said}.values()
    found = []
    for truth, result in zip(waters, worth.waters, strict=True):
        beside = (o for o in others if o.start <= truth.end and o.end >= truth.start)
        open_then = (
            event.verdict
            for event in last
            if event.detected_at <= truth.end and (event.ended_at or FOREVER) >= truth.start
        )
        moves = planned[truth.start, truth.cause]
        shown = zip(scene.channels, moves, strict=True)
        found.append(
            Met(
                result,
                (truth.end - truth.start) / MINUTE,
                tuple(channel.quantity.id for channel, size in shown if size >= MOVES),
                float(np.linalg.norm(moves)),
                frozenset("fault" if o.kind == "fault" else o.cause for o in beside),
                frozenset(open_then),
            )
        )
    return tuple(found)


#: Place in a table, and the words.
Group = tuple[int, str]


def recall_by(
    waters: Sequence[Met], groups: Callable[[Met], Iterable[Group]]
) -> list[tuple[str, int, int]]:
    """Name, number found and number of each group."""
    total: Counter[Group] = Counter()
    hits: Counter[Group] = Counter()
    for one in waters:
        for group in groups(one):
            total[group] += 1
            hits[group] += one.found
    return [(group[1], hits[group], total[group]) for group in sorted(total)]


def by_cause(one: Met) -> list[Group]:
    return [(0, one.result.cause.replace("_", " "))]


def by_third(one: Met) -> list[Group]:
    if one.third is None:
        return []
    return [(one.third, f"share in the {THIRDS[one.third]} third of its range")]


def by_length(one: Met) -> list[Group]:
    place, words = _between(one.minutes, _LENGTHS)
    return [(place, f"lasting {words} min")]


def by_strength(one: Met) -> list[Group]:
    place, words = _between(one.strength, _STRENGTHS)
    return [(place, f"{words} times the noise, all instruments together")]


def by_number(one: Met) -> list[Group]:
    words = (
        "no instrument",
        "one instrument",
        "two instruments",
        "three instruments",
        "four or more",
    )
    place = min(len(one.moved), len(words) - 1)
    return [(place, f"clear on {words[place]}")]


def by_circumstance(one: Met) -> list[Group]:
    beside = [(1, f"beside: {name.replace('_', ' ')}") for name in one.beside]
    return beside or [(0, "nothing else going on")]


def _between(value: float, bounds: Sequence[float]) -> Group:
    place = int(np.searchsorted(bounds, value, side="right")) - 1
    low, high = bounds[place : place + 2]
    if place == 0:
        return place, f"under {high:.0f}"
    return place, f"{low:.0f} to {high:.0f}" if np.isfinite(high) else f"{low:.0f} and more"


def paragraphs(waters: Sequence[Met]) -> list[str]:
    """Say in words what is missed, from the figures of this run."""
    lost = [one for one in waters if not one.found]
    causes = sorted(recall_by(waters, by_cause), key=lambda cause: cause[1] / cause[2])
    worst = ", ".join(f"{name} {n - hit} of {n}" for name, hit, n in causes if hit < n)
    weak = [one for one in waters if one.strength < _WEAK]
    strong = [one for one in waters if one.strength >= _WEAK]
    weak_lost, strong_lost = ([one for one in some if not one.found] for some in (weak, strong))
    unseen = sum(not one.told_as for one in weak_lost)
    doubted = sum(Verdict.INSTRUMENT in one.told_as for one in strong_lost)
    beside = sum(bool(one.beside & {"fault", "lost", "cleaning"}) for one in strong_lost)
    rain = sum(Verdict.HYDRAULIC in one.told_as or "storm" in one.beside for one in strong_lost)
    alone = [one for one in weak if len(one.moved) < 2]
    alone_lost = sum(not one.found for one in alone)
    first = (
        f"Of {len(waters)} foreign waters {len(lost)} were missed: {worst or 'none'}. "
        "They are of two kinds."
    )
    little = (
        f"**Too little to tell.** {len(weak_lost)} of the {len(weak)} waters that all instruments together show "
        f"by less than {_WEAK:.0f} times their noise were missed, {len(strong_lost)} of the {len(strong)} above; at "
        f"{unseen} of the {len(weak_lost)} no event of any kind was open. The noise here is that of ten minutes "
        "against the hour before; the day's own ups and downs come on top, and a budget of false warnings must "
        f"pay for these. {alone_lost} of the {len(alone)} weak ones that one instrument alone shows clearly were "
        "missed. Oil is the case in point: it adds COD and hardly anything else, so that a single analyser "
        "with a reading in five minutes must be believed against ten that are calm; it is also what a fault of "
        "that analyser looks like. A little septage shows in solids and COD, as the sewer's own deposits do."
    )
    doubt = (
        f"**Enough to see, but doubted.** Of the {len(strong_lost)} strong ones missed, an instrument event was "
        f"open at {doubted}, a storm or a hydraulic event at {rain}, and a fault, a cleaning or a lost "
        f"connection was going on at {beside} (one may count under several). What moves one instrument far and "
        "the others little, such as salt on conductivity or an oxidant on ORP, is nearest to a fault; and when "
        "an instrument that should bear witness is faulty itself, the rest may not be enough."
    )
    return [first, little, doubt]

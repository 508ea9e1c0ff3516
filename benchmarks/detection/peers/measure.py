"""Tunes every peer on the tuning seeds and measures it on the test seeds.

`python -m benchmarks.detection.peers.measure` prints the table.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from benchmarks.detection.peers import PEERS
from benchmarks.detection.peers.ground import Peer, Setting, events
from benchmarks.detection.scene import Scene, scene
from benchmarks.detection.score import score
from benchmarks.detection.tally import Score

TUNE, TEST, HARSH = range(1, 9), range(1001, 1013), range(1001, 1009)
#: False water warnings in 30 days a peer may spend.
BUDGET = 1.0
#: False warnings in 30 days up to which a curve is followed.
CURVE = 20.0


@dataclass(frozen=True, slots=True)
class Point:
    """What a peer is worth at one threshold."""

    threshold: float
    recall: float
    false_per_30d: float
    delay: float


@dataclass(frozen=True, slots=True)
class PeerFigure:
    """A peer with the settings the tuning chose. `skip`: why there are no figures.

    curve    points over the thresholds on the test seeds, at the chosen settings
    false    false warnings in 30 days on the test seeds, by what went on
    seconds  all of it took
    """

    name: str
    skip: str | None = None
    setting: Setting = ()
    tune: Point | None = None
    test: Point | None = None
    harsh: Point | None = None
    curve: tuple[Point, ...] = ()
    false: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0


Scores = dict[tuple[Setting, float], Score]


def scores(peer: Peer, settings: Iterable[Setting], scenes: Iterable[Scene], most: float) -> Scores:
    """Score all settings and thresholds, pooled over scenes.

    Thresholds below one with more than `most` false warnings in 30 days in any one scene are left out.
    """
    total: dict[tuple[Setting, float], list[Score]] = defaultdict(list)
    settings, count = tuple(settings), 0
    hopeless = dict.fromkeys(settings, len(peer.thresholds))
    for one in scenes:
        count += 1
        for setting in settings:
            trace = peer.traces(one, setting)
            for place, threshold in enumerate(peer.thresholds[: hopeless[setting]]):
                worth = score(one, events(trace(threshold), threshold))
                total[setting, threshold].append(worth)
                if worth.false_a_month > most:
                    hopeless[setting] = place + 1
                    break
    return {key: sum(found, Score()) for key, found in total.items() if len(found) == count}


def point(threshold: float, worth: Score) -> Point:
    """Figures of a score."""
    return Point(threshold, worth.recall, worth.false_a_month, worth.delay)


def best(found: Scores) -> tuple[Setting, float]:
    """Highest recall within the budget, then fewest false warnings, then the shortest delay."""
    able = {key: s for key, s in found.items() if s.false_a_month <= BUDGET} or found

    def worth(key: tuple[Setting, float]) -> tuple[float, float, float]:
        own = able[key]
        return own.recall, -own.false_a_month, -np.nan_to_num(own.delay, nan=1e9)

    return max(able, key=worth)


def curve(
    peer: Peer, seeds: Iterable[int], *, harsh: bool = False, setting: Setting
) -> list[Point]:
    """Recall, false warnings and delay at each threshold."""
    scenes = (scene(seed, harsh=harsh) for seed in seeds)
    found = scores(peer, (setting,), scenes, 3 * CURVE)
    return [point(threshold, worth) for (_, threshold), worth in found.items()]


def measure(
    seeds_tune: Sequence[int] = TUNE,
    seeds_test: Sequence[int] = TEST,
    seeds_harsh: Sequence[int] = HARSH,
    tell: Callable[[str], None] = lambda _: None,
) -> list[PeerFigure]:
    """Tune and test every peer that can run."""
    figures = []
    for name in PEERS:
        figures.append(figure_of(name, seeds_tune, seeds_test, seeds_harsh))
        tell(row(figures[-1]))
    return figures


def figure_of(
    name: str,
    seeds_tune: Sequence[int] = TUNE,
    seeds_test: Sequence[int] = TEST,
    seeds_harsh: Sequence[int] = HARSH,
) -> PeerFigure:
    """Tune and test one peer; by name, so that another process can be asked."""
    return _figure(
        PEERS[name],
        [_made(seed) for seed in seeds_tune],
        [_made(seed) for seed in seeds_test],
        [_made(seed, harsh=True) for seed in seeds_harsh],
    )


@cache
def _made(seed: int, *, harsh: bool = False) -> Scene:
    return scene(seed, harsh=harsh)


def _figure(peer: Peer, tune: list[Scene], test: list[Scene], harsh: list[Scene]) -> PeerFigure:
    if peer.skip:
        return PeerFigure(peer.name, peer.skip)
    begun = time.perf_counter()
    # One scene that spends what all of them may has spent it all.
    tuned = scores(peer, peer.settings, tune, BUDGET * (len(tune) + 1))
    setting, threshold = best(tuned)
    tested = scores(peer, (setting,), test, 3 * CURVE)
    points = tuple(point(t, worth) for (_, t), worth in tested.items())
    at_test = _at(peer, setting, threshold, test)
    return PeerFigure(
        peer.name,
        None,
        setting,
        point(threshold, tuned[setting, threshold]),
        point(threshold, at_test),
        point(threshold, _at(peer, setting, threshold, harsh)),
        points,
        {name: 30 * count / at_test.dry_days for name, count in at_test.false.most_common()},
        time.perf_counter() - begun,
    )


def _at(peer: Peer, setting: Setting, threshold: float, scenes: list[Scene]) -> Score:
    return sum((score(s, peer.warnings(s, setting, threshold)) for s in scenes), Score())


def within(points: Iterable[Point], budget: float) -> Point | None:
    """Highest recall of a curve within a number of false warnings in 30 days."""
    able = [one for one in points if one.false_per_30d <= budget]
    return max(able, key=lambda one: one.recall, default=None)


def row(figure: PeerFigure) -> str:
    """A line of the table."""
    if figure.skip:
        return f"{figure.name:24s}skipped: {figure.skip}"
    parts = [
        f"{one.recall:6.2f} {one.false_per_30d:6.2f} {one.delay:4.0f}"
        for one in (figure.tune, figure.test, figure.harsh)
        if one is not None
    ]
    chosen = " ".join(f"{name}={value:g}" for name, value in figure.setting)
    threshold = figure.tune.threshold if figure.tune else np.nan
    of = ", ".join(f"{name} {rate:.2f}" for name, rate in figure.false.items())
    allowed = "  ".join(
        f"{one.recall:.2f} at {budget} ({one.delay:.0f} min)"
        for budget in (1, 2, 4, 10)
        if (one := within(figure.curve, budget)) is not None
    )
    return (
        f"{figure.name:24s}{' |'.join(parts)} | > {threshold:g} {chosen} ({figure.seconds:.0f} s)\n"
        f"    false on test: {of}\n    recall on the test curve: {allowed}"
    )


def main() -> None:
    """Print the table: recall, false warnings in 30 days, median delay [min]."""
    sys.stdout.write(f"{'':24s}{'tune':>18s} |{'test':>18s} |{'harsh test':>18s} |\n")
    measure(tell=lambda line: print(line, flush=True))


if __name__ == "__main__":
    main()

"""What every peer stands on: the same judged readings on a grid, and how a trace becomes warnings.

A peer says for each step of its grid whether it is alarmed; it sees the readings up to that step and
none after. One incident is one warning: an event stays open until half an hour has been calm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.noise import Array
from benchmarks.detection.scene import Scene
from mulmok import plugins
from mulmok.judge.derive.align import held_on_grid, hold_of
from mulmok.judge.quality.stage import Quality
from mulmok.model.event import Cause, Event, Verdict
from mulmok.model.time import DAY, MINUTE, NEVER

#: An event ends when the peer has been calm for so long.
CALM = 30 * MINUTE
#: Minutes in a step of the coarse grid: what CANARY and the baselines are computed on.
STEP = 5

Instants = NDArray[np.int64]
Flags = NDArray[np.bool_]
#: One choice of a peer's settings, by name.
Setting = tuple[tuple[str, float], ...]


@dataclass(frozen=True, eq=False)
class Readings:
    """Usable readings, slow analysers held; NaN where there is none. Logarithms where ratios count.

    at, x            each minute (n,), (n, channels)
    coarse_at        last minute of each step: when the step is known (n // STEP,)
    coarse           mean of each step: kinder to a peer than the single value SCADA would poll
    clock, weekend   step of the local day, and whether it is a Saturday or Sunday
    finest           smallest believable deviation of a channel, so that no calm channel divides by 0
    counted          first step that counts
    """

    at: Instants
    x: Array
    coarse_at: Instants
    coarse: Array
    clock: NDArray[np.int64]
    weekend: Flags
    finest: Array
    counted: int


@dataclass(frozen=True, eq=False)
class Trace:
    """When, and whether or how much the peer is alarmed."""

    at: Instants
    statistic: Array


@dataclass(frozen=True, eq=False)
class Peer:
    """A detector to be beaten.

    settings    all choices the tuning may take
    thresholds  all thresholds it may take, the least alarmed first
    traces      for a scene and a setting: from a threshold to a trace, alarmed where above it
    skip        why it cannot run here, or None
    """

    name: str
    settings: tuple[Setting, ...]
    thresholds: tuple[float, ...]
    traces: Callable[[Scene, Setting], Callable[[float], Trace]]
    skip: str | None = None

    def warnings(self, scene: Scene, setting: Setting, threshold: float) -> list[Event]:
        """Warnings of a scene with one setting."""
        return events(self.traces(scene, setting)(threshold), threshold)


_known: WeakKeyDictionary[Scene, Readings] = WeakKeyDictionary()


def readings(scene: Scene) -> Readings:
    """Judge and align the readings of a scene, once."""
    found = _known.get(scene)
    if found is None:
        found = _known[scene] = _readings(scene)
    return found


def _readings(scene: Scene) -> Readings:
    checks = {name: plugins.load(plugins.CHECKS, name) for name in plugins.find(plugins.CHECKS)}
    quality = Quality.for_channels(scene.channels, checks)
    block = quality.step(quality.start(), scene.block)[1]
    n = (scene.end - scene.start) // MINUTE
    x, finest = np.empty((n, len(scene.channels))), []
    usable = block.usable
    for index, channel in enumerate(scene.channels):
        rows, column = block.rows(index), np.empty(n)
        value = np.array(block.value[rows])
        # The very ends of the measuring range are a dead line, which a site tells its CANARY as valid
        # limits; no check of quality excludes them, and no peer could know better.
        own = usable[rows] & (value > channel.low) & (value < channel.high)
        if channel.quantity.log:
            value = np.log(np.maximum(value, channel.resolution))
        # Only usable rows go in: the last of them is held over one that is not, so that a single
        # doubtful reading neither blanks a peer nor breaks what has to last.
        held_on_grid(
            block.at[rows][own], value[own], np.full(own.sum(), True), scene.start, MINUTE,
            hold_of(channel, MINUTE), NEVER, np.nan, column,
        )  # fmt: skip
        x[:, index] = column
        finest.append(0.005 if channel.quantity.log else channel.resolution)
    at = scene.start + np.arange(n) * MINUTE
    begins = at[::STEP]
    local = np.asarray(scene.zone.local(begins))
    return Readings(
        at,
        x,
        at[STEP - 1 :: STEP],
        _means(x),
        local % DAY // (STEP * MINUTE),
        (local // DAY + 3) % 7 >= 5,
        np.array(finest),
        (scene.counted - scene.start) // (STEP * MINUTE),
    )


def _means(x: Array) -> Array:
    parts = x.reshape(-1, STEP, x.shape[1])
    some = np.isfinite(parts)
    count = some.sum(axis=1)
    total = np.where(some, parts, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def lasting(statistic: Array, steps: int) -> Array:
    """Least of the last so many steps: above a threshold only when all of them are."""
    padded = np.concatenate([np.full((steps - 1, *statistic.shape[1:]), -np.inf), statistic])
    return np.lib.stride_tricks.sliding_window_view(padded, steps, axis=0).min(axis=-1)


def once(trace: Trace) -> Callable[[float], Trace]:
    """Give the same trace for each threshold."""
    return lambda _: trace


def events(trace: Trace, threshold: float) -> list[Event]:
    """Give a warning for each time the statistic rises above the threshold."""
    return list(_events(trace.at[trace.statistic > threshold]))


def _events(above: Instants) -> Iterator[Event]:
    if len(above) == 0:
        return
    breaks = np.flatnonzero(np.diff(above) > CALM)
    opened = above[np.concatenate([[0], breaks + 1])].tolist()
    closed = (above[np.concatenate([breaks, [len(above) - 1]])] + CALM).tolist()
    for number, (begin, end) in enumerate(zip(opened, closed, strict=True)):
        yield Event(
            id=f"peer-{number}",
            known_at=end,
            started_at=begin,
            detected_at=begin,
            warned_at=begin,
            ended_at=end,
            verdict=Verdict.WATER,
            causes=(Cause("unknown", 1.0),),
            fraction=None,
            channels=(),
            severity=1.0,
            trust=1.0,
            reasons=(),
        )

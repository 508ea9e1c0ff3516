"""A scene: weeks of influent readings of one works nobody has tuned on, and what truly happened.

`python -m benchmarks.detection.scene SEED [harsh]` tells what is in one.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks.detection import faults as fault_plan
from benchmarks.detection import waters as water_plan
from benchmarks.detection.blend import seen
from benchmarks.detection.calendar_rows import weekday
from benchmarks.detection.hydraulics import Span
from benchmarks.detection.instrument import Instrument, instruments
from benchmarks.detection.noise import Array, stream
from benchmarks.detection.sewage import sewage
from benchmarks.detection.truth import Truth
from benchmarks.detection.works import works
from mulmok.config.load import load_site
from mulmok.config.site import Site
from mulmok.model.block import Block, raw_block
from mulmok.model.channel import Channel
from mulmok.model.time import DAY, MINUTE, Zone, parse_instant

WARM_UP = 21 * DAY
_FIRST = parse_instant("2021-01-04T00:00:00+09:00")


@dataclass(frozen=True, eq=False)
class Scene:
    """Readings of a works from `start` to before `end` [ns UTC]; what counts begins at `counted`."""

    channels: tuple[Channel, ...]
    zone: Zone
    block: Block
    truths: tuple[Truth, ...]
    start: int
    end: int
    counted: int


@dataclass(frozen=True, eq=False)
class Made:
    """A scene with what stood behind it, for those who look at the benchmark itself."""

    scene: Scene
    waters: list[water_plan.Planned]
    noises: list[float]


@cache
def _site() -> Site:
    return load_site(Path(__file__).parents[2] / "examples/miryang.toml")


def scene(
    seed: int, days: int = 51, *, harsh: bool = False, water: bool = True, faults: bool = True
) -> Scene:
    """Make the scene of a seed; the same one each time."""
    return make(seed, days, harsh=harsh, water=water, faults=faults).scene


def make(
    seed: int, days: int = 51, *, harsh: bool = False, water: bool = True, faults: bool = True
) -> Made:
    """Make a scene, with what stood behind it."""
    zone = _site().works.zone
    channels = tuple(channel for channel in _site().channels if channel.place == "inlet")
    start = zone.day_start(_FIRST + int(stream(seed, "date").integers(0, 1400)) * DAY)
    offset, n = zone.offset(start), days * 1440
    counted = min(WARM_UP // MINUTE, n)
    own = works(seed, harsh=harsh)
    first_weekday = weekday(start, offset)
    clean, spans = sewage(seed, own, start, offset, first_weekday, days, harsh=harsh)
    made = instruments(
        seed, channels, n, 0, first_weekday, harsh=harsh, wipers=own.wipers, df=own.df
    )
    pure = seen(clean)
    answers = [_answer(one, pure[one.channel.quantity.id]) for one in made]
    quiet = [one.measured(answer) for one, answer in zip(made, answers, strict=True)]
    noises = [water_plan.short_noise(one, x) for one, x in zip(made, quiet, strict=True)]
    planned: list[water_plan.Planned] = []
    if water:
        planned = water_plan.plan(seed, own, clean, made, answers, noises, counted, harsh=harsh)
        dirty = seen(water_plan.poured(clean, planned))
        answers = [_answer(one, dirty[one.channel.quantity.id]) for one in made]
    broken = fault_plan.plan(seed, made, planned, counted, n) if faults else []
    block = _readings(seed, start, made, answers, quiet, broken, harsh=harsh)
    spans = [*spans, *(span for one in made for span in one.spans)]
    truths = _truths(start, channels, planned, broken, spans)
    whole = Scene(
        channels, zone, block, truths, start, start + days * DAY, start + counted * MINUTE
    )
    return Made(whole, planned, noises)


def _answer(one: Instrument, true: Array) -> Array:
    return one.answer(true, float(true[0]))


def _readings(
    seed: int, start: int, made: tuple[Instrument, ...], answers: list[Array], quiet: list[Array],
    broken: list[fault_plan.Fault], *, harsh: bool,
) -> Block:  # fmt: skip
    """Sample, disturb, break, round and cut; channel beside channel."""
    values, statuses = [], []
    for index, (one, answer) in enumerate(zip(made, answers, strict=True)):
        value, status = one.visited(one.measured(answer))
        level = float(np.median(quiet[index]))
        for number, fault in enumerate(broken):
            if fault.instrument == index:
                value, status = fault_plan.laid(
                    seed, number, fault, one, value, status, level, harsh=harsh
                )
        channel = one.channel
        value = np.round(value / channel.resolution) * channel.resolution
        values.append(np.clip(value, channel.low, channel.high).round(6))
        statuses.append(status)
    at = np.concatenate([start + one.rows * MINUTE for one in made])
    bounds = np.cumsum([0, *(len(one.rows) for one in made)]).astype(np.int64)
    return raw_block(at, np.concatenate(values), np.concatenate(statuses), bounds)


def _truths(
    start: int, channels: tuple[Channel, ...], planned: list[water_plan.Planned],
    broken: list[fault_plan.Fault], spans: list[Span],
) -> tuple[Truth, ...]:  # fmt: skip
    def at(minute: int) -> int:
        return start + minute * MINUTE

    found = [
        Truth(
            "water", w.cause, at(w.begin), at(w.end), None if w.cause == "septicity" else w.fraction
        )
        for w in planned
    ]
    found += [
        Truth("fault", f.kind, at(f.begin), at(f.end), None, channels[f.instrument].id)
        for f in broken
    ]
    found += [Truth("benign", s.cause, at(s.begin), at(s.end), None, s.channel) for s in spans]
    return tuple(
        sorted(
            found,
            key=lambda truth: (
                truth.start,
                truth.end,
                truth.kind,
                truth.cause,
                truth.channel or "",
            ),
        )
    )


def main() -> None:
    """Tell what is in a scene."""
    seed = int(sys.argv[1])
    made = make(seed, harsh="harsh" in sys.argv[2:])
    block = made.scene.block
    print(works(seed, harsh="harsh" in sys.argv[2:]))
    for index, channel in enumerate(made.scene.channels):
        x = block.value[block.rows(index)]
        low, middle, high = np.nanquantile(x, [0.01, 0.5, 0.99])
        print(
            f"{channel.id:18s} n {len(x):6d} missing {np.isnan(x).mean():7.4f}  1 % {low:9.2f}  "
            f"50 % {middle:9.2f}  99 % {high:9.2f}  noise of 10 min {made.noises[index]:.4f}"
        )
    kinds = Counter((truth.kind, truth.cause) for truth in made.scene.truths)
    for (kind, cause), count in sorted(kinds.items()):
        print(f"{kind:7s}{cause:15s}{count:4d}")
    for one in made.waters:
        moved = " ".join(f"{x:5.1f}" for x in one.moves)
        print(f"{one.cause:14s} share {one.fraction:.4f} min {len(one.shape):4d} moves {moved}")


if __name__ == "__main__":
    main()

"""mulmok on a scene: the readings go through the real pipeline, with nothing but the site file.

What is tuned in mulmok was tuned on seeds 1 to 8 and 21 to 40, harsh ones 1 to 6; the page is measured on others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks.detection.missed import Met, met
from benchmarks.detection.scene import Scene, make
from benchmarks.detection.score import score
from benchmarks.detection.tally import Score
from mulmok.config.load import load_site
from mulmok.config.site import Site
from mulmok.model.calendar import WEEKENDS
from mulmok.model.event import Event
from mulmok.model.message import Readings
from mulmok.model.time import DAY
from mulmok.run.build import build_pipeline

#: False warnings in 30 days a site file may put up with; the usual is 1.
BUDGETS = (0.25, 0.5, 1.0, 2.0, 4.0)
#: Days in a message. The laws hold the pipeline to the same words however it is cut.
_CHUNK = 5 * DAY


@dataclass(frozen=True, slots=True)
class Job:
    """One scene to be played."""

    seed: int
    harsh: bool = False
    budget: float = 1.0


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a scene: its score, and each foreign water with what went on beside it."""

    job: Job
    score: Score
    waters: tuple[Met, ...]


@cache
def _site() -> Site:
    return load_site(Path(__file__).parents[2] / "examples/miryang.toml")


def words(played: Scene, budget: float = 1.0) -> list[Event]:
    """Everything mulmok says of a scene, in the order in which it says it."""
    site = _site()
    pipeline = build_pipeline(
        replace(
            site,
            # The holidays of a scene are its own, and nobody has told mulmok of them.
            works=replace(site.works, false_warnings=budget, calendar=WEEKENDS),
            channels=played.channels,
            alarms=(),
            sources=(),
        )
    )
    block = played.block
    channel = block.channel_of_rows().astype(np.int16)
    order = np.lexsort((channel, block.at))
    at, channel = block.at[order], channel[order]
    value, status = block.value[order], block.status[order]
    state, said = pipeline.start(), []
    for begin in range(int(played.start), int(played.end) + 1, _CHUNK):
        part = slice(*np.searchsorted(at, [begin, begin + _CHUNK]).tolist())
        if part.stop > part.start:
            rows = (each[part].copy() for each in (channel, at, value, status))
            state, judgement = pipeline.step(state, Readings(0, *rows))
            said.extend(judgement.events)
    return said


def play(job: Job) -> Played:
    """Play one scene and count."""
    made = make(job.seed, harsh=job.harsh)
    said = words(made.scene, job.budget)
    worth = score(made.scene, said)
    return Played(job, worth, met(made, worth, said))


def curve(pool: Executor, seeds: Sequence[int], budgets: Iterable[float]) -> dict[float, Score]:
    """Score at each budget."""
    jobs = [Job(seed, budget=budget) for budget in budgets for seed in seeds]
    found: dict[float, Score] = {}
    for played in pool.map(play, jobs):
        budget = played.job.budget
        found[budget] = found.get(budget, Score()) + played.score
    return found

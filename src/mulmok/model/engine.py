"""How the running works stands: what pages, health checks and watchdogs are told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mulmok.model.block import Block
from mulmok.model.text import Text


class Health(StrEnum):
    """Whether one may rely on what is shown."""

    OK = "ok"
    DEGRADED = "degraded"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of readings that were handed in and are on disk.

    seq         their place in the journal
    late        rows that came after a newer one of their channel; None: there was none
    duplicates  rows that repeated the newest instant of their channel, where the first stands
    conflicts   how many of these said something else
    """

    seq: int
    late: Block | None
    duplicates: int
    conflicts: int


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """One look at the running works.

    now        event time [ns UTC]
    upto       event time judged so far [ns UTC]; 0 before the first reading
    lag        the machine's time since the judging thread last turned [ns]
    took       how long the last judge-and-commit took [ns]
    waiting    messages waiting to be judged
    readings   readings judged since start
    commits    commits since start
    alive      whether judging runs
    store      None when the store takes what it is given, else what it said
    silent     names of sources that are silent or failing
    """

    now: int
    upto: int
    lag: int
    took: int
    waiting: int
    readings: int
    commits: int
    alive: bool
    store: Text | None
    silent: tuple[str, ...]

    @property
    def health(self) -> Health:
        """FAILING when nothing new can be believed, DEGRADED when something is missing."""
        if not self.alive or self.store is not None or self.lag > STALLED:
            return Health.FAILING
        if self.silent:
            return Health.DEGRADED
        return Health.OK


#: Judging that has not turned for so long has stopped [ns of the machine's time]. Site choice.
STALLED = 15_000_000_000

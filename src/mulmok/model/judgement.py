"""Judgement: everything the pipeline says about one message. Data only."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mulmok.model.alarm import AlarmOutput, Refusal, Transition
from mulmok.model.block import Block, Values
from mulmok.model.effect import Effect
from mulmok.model.event import Event
from mulmok.model.finding import Finding


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """What the order stage lets through at once: rows in time order up to `upto`.

    Within a run time never goes back over all channels; so a run can be worked channel by channel
    and still mean the same as row by row. A run may begin before the end of the one before it, when
    a channel lags behind the others; `upto` never goes back.
    """

    block: Block
    #: How far time has come after this run [ns UTC].
    upto: int
    #: Sorted distinct instants [ns UTC] at which something became known in this run, `upto` last.
    instants: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Expectation:
    """What was expected of each row of a block, aligned with it; NaN where nothing is known yet.

    expected, low, high   [canonical unit]; `low`..`high` is the normal band
    score                 robust deviation of the row from its expectation [1]; NaN where unknown or
                          where the row may not be computed with
    usual                 what the time of day and the season let expect, in the channel's scale: the
                          logarithm of what is compared by ratio
    """

    expected: Values
    low: Values
    high: Values
    score: Values
    usual: Values


@dataclass(frozen=True, slots=True)
class Load:
    """Load of one substance over one closed hour or local day.

    mass      [kg] carried during the covered part
    rate      [kg/h] mean over the covered part
    mean      flow-weighted mean concentration [mg/L]; NaN when nothing is covered
    coverage  covered share of the period [0..1]
    """

    channel: str
    period: str
    start: int
    end: int
    mass: float
    rate: float
    mean: float
    coverage: float


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A run of readings with its flags and expectations."""

    block: Block
    expectation: Expectation


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """What one message brought about."""

    runs: tuple[Judged, ...] = ()
    #: Readings that are not judged, but kept: flagged LATE, FUTURE or UNJUDGED.
    late: Block | None = None
    #: How many rows repeated a reading already had, and how many of those disagreed with it.
    duplicates: int = 0
    conflicts: int = 0
    loads: tuple[Load, ...] = ()
    findings: tuple[Finding, ...] = ()
    events: tuple[Event, ...] = ()
    transitions: tuple[Transition, ...] = ()
    refused: tuple[Refusal, ...] = ()
    effects: tuple[Effect, ...] = ()
    #: Event time reached [ns UTC].
    upto: int = 0

    @classmethod
    def of(cls, ordered: Ordered) -> Judgement:
        """Begin with what the order stage says."""
        return cls(late=ordered.late, duplicates=ordered.duplicates, conflicts=ordered.conflicts)

    def with_run(
        self,
        judged: Judged,
        loads: tuple[Load, ...],
        findings: tuple[Finding, ...],
        events: tuple[Event, ...],
        rung: AlarmOutput,
        effects: tuple[Effect, ...],
        upto: int,
    ) -> Judgement:
        """Add what one more run brought about."""
        return replace(
            self,
            runs=(*self.runs, judged),
            loads=self.loads + loads,
            findings=self.findings + findings,
            events=self.events + events,
            transitions=self.transitions + rung.transitions,
            refused=self.refused + rung.refused,
            effects=self.effects + effects,
            upto=upto,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Ordered:
    """What the order stage made of one message."""

    runs: tuple[Run, ...]
    #: Readings that came after a later one of their channel, or with a time that has not come: kept,
    #: flagged LATE or FUTURE, never judged.
    late: Block | None
    #: Rows that repeated a reading already had; how many of them disagreed with it.
    duplicates: int
    conflicts: int

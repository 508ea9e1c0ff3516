"""What a stage said, as facts that do not depend on how its input was cut.

Facts of one subject stand in the order in which they were said; subjects do not know each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from laws.plain import plain

from mulmok.model.alarm import AlarmOutput
from mulmok.model.block import Block
from mulmok.model.effect import Notify
from mulmok.model.event import Event
from mulmok.model.finding import Finding
from mulmok.model.judgement import Expectation, Load, Ordered
from mulmok.model.sighting import Sighting
from mulmok.model.time import FOREVER


class Fact(NamedTuple):
    """Something said about a subject; `known` is the event time at which it could be known."""

    subject: object
    known: int
    said: object


class Late(NamedTuple):
    """Subject of a row that came too late. The store keeps the first of each, and so does a law."""

    channel: int
    at: int


def in_order(facts: Iterable[Fact]) -> list[Fact]:
    """Subject after subject, each one's facts as they were said; late rows once."""
    kept, late = list[Fact](), set[Late]()
    for fact in sorted(facts, key=lambda fact: str(fact.subject)):
        if isinstance(fact.subject, Late):
            if fact.subject in late:
                continue
            late.add(fact.subject)
        kept.append(fact)
    return kept


def of_rows(block: Block, *columns: np.ndarray) -> list[Fact]:
    """One fact a row: the block's own columns, or the given ones."""
    columns = columns or (block.flag, block.reasons)
    whole = (block.channel_of_rows(), block.at, block.status, block.value, *columns)
    lists = [_bits(column).tolist() for column in whole]
    return [Fact(row[0], row[1], row) for row in zip(*lists, strict=True)]


def of_order(said: Ordered) -> list[Fact]:
    """Released rows with the frontier that released them; late rows; how many came twice."""
    facts = []
    for run in said.runs:
        frontier = run.instants[np.searchsorted(run.instants, run.block.at)]
        rows = of_rows(run.block)
        facts += [
            row._replace(known=known) for row, known in zip(rows, frontier.tolist(), strict=True)
        ]
    if said.late is not None:
        facts += [
            row._replace(subject=Late(row.subject, row.known))  # type: ignore[arg-type]
            for row in of_rows(said.late)
        ]
    # A count adds up over pieces when each is a fact; which instant they belong to is not told.
    facts += [Fact("twice", FOREVER, "")] * said.duplicates
    return facts + [Fact("conflict", FOREVER, "")] * said.conflicts


def of_expectation(block: Block, said: Expectation) -> list[Fact]:
    """One fact a row."""
    return of_rows(block, said.expected, said.low, said.high, said.score)


def of_findings(said: tuple[Finding, ...]) -> list[Fact]:
    """One fact a word."""
    return [
        Fact((f.detector, f.channel), f.known_at or f.word_at, plain(replace(f, known_at=0)))
        for f in said
    ]


def of_watch(said: tuple[tuple[Finding, ...], tuple[Sighting, ...]]) -> list[Fact]:
    """One fact a word; when it could be known is not what happened."""
    findings, sightings = said
    return [
        *(
            Fact((f.detector, f.channel), f.known_at or f.word_at, plain(replace(f, known_at=0)))
            for f in findings
        ),
        *(Fact(s.key, s.known_at, plain(replace(s, known_at=0))) for s in sightings),
    ]


def of_loads(said: tuple[Load, ...]) -> list[Fact]:
    """One fact a closed period."""
    return [Fact((load.channel, load.period), load.end, plain(load)) for load in said]


def of_events(said: tuple[Event, ...]) -> list[Fact]:
    """One fact a word of an event."""
    return [Fact(e.id, e.known_at, plain(replace(e, known_at=0))) for e in said]


def of_alarms(said: AlarmOutput) -> list[Fact]:
    """One fact a transition, one a refusal."""
    return [
        *(Fact(t.alarm, t.known_at, plain(replace(t, known_at=0))) for t in said.transitions),
        *(Fact("refused", r.command.at, str(r)) for r in said.refused),
    ]


def of_notices(said: tuple[Notify, ...]) -> list[Fact]:
    """One fact a notice; it is of the instant at which its alarm rose."""
    return [Fact(("told", asked.alarm), asked.at, plain(asked)) for asked in said]


def _bits(column: np.ndarray) -> np.ndarray:
    return column.view(np.int64) if column.dtype == np.float64 else column

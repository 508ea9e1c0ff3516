"""Readings and judgements to keep, small enough to count by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from mulmok.model.alarm import IsaState, Transition
from mulmok.model.block import Block
from mulmok.model.effect import Notify
from mulmok.model.event import Cause, Event, Verdict
from mulmok.model.flag import Flag
from mulmok.model.judgement import Expectation, Judged, Judgement
from mulmok.model.message import Readings
from mulmok.model.text import Names, text
from mulmok.model.time import DAY, MINUTE

IDS = ("inlet.flow", "inlet.ph")
#: A UTC midnight.
START = 19_000 * DAY

Pairs = Sequence[tuple[int, float]]


def block(rows: Mapping[int, Pairs], flag: Flag = Flag.GOOD) -> Block:
    """A block of two channels from (instant, value) pairs; NaN is flagged missing."""
    both = [list(rows.get(channel, ())) for channel in range(len(IDS))]
    at = np.array([a for pairs in both for a, _ in pairs], np.int64)
    value = np.array([v for pairs in both for _, v in pairs], np.float64)
    flags = np.where(np.isnan(value), Flag.MISSING, flag).astype(np.uint8)
    bounds = np.cumsum([0, *(len(pairs) for pairs in both)]).astype(np.int64)
    return Block(
        at, value, flags, np.zeros(len(at), np.uint8), np.zeros(len(at), np.uint32), bounds
    )


def expectation(of: Block) -> Expectation:
    """A band of one to either side of 7."""
    seven = np.full(len(of), 7.0)
    return Expectation(seven, seven - 1, seven + 1, np.zeros(len(of)), seven)


def judgement(rows: Mapping[int, Pairs], **more: object) -> Judgement:
    """Say of rows that they are good, and whatever more."""
    made = block(rows)
    return Judgement(runs=(Judged(made, expectation(made)),), **more)  # type: ignore[arg-type]


def minutes(start: int, count: int, value: float = 7.0) -> Pairs:
    """A reading a minute, rising by a hundredth each."""
    return [(start + n * MINUTE, round(value + n / 100, 2)) for n in range(count)]


def readings(rows: Mapping[int, Pairs]) -> Readings:
    """The message the rows came in."""
    flat = sorted((at, channel, value) for channel, pairs in rows.items() for at, value in pairs)
    return Readings(
        received_at=START,
        channel=np.array([channel for _, channel, _ in flat], np.int16),
        at=np.array([at for at, _, _ in flat], np.int64),
        value=np.array([value for _, _, value in flat], np.float64),
        status=np.zeros(len(flat), np.uint8),
        source="push",
    )


def transition(at: int, after: IsaState = IsaState.UNACK, alarm: str = "ph-low") -> Transition:
    """An alarm changes at an instant."""
    return Transition(alarm, at, at, IsaState.NORM, after, 1, "reading")


def effect(at: int, key: str) -> Notify:
    """Ask for somebody to be told."""
    return Notify(key, at, "ph-low", 1, "UNACK", "reading")


def event(at: int, ended_at: int | None = None, identity: str = "e1") -> Event:
    """An event whose reasons hold sentences within sentences and names in two languages."""
    inner = text("{channel} jumps", channel=Names("수소이온농도", "pH"))
    return Event(
        id=identity,
        known_at=at,
        started_at=at - MINUTE,
        detected_at=at,
        warned_at=at,
        ended_at=ended_at,
        verdict=Verdict.WATER,
        causes=(Cause("acid", 0.75), Cause("unknown", 0.25)),
        fraction=None,
        channels=("inlet.ph",),
        severity=0.5,
        trust=0.9,
        reasons=(
            text("{what}, {times} times", what=inner, times=3),
            text("the flow is as expected"),
        ),
    )

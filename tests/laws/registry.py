"""Every stage under the laws. A new stage, built-in or plugin, is added here; there are no exemptions.

A stage is fed what the stages before it make of the material, through `Chain`, and what it says is
turned into plain comparable rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from material import CHANNELS, RULES

from mulmok.judge.alarm.stage import Alarms
from mulmok.judge.derive.expected import Expected
from mulmok.judge.derive.load import Loads
from mulmok.judge.detect.cusum import Cusum
from mulmok.judge.detect.instrument import InstrumentFaults
from mulmok.judge.diagnose.events import Events
from mulmok.judge.pipeline import Pipeline
from mulmok.judge.quality.flatline import FlatLineCheck
from mulmok.judge.quality.gap import GapCheck
from mulmok.judge.quality.order import Order
from mulmok.judge.quality.range import PhysicalRangeCheck, RangeCheck
from mulmok.judge.quality.rate import RateCheck
from mulmok.judge.quality.spike import SpikeCheck
from mulmok.judge.quality.stage import Quality
from mulmok.judge.quality.status import StatusCheck
from mulmok.model.block import Block
from mulmok.model.time import MINUTE, UTC_ZONE

CHECKS = {
    "status": StatusCheck,
    "physical_range": PhysicalRangeCheck,
    "range": RangeCheck,
    "gap": GapCheck,
    "rate": RateCheck,
    "spike": SpikeCheck,
    "flatline": FlatLineCheck,
}


def pipeline(reorder: int = 0) -> Pipeline:
    return Pipeline(
        order=Order(len(CHANNELS), reorder),
        quality=Quality.for_channels(CHANNELS, CHECKS),
        expected=Expected.for_channels(CHANNELS, UTC_ZONE),
        load=Loads.for_channels(CHANNELS, UTC_ZONE, MINUTE),
        detectors=(Cusum.for_channels(CHANNELS), InstrumentFaults.for_channels(CHANNELS)),
        events=Events.for_channels(CHANNELS, UTC_ZONE),
        alarms=Alarms(RULES, CHANNELS),
    )


def rows_of(block: Block, *more: np.ndarray) -> list[tuple[Any, ...]]:
    """Rows of a block, bit for bit: NaN equals NaN."""
    columns = (
        block.channel_of_rows(),
        block.at,
        block.value.view(np.int64),
        block.flag,
        block.status,
        block.reasons,
        *(np.ascontiguousarray(column).view(np.int64) for column in more),
    )
    return [tuple(int(part) for part in row) for row in zip(*columns, strict=True)]


@dataclass(frozen=True)
class Case:
    """One stage: how to make it, what of a run it is given, and what it says in plain rows."""

    make: Callable[[], Any]
    given: Callable[[Any], Any]
    said: Callable[[Any, Any], list[Any]]


def _marks(run: Any, marks: np.ndarray) -> list[Any]:
    return rows_of(run.block.flagged(marks, run.block.reasons))


def _expectation(run: Any, e: Any) -> list[Any]:
    return rows_of(run.block, e.expected, e.low, e.high, e.score)


STAGES: dict[str, Case] = {
    **{
        f"check {name}": Case(
            lambda kind=kind: kind.for_channels(CHANNELS), lambda run: run.block, _marks
        )
        for name, kind in CHECKS.items()
    },
    "quality": Case(
        lambda: Quality.for_channels(CHANNELS, CHECKS),
        lambda run: run.block,
        lambda run, block: rows_of(block),
    ),
    "expected": Case(
        lambda: Expected.for_channels(CHANNELS, UTC_ZONE), lambda run: run.judged, _expectation
    ),
    "loads": Case(
        lambda: Loads.for_channels(CHANNELS, UTC_ZONE, MINUTE),
        lambda run: (run.judged, run.upto),
        lambda run, loads: [repr(load) for load in loads],
    ),
    "cusum": Case(
        lambda: Cusum.for_channels(CHANNELS),
        lambda run: (run.judged, run.expectation),
        lambda run, findings: [repr(f) for f in findings],
    ),
    "instrument": Case(
        lambda: InstrumentFaults.for_channels(CHANNELS),
        lambda run: (run.judged, run.expectation),
        lambda run, findings: [repr(f) for f in findings],
    ),
    "events": Case(
        lambda: Events.for_channels(CHANNELS, UTC_ZONE),
        lambda run: (run.findings, run.upto, run.instants),
        lambda run, events: [repr(e) for e in events],
    ),
    "alarms": Case(
        lambda: Alarms(RULES, CHANNELS),
        lambda run: run.alarm_input,
        lambda run, out: [repr(t) for t in out.transitions],
    ),
}

"""A slow fault is followed in the same slots however the readings come."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from laws.streams import part
from laws.upstream import pipeline
from laws.works import usual_days

from mulmok.judge.detect.place import StepFault
from mulmok.judge.detect.watch import WatchState
from mulmok.model.finding import Finding
from mulmok.model.time import HOUR, MINUTE

NH4_N = 2


def ends(pieces: int) -> list[Finding]:
    """Findings that end when the last three hours of usual days come in so many pieces."""
    rows = usual_days()
    before = int(rows.at[-1]) - 3 * HOUR
    line = pipeline()
    state, _ = line.step(line.start(), part(rows, np.flatnonzero(rows.at <= before)))
    (place,) = state.watch.places
    slot = place.slot
    fault = StepFault(NH4_N, slot - 60, slot - 30, slot - 30, "drift", slow=True)
    state = replace(state, watch=WatchState((replace(place, faults=(fault,)),)))
    edges = np.linspace(before, int(rows.at[-1]), pieces + 1)
    said = list[Finding]()
    for begin, end in pairwise(edges.tolist()):
        some = np.flatnonzero((rows.at > begin) & (rows.at <= end))
        if len(some):
            state, judgement = line.step(state, part(rows, some))
            said += [finding for finding in judgement.findings if finding.ended_at is not None]
    return said


@pytest.mark.parametrize("pieces", [3, 26, 180])
def test_a_slow_fault_ends_in_the_same_minute(pieces: int) -> None:
    (end,) = ends(1)
    assert end.fault == "drift"
    assert end.ended_at is not None
    assert end.ended_at % MINUTE == 0
    assert ends(pieces) == [end]

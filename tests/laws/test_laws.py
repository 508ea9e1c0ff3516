"""The laws of the pipeline, on every stage and on the whole (docs: ARCHITECTURE.md)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from chain import said, seen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from material import cuts, pieces, readings, ticked
from registry import STAGES, pipeline, rows_of

from mulmok.model.flag import USABLE
from mulmok.model.message import Readings
from mulmok.model.time import MINUTE
from mulmok.run.build import dump_state, load_state
from mulmok.store.snapshot import to_bytes

LAWFUL = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


def whole(messages, reorder=0, *, known_at=True):
    """Everything the pipeline says, as plain rows in a fixed order."""
    line = pipeline(reorder)
    state = line.start()
    rows, late, alarms, loads, events = [], set(), [], [], {}
    for message in messages:
        state, judgement = line.step(state, message)
        for run in judgement.runs:
            e = run.expectation
            rows += rows_of(run.block, e.expected, e.low, e.high, e.score)
        # A late row that comes twice is late twice; the store keeps it once.
        late |= set() if judgement.late is None else {row[:2] for row in rows_of(judgement.late)}
        alarms += [
            (t.alarm, t.at, t.before.value, t.after.value, t.known_at if known_at else 0)
            for t in judgement.transitions
        ]
        loads += [repr(load) for load in judgement.loads]
        events.update(
            (e.id, repr(e) if known_at else (e.started_at, e.detected_at, e.warned_at, e.ended_at))
            for e in judgement.events
        )
    return sorted(rows), sorted(late), sorted(alarms), sorted(loads), events


@pytest.mark.parametrize("name", STAGES)
@LAWFUL
@given(rows=readings(), at=cuts)
def test_cutting_a_block_equals_its_pieces(name, rows, at):
    assert said(STAGES[name], pieces(rows, at)) == said(STAGES[name], [rows])


@pytest.mark.parametrize("name", STAGES)
@LAWFUL
@given(rows=readings(), at=cuts)
def test_snapshot_a_state_through_bytes_and_back_changes_nothing(name, rows, at):
    messages = pieces(rows, at)
    assert said(STAGES[name], messages, through_bytes=True) == said(STAGES[name], messages)


@pytest.mark.parametrize("name", STAGES)
@LAWFUL
@given(rows=readings())
def test_purity_what_is_given_is_never_changed(name, rows):
    stage = STAGES[name].make()
    state = stage.start()
    for run in seen(pieces(rows, [0.4])):
        before = to_bytes(state)
        given_ = STAGES[name].given(run)
        after, _ = stage.step(state, given_)
        # Blocks are read-only arrays: writing to one would have raised.
        assert to_bytes(state) == before
        state = after


@LAWFUL
@given(rows=readings(), at=cuts, reorder=st.sampled_from([0, 5 * MINUTE]))
def test_cutting_the_whole_pipeline(rows, at, reorder):
    assert whole(pieces(rows, at), reorder) == whole([rows], reorder)


@LAWFUL
@given(rows=readings(disorder=False), at=cuts)
def test_ticks_change_how_soon_something_is_known_never_what_happened(rows, at):
    messages = pieces(rows, at)
    assert whole(ticked(messages), known_at=False) == whole(messages, known_at=False)


@LAWFUL
@given(rows=readings(disorder=False), share=st.floats(0.1, 0.9))
def test_causality_what_comes_later_changes_nothing_said_before(rows, share):
    messages = pieces(rows, [share])
    later = messages[-1]
    other = Readings(
        0,
        later.channel.copy(),
        later.at.copy(),
        np.full(len(later), 1.0),
        np.zeros(len(later), np.uint8),
    )
    end = int(rows.at[len(messages[0]) - 1])
    one, two = whole(messages), whole([messages[0], other])

    # Rows: column 1 is `at`. Alarms: column 4 is `known_at`; the last instant may still be open.
    assert [r for r in one[0] if r[1] < end] == [r for r in two[0] if r[1] < end]
    assert [r for r in one[2] if r[4] < end] == [r for r in two[2] if r[4] < end]


@LAWFUL
@given(rows=readings())
def test_missing_is_never_normal_and_never_raises(rows):
    line = pipeline()
    _, judgement = line.step(line.start(), rows)
    for run in judgement.runs:
        gone = np.isnan(run.block.value)
        assert not np.isin(run.block.flag[gone], USABLE).any()
        assert np.isnan(run.expectation.score[~run.block.usable]).all()


@LAWFUL
@given(rows=readings(), at=cuts)
def test_snapshot_the_whole_pipeline_resumes_exactly(rows, at):
    line = pipeline()
    messages = pieces(rows, at)
    state = resumed = line.start()
    for message in messages:
        state, expected = line.step(state, message)
        resumed = load_state(line, dump_state(resumed))
        resumed, got = line.step(resumed, message)
        assert repr(got.transitions) == repr(expected.transitions)
        assert repr(got.events) == repr(expected.events)
    assert dump_state(resumed) == dump_state(state)


_AGAIN = """
import sys; sys.path.insert(0, {here!r})
import hashlib
from hypothesis import given, settings, seed
from material import readings
from test_laws import whole
words = []
@seed(7)
@settings(max_examples=3, deadline=None, database=None)
@given(readings())
def run(rows): words.append(repr(whole([rows])))
run()
print(hashlib.sha256("".join(words).encode()).hexdigest())
"""


def test_determinism_two_processes_say_the_same():
    here = str(Path(__file__).parent)
    seen_ = {
        subprocess.run(
            [sys.executable, "-c", _AGAIN.format(here=here)],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(seen_) == 1

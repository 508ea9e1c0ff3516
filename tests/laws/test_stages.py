"""The laws, stage by stage: every check, detector and plugin under each; there are no exemptions.

Where a tick has overtaken a reading the law of ticks promises less: `tests/laws/test_overtaken.py`.
A whole day with planted events is in `tests/laws/test_a_day.py`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws.facts import Fact, in_order
from laws.plain import plain
from laws.snapshots import through_bytes
from laws.stages import Case, stages_under_law
from laws.streams import cuts, streams

stages = pytest.mark.parametrize("case", stages_under_law(), ids=str)
examples = settings(max_examples=30)


def run(case: Case, inputs: list[Any], *, resumed: bool = False) -> tuple[list[Fact], Any]:
    """Fold a fresh stage over its inputs; resumed: everything but bytes is lost at each seam."""
    stage, state, said = case.make(), case.start(), list[Fact]()
    for given_ in inputs:
        state, answer = stage.step(state, given_)
        said += case.facts(given_, answer)
        if resumed:
            stage = case.make()
            state = through_bytes(stage, state)
    return said, state


@stages
@examples
@given(data=st.data())
def test_however_its_input_is_cut_a_stage_says_the_same(case: Case, data: st.DataObject) -> None:
    stream = data.draw(streams(punctual=not case.arrival))
    pieces = data.draw(cuts(stream))
    whole, state = run(case, case.inputs(stream, (), None))
    cut, cut_state = run(case, case.inputs(stream, pieces, None))
    assert in_order(cut) == in_order(whole)
    assert plain(cut_state) == plain(state)


@stages
@examples
@given(data=st.data())
def test_a_stage_goes_on_from_the_bytes_of_its_state(case: Case, data: st.DataObject) -> None:
    stream = data.draw(streams(punctual=not case.arrival))
    inputs = case.inputs(stream, data.draw(cuts(stream)), None)
    assert run(case, inputs, resumed=True)[0] == run(case, inputs)[0]


@stages
@examples
@given(data=st.data())
def test_ticks_change_how_soon_a_stage_knows_and_nothing_else(
    case: Case, data: st.DataObject
) -> None:
    stream = data.draw(streams(punctual=True))
    pieces = data.draw(cuts(stream))
    without, _ = run(case, case.inputs(stream, (), None))
    ticked, _ = run(case, case.inputs(stream, pieces, 0))
    assert _what(ticked) == _what(without)


@stages
@examples
@given(data=st.data())
def test_what_comes_later_changes_nothing_that_was_known(case: Case, data: st.DataObject) -> None:
    stream = data.draw(streams(punctual=not case.arrival))
    row = data.draw(st.integers(0, len(stream) - 1))
    now = int(stream.rows.at[row])
    one, _ = run(case, case.inputs(stream, (), None))
    other, _ = run(case, case.inputs(stream.changed_from(row), (), None))
    assert _before(now, one) == _before(now, other)


@stages
@examples
@given(data=st.data())
def test_a_stage_changes_neither_its_state_nor_its_input(case: Case, data: st.DataObject) -> None:
    stream = data.draw(streams(punctual=not case.arrival))
    stage, state = case.make(), case.start()
    for given_ in case.inputs(stream, data.draw(cuts(stream)), None):
        before, held = plain(given_), plain(state)
        after, said = stage.step(state, given_)
        again, said_again = stage.step(state, given_)
        assert plain(given_) == before
        assert plain(state) == held
        assert plain(said_again) == plain(said)
        assert plain(again) == plain(after)
        state = after


@stages
@examples
@given(data=st.data())
def test_what_was_not_measured_never_counts_as_measured(case: Case, data: st.DataObject) -> None:
    stream = data.draw(streams(punctual=not case.arrival)).without_values()
    stage, state = case.make(), case.start()
    for given_ in case.inputs(stream, data.draw(cuts(stream)), None):
        state, said = stage.step(state, given_)
        assert not case.measured(given_, said)


def _what(facts: list[Fact]) -> list[Fact]:
    return in_order(fact._replace(known=0) for fact in facts)


def _before(now: int, facts: list[Fact]) -> list[Fact]:
    return in_order(fact for fact in facts if fact.known < now)


_AGAIN = """
import hashlib, sys
sys.path.insert(0, {tests!r})
import conftest  # hypothesis measures no time there either
from hypothesis import given, seed, settings
from laws.plain import plain
from laws.stages import stages_under_law
from laws.streams import streams
from laws.test_stages import run
words = hashlib.sha256()
@seed(7)
@settings(max_examples=3, database=None)
@given(streams(punctual=True))
def every_stage(stream):
    for case in stages_under_law():
        facts, state = run(case, case.inputs(stream, (len(stream) // 2,), None))
        words.update(repr((case.name, facts, plain(state))).encode())
every_stage()
print(words.hexdigest())
"""


def test_two_processes_with_other_hash_seeds_say_the_same() -> None:
    tests = str(Path(__file__).parents[1])
    words = {
        subprocess.run(
            [sys.executable, "-c", _AGAIN.format(tests=tests)],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(words) == 1

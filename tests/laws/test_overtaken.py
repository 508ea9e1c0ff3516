"""What holds when time has overtaken a reading.

Live ticks run five seconds behind the clock, and a reading may take longer. Then the law of ticks
cannot hold in full: an alarm that rang at its deadline is not taken back because a reading from before
it comes after it. What does hold:

- no reading is lost, and none is judged otherwise than it would have been: flags, expectations and
  findings follow from a channel's rows alone;
- what was issued stands: an alarm's story never goes back or breaks, an hour that was closed is told
  once;
- a clock that is ahead overtakes nobody: other channels' readings and alarms are as if it was not
  there. But for one thing: as long as its readings are taken, they bear witness on whether another
  instrument of the place is at fault.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import facts
from laws.facts import Fact, in_order
from laws.stages import Case, stages_under_law
from laws.streams import AFTERWARDS, AHEAD, Stream, ahead, cuts, part, streams
from laws.test_stages import examples, run
from laws.upstream import learnt, pipeline
from laws.works import CHANNELS, RULES

from mulmok.judge.quality.order import AHEAD as BORNE
from mulmok.model.alarm import Transition
from mulmok.model.flag import Reason
from mulmok.model.judgement import Judgement
from mulmok.model.message import Message, Tick
from mulmok.model.time import HOUR, MINUTE

timeless = pytest.mark.parametrize(
    "case", [case for case in stages_under_law() if case.timeless], ids=str
)
overtaking = st.integers(0, 30 * MINUTE)


def judged(messages: Iterable[Message]) -> list[Judgement]:
    line, state, said = pipeline(), learnt(), []
    for message in messages:
        state, judgement = line.step(state, message)
        said.append(judgement)
    return said


def rows(said: list[Judgement]) -> list[Fact]:
    return in_order(
        fact for one in said for judged_ in one.runs for fact in facts.of_rows(judged_.block)
    )


def changes(said: list[Judgement]) -> list[Transition]:
    return [change for one in said for change in one.transitions]


@timeless
@examples
@given(data=st.data())
def test_a_stage_without_a_clock_says_the_same_however_far_time_has_run_ahead(
    case: Case, data: st.DataObject
) -> None:
    stream = data.draw(streams(punctual=not case.arrival))
    pieces, span = data.draw(cuts(stream)), data.draw(overtaking)
    without, _ = run(case, case.inputs(stream, (), None))
    ticked, _ = run(case, case.inputs(stream, pieces, span))
    assert _what(ticked) == _what(without)


@examples
@given(data=st.data())
def test_readings_that_time_has_overtaken_are_judged_all_the_same(data: st.DataObject) -> None:
    stream = data.draw(streams(punctual=True))
    pieces, span = data.draw(cuts(stream)), data.draw(overtaking)
    assert rows(judged(stream.messages(pieces, span))) == rows(judged(stream.messages()))


@examples
@given(data=st.data())
def test_what_was_issued_before_a_reading_was_overtaken_stands(data: st.DataObject) -> None:
    stream = data.draw(streams())
    said = judged(stream.messages(data.draw(cuts(stream)), data.draw(overtaking)))
    for rule in RULES:
        mine = [change for change in changes(said) if change.alarm == rule.id]
        for before, after in pairwise(mine):
            assert before.after is after.before
            assert before.at <= after.at
            assert before.known_at <= after.known_at
        assert all(change.at <= change.known_at for change in mine)
    closed = [(load.channel, load.period, load.start) for one in said for load in one.loads]
    assert len(closed) == len(set(closed))


@settings(max_examples=80)
@given(data=st.data())
def test_a_clock_that_is_ahead_changes_nothing_for_the_other_channels(data: st.DataObject) -> None:
    """Each instant's rows are a message of their own, received in that instant."""
    stream = data.draw(streams(punctual=True))
    wrong, span = data.draw(st.integers(0, len(CHANNELS) - 1)), data.draw(st.sampled_from(AHEAD))
    firsts = np.flatnonzero(np.diff(stream.rows.at, prepend=-1))
    clocks = tuple((row, int(stream.rows.at[row])) for row in firsts.tolist())
    others = np.flatnonzero(stream.rows.channel != wrong)
    skewed = Stream(ahead(stream.rows, wrong, span), (), clocks)
    without = [part(stream.rows, others)] if len(others) else []
    end = int(stream.rows.at.max()) + AFTERWARDS

    # What begins with the last word of time may be followed by more of its kind: so time goes on.
    one = judged([*skewed.messages(), Tick(end + HOUR)])
    other = judged([*without, Tick(end), Tick(end + HOUR)])
    apart = [f for f in rows(one) if f.subject != wrong]
    others = rows(other)
    doubted = {f.subject for f in [*apart, *others] if span <= BORNE and _at_fault(f)}
    if doubted:
        assert [_own(f) for f in apart] == [_own(f) for f in others]
    else:
        assert apart == others
    watching = {rule.id for rule in RULES if rule.channel not in {-1, wrong, *doubted}}
    assert _story(one, watching) == _story(other, watching)
    if span > BORNE:
        assert not [f for f in rows(one) if f.subject == wrong]


def _at_fault(fact: Fact) -> bool:
    return bool(fact.said[-1] & Reason.FAULT)


def _own(fact: Fact) -> Fact:
    """Leave out what other channels bear witness of: the fault, and the flag that follows of it."""
    *reading, _, reasons = fact.said
    return fact._replace(said=(*reading, reasons & ~Reason.FAULT))


def _story(said: list[Judgement], alarms: set[str]) -> list[Transition]:
    """What happened, not when it was known; each alarm for itself."""
    mine = [replace(change, known_at=0) for change in changes(said) if change.alarm in alarms]
    return sorted(mine, key=lambda change: change.alarm)


def _what(said: list[Fact]) -> list[Any]:
    return in_order(fact._replace(known=0) for fact in said)

"""Doubt: what an instrument at fault shows is suspect, from the word on and until its end."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.derive.material import block_of, pieces

from mulmok.judge.diagnose.doubt import Doubt
from mulmok.model.block import empty_block
from mulmok.model.finding import Finding
from mulmok.model.flag import Flag, Reason
from mulmok.model.time import MINUTE
from mulmok.store.snapshot import from_bytes, to_bytes

T0 = 29_000_000 * MINUTE
N = 60


def at(minute):
    return T0 + minute * MINUTE


def block(flag=Flag.GOOD, reasons=Reason.NONE):
    """Two channels, a reading a minute."""
    when = at(np.arange(N))
    plain = block_of((when, np.full(N, 7.0)), (when, np.full(N, 700.0)))
    return plain.flagged(np.full(2 * N, flag, np.uint8), np.full(2 * N, reasons, np.uint32))


def fault(begin, end=None, channel=0):
    opened = Finding("watch", channel, "offset", at(begin - 5), at(begin))
    return (opened,) if end is None else (opened, replace(opened, ended_at=at(end)))


def marked(found, given=None):
    stage = Doubt()
    return stage.step(stage.start(), (given or block(), found))[1]


def doubted(judged, channel=0):
    """Minutes of the rows of a channel that are suspect because of a fault."""
    rows = judged.rows(channel)
    bad = (judged.flag[rows] == Flag.SUSPECT) & (judged.reasons[rows] & Reason.FAULT > 0)
    return np.flatnonzero(bad).tolist()


def test_rows_after_the_word_are_suspect_and_the_one_that_ends_it_is_believed():
    assert doubted(marked(fault(10, 20))) == list(range(11, 20))


def test_a_fault_ended_by_a_word_from_elsewhere_is_doubted_up_to_and_with_its_end():
    opened, closed = (replace(word, known_at=at(30)) for word in fault(10, 20))
    assert doubted(marked((opened, closed))) == list(range(11, 21))


def test_an_open_fault_doubts_all_that_follows():
    assert doubted(marked(fault(10))) == list(range(11, N))


def test_other_channels_are_left_alone():
    judged = marked(fault(10, 20, channel=1))
    assert doubted(judged, 0) == []
    assert doubted(judged, 1) == list(range(11, 20))


def test_a_fault_still_open_doubts_the_next_block_too_and_its_end_frees_it():
    stage = Doubt()
    first, second = pieces(block(), [at(30)])
    opened, closed = fault(10, 40)
    state, _ = stage.step(stage.start(), (first, (opened,)))
    state, judged = stage.step(state, (second, (closed,)))
    assert doubted(judged) == list(range(10))
    assert state == stage.start()


def test_a_word_without_readings_is_remembered():
    stage = Doubt()
    state, _ = stage.step(stage.start(), (empty_block(2), fault(10)))
    assert doubted(stage.step(state, (block(), ()))[1]) == list(range(11, N))


@pytest.mark.parametrize("flag", [Flag.SUSPECT, Flag.FAIL, Flag.MISSING])
def test_a_worse_flag_and_its_reasons_stay(flag):
    judged = marked(fault(10, 20), block(flag, Reason.STATUS))
    assert (judged.flag == flag).all()
    assert (judged.reasons & Reason.STATUS > 0).all()
    assert np.flatnonzero(judged.reasons[:N] & Reason.FAULT).tolist() == list(range(11, 20))


def test_what_was_not_evaluated_is_suspect_too():
    assert doubted(marked(fault(10, 20), block(Flag.NOT_EVALUATED))) == list(range(11, 20))


def test_what_comes_in_is_not_changed():
    given = block()
    marked(fault(10), given)
    assert (given.flag == Flag.GOOD).all()
    assert (given.reasons == 0).all()


FAULTS = st.lists(
    st.tuples(st.integers(0, 70), st.integers(1, 40), st.booleans(), st.integers(0, 1)),
    max_size=5,
    unique_by=lambda one: (one[0], one[3]),
)


@given(faults=FAULTS, cuts=st.lists(st.integers(0, N), max_size=5))
def test_twice_is_once_and_pieces_are_the_whole(faults, cuts):
    words = [w for b, length, ends, c in faults for w in fault(b, b + length if ends else None, c)]
    stage = Doubt()
    state, whole = stage.step(stage.start(), (block(), tuple(words)))
    twice = stage.step(stage.start(), (whole, tuple(words)))[1]
    assert np.array_equal(twice.flag, whole.flag)
    assert np.array_equal(twice.reasons, whole.reasons)
    again, flags, reasons = stage.start(), ([], []), ([], [])
    edges = [-1, *sorted(at(cut) for cut in cuts), 2**62]
    for number, part in enumerate(pieces(block(), [at(cut) for cut in cuts])):
        some = tuple(w for w in words if edges[number] <= w.word_at < edges[number + 1])
        again, judged = stage.step(from_bytes(to_bytes(again), stage.state_type), (part, some))
        for channel in (0, 1):
            flags[channel].extend(judged.flag[judged.rows(channel)].tolist())
            reasons[channel].extend(judged.reasons[judged.rows(channel)].tolist())
    assert [*flags[0], *flags[1]] == whole.flag.tolist()
    assert [*reasons[0], *reasons[1]] == whole.reasons.tolist()
    assert {fault.key for fault in again.faults} == {fault.key for fault in state.faults}

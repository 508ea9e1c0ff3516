"""CUSUM: what lasts is found, one wild reading never is, and every finding has an end."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.derive.material import block_of, channel, pieces

from mulmok.judge.detect.cusum import Cusum
from mulmok.model.flag import Flag, Reason
from mulmok.model.judgement import Expectation
from mulmok.model.time import HOUR, MINUTE
from mulmok.store.snapshot import from_bytes, to_bytes

T0 = 29_000_000 * MINUTE


def given_scores(scores, every=1, spikes=()):
    """Rows of one channel that was expected at 100 with a deviation of 10."""
    score = np.asarray(scores, np.float64)
    at = T0 + np.arange(len(score)) * every * MINUTE
    value = 100.0 + 10.0 * score
    block = block_of((at, value))
    flag, reasons = block.flag.copy(), block.reasons.copy()
    spikes = list(spikes)
    flag[spikes], reasons[spikes] = Flag.SUSPECT, Reason.SPIKE
    told = score.copy()
    told[spikes] = np.nan
    full = np.full(len(score), 100.0)
    return block.flagged(flag, reasons), Expectation(full, full - 30, full + 30, told)


def found(scores, every=1, spikes=()):
    stage = Cusum.for_channels((channel("inlet.ec", every * MINUTE),))
    return stage.step(stage.start(), given_scores(scores, every, spikes))[1]


@pytest.mark.parametrize("every", [1, 5, 10, 30])
@pytest.mark.parametrize("size", [10.0, 1e3, -1e6])
def test_one_wild_reading_is_no_finding_at_any_interval(every, size):
    scores = np.zeros(100)
    scores[50] = size
    assert found(scores, every) == ()


@pytest.mark.parametrize("every", [1, 5, 10, 30])
def test_a_level_shift_is_found_within_a_few_readings(every):
    scores = np.zeros(100)
    scores[50:] = 8.0
    first = found(scores, every)[0]
    assert first.direction == 1
    assert first.ended_at is None
    assert first.since == T0 + 50 * every * MINUTE
    assert 2 <= (first.at - first.since) / (every * MINUTE) + 1 <= 6
    assert first.strength == pytest.approx(8.0)
    assert first.ratio == pytest.approx(1.8)


def test_what_stays_within_the_slack_is_never_found():
    assert found(np.full(5000, 3.9)) == ()


def test_a_fall_is_found_on_the_other_side():
    scores = np.zeros(100)
    scores[50:] = -6.0
    assert found(scores)[0].direction == -1


def test_it_closes_when_the_score_was_back_for_a_while_and_tells_the_height():
    scores = np.zeros(200)
    scores[50:80] = 6.0
    scores[70] = 15.0
    opened, closed = found(scores)
    assert closed.key == opened.key
    assert closed.since == opened.since
    assert closed.ended_at == T0 + (79 + 20) * MINUTE
    assert closed.strength == pytest.approx(15.0)
    assert closed.ratio == pytest.approx(2.5)


def test_what_lasts_twelve_hours_is_accepted_and_found_again_only_after_a_return():
    scores = np.full(60 * 60, 8.0)
    scores[:10] = 0.0
    opened, closed = found(scores)
    assert closed.ended_at - opened.at == 12 * HOUR
    scores[40 * 60 : 40 * 60 + 5] = 0.0
    words = found(scores)
    assert len({word.key for word in words}) == 2
    assert words[2].at > T0 + 40 * HOUR


def test_what_is_unknown_neither_opens_nor_calms():
    scores = np.zeros(300)
    scores[50:70] = 8.0
    scores[70:200] = np.nan
    _, closed = found(scores)
    assert closed.ended_at == T0 + 200 * MINUTE
    scores[50:70] = np.nan
    assert found(scores) == ()


def test_an_open_finding_of_which_nothing_more_is_known_is_let_go_after_twelve_hours():
    scores = np.full(14 * 60, np.nan)
    scores[:20] = 8.0
    opened, closed = found(scores)
    assert closed.ended_at - opened.at == 12 * HOUR


def test_values_held_back_as_spikes_count_once_the_next_is_taken_for_real():
    scores = np.zeros(100)
    scores[50:] = 8.0
    plain = found(scores, 5, spikes=())[0]
    held = found(scores, 5, spikes=(50, 51))[0]
    assert held.since == plain.since
    assert held.at == T0 + 52 * 5 * MINUTE


def test_held_back_values_that_were_spikes_after_all_count_for_nothing():
    scores = np.zeros(100)
    scores[50:52] = 20.0
    scores[53] = 9.0
    assert found(scores, 5, spikes=(50, 51)) == ()


@settings(max_examples=40)
@given(
    moods=st.lists(st.sampled_from([0.0, 5.0, -7.0, 30.0, np.nan]), min_size=3, max_size=12),
    cuts=st.lists(st.integers(0, 600), min_size=1, max_size=8),
    spikes=st.sets(st.integers(0, 100), max_size=10),
)
def test_cut_and_through_bytes_it_says_the_same(moods, cuts, spikes):
    scores = np.repeat(moods, 50)
    block, told = given_scores(scores, 1, [s for s in spikes if s < len(scores)])
    stage = Cusum.for_channels((channel("inlet.ec", MINUTE),))
    state, whole = stage.step(stage.start(), (block, told))
    again, words, done = stage.start(), (), 0
    for part in pieces(block, [T0 + cut * MINUTE for cut in cuts]):
        rows = slice(done, done + len(part))
        piece = Expectation(*(c[rows] for c in (told.expected, told.low, told.high, told.score)))
        done += len(part)
        again, some = stage.step(from_bytes(to_bytes(again), stage.state_type), (part, piece))
        words += some
    assert repr(words) == repr(whole)
    assert to_bytes(again) == to_bytes(state)

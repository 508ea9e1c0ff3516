"""Figures of spans add up, and no spike gets lost in them."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
from hypothesis import given

from mulmok.model.flag import Flag
from mulmok.store.buckets import bucketed
from mulmok.store.figures import figures_of, merged, worst_flag
from mulmok.store.packing import Rows


def rows(at: list[int], value: list[float], flag: list[int]) -> Rows:
    n = len(at)
    band = np.arange(n) / 4
    return Rows(
        np.array(at, np.int64),
        np.array(value, np.float64),
        np.array(flag, np.uint8),
        np.zeros(n, np.uint8),
        np.zeros(n, np.uint32),
        band,
        band + 1,
    )


some_rows = st.lists(
    st.tuples(
        st.integers(0, 99),
        st.sampled_from([1.0, 2.5, -3.0, float("nan"), float("inf")]),
        st.sampled_from(list(Flag)),
    ),
    unique_by=lambda row: row[0],
).map(lambda some: rows(*([list(c) for c in zip(*sorted(some), strict=True)] or ([], [], []))))


@given(some_rows)
def test_the_figures_of_a_long_span_are_those_of_its_pieces_merged(some):
    fine = figures_of(some, some.at // 10, 10)
    coarse = figures_of(some, some.at // 50, 2)
    np.testing.assert_array_equal(merged(fine.reshape(2, 5, -1), axis=1), coarse)


@given(some_rows)
def test_buckets_say_what_a_plain_loop_says(some):
    got = bucketed(some, 0, 100, 20)
    for span in range(5):
        here = [i for i in range(len(some)) if some.at[i] // 20 == span]
        good = [
            some.value[i]
            for i in here
            if some.flag[i] in (Flag.GOOD, Flag.NOT_EVALUATED) and np.isfinite(some.value[i])
        ]
        assert got.count[span] == len(good)
        if good:
            assert got.smallest[span] == min(good)
            assert got.largest[span] == max(good)
            assert got.mean[span] == np.mean(good)
        else:
            assert np.isnan([got.smallest[span], got.largest[span], got.mean[span]]).all()
        if here:
            assert got.low[span] == some.low[here[0]]
            assert got.high[span] == some.high[here[-1]]
        else:
            assert got.flag[span] == 0


def test_a_suspect_spike_is_not_drawn_but_its_flag_is():
    got = bucketed(rows([0, 1, 2], [7.0, 99.0, 8.0], [1, 3, 1]), 0, 3, 3)
    assert got.largest.tolist() == [8.0]
    assert got.flag.tolist() == [Flag.SUSPECT]


def test_flags_roll_up_as_everywhere_good_hides_what_was_not_evaluated():
    flags = [Flag.NOT_EVALUATED, Flag.GOOD, Flag.SUSPECT, Flag.FAIL, Flag.MISSING]
    for count in range(1, 6):
        some = rows(list(range(count)), [1.0] * count, [int(flag) for flag in flags[:count]])
        assert worst_flag(figures_of(some, some.at * 0, 1)).tolist() == [flags[count - 1]]


def test_sums_beyond_a_double_are_no_mean_and_no_warning():
    got = bucketed(rows([0, 1], [1.7e308, 1.7e308], [1, 1]), 0, 2, 2)
    assert np.isnan(got.mean).all()
    assert got.largest.tolist() == [1.7e308]


def test_the_last_bucket_may_reach_beyond_the_end():
    got = bucketed(rows([0, 9], [1.0, 2.0], [1, 1]), 0, 10, 4)
    assert got.start.tolist() == [0, 4, 8]
    assert got.count.tolist() == [1, 0, 1]

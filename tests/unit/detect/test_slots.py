"""Slots: readings of any pace on one even grid."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mulmok.judge.detect.slots import left_open, on_slots

PACE = 60
nan = float("nan")


class Grid:
    """One channel, laid into slots piece by piece."""

    def __init__(self):
        self.total, self.count = np.zeros(1), np.zeros(1, np.int64)
        self.base = np.full(1, nan)
        self.slot = 0

    def take(self, at, deviation, stop, usual=None):
        """Rows of a block and the slot that is closed last; gives value and level of the slots."""
        at, deviation = np.array(at, np.int64), np.array(deviation, float)
        usual = np.full(len(at), 5.0) if usual is None else np.array(usual, float)
        rows, last = np.zeros(1, np.int64), np.array([len(at)])
        value, level = np.empty((stop - self.slot, 1)), np.empty((stop - self.slot, 1))
        on_slots(
            at, deviation, usual, np.zeros(1, np.int64), last, rows, PACE, stop,
            self.total, self.count, self.base, value, level,
        )  # fmt: skip
        left_open(deviation, usual, last, rows, self.total, self.count, self.base)
        self.slot = stop
        return value[:, 0].tolist(), level[:, 0].tolist()


def same(one, other):
    return np.array_equal(one, other, equal_nan=True)


def test_a_slot_holds_what_came_after_the_last_one_up_to_its_own_instant():
    value, _ = Grid().take([60, 61, 120, 121, 180], [1.0, 2.0, 4.0, 8.0, 16.0], 3)
    assert value == [1.0, 3.0, 12.0]


def test_a_slot_without_a_reading_is_blank_and_keeps_the_last_usual_value():
    value, level = Grid().take([60, 240], [1.0, 2.0], 4, usual=[5.0, 6.0])
    assert same(value, [1.0, nan, nan, 2.0])
    assert level == [5.0, 5.0, 5.0, 6.0]


def test_a_reading_that_tells_nothing_does_not_count_but_its_usual_value_does():
    value, level = Grid().take([30, 60], [nan, 3.0], 1, usual=[7.0, nan])
    assert (value, level) == ([3.0], [7.0])


def test_a_reading_that_lags_behind_counts_in_the_slot_that_is_open():
    grid = Grid()
    grid.take([60], [1.0], 2)
    value, _ = grid.take([70], [9.0], 3)
    assert value == [9.0]


def test_what_came_after_the_last_closed_slot_waits_for_its_own():
    grid = Grid()
    first, _ = grid.take([60, 90], [1.0, 2.0], 1)
    second, _ = grid.take([100], [6.0], 2)
    assert (first, second) == ([1.0], [4.0])


@given(
    rows=st.lists(st.tuples(st.integers(1, 1200), st.integers(-8, 8) | st.just(nan)), max_size=60),
    cuts=st.lists(st.integers(0, 20), max_size=5),
)
def test_in_pieces_it_is_the_same_grid(rows, cuts):
    rows = sorted(dict(rows).items())
    at, deviation = [a for a, _ in rows], [d for _, d in rows]
    whole, _ = Grid().take(at, deviation, 20)
    grid, parts, done = Grid(), [], 0
    for stop in [*sorted(cuts), 20]:
        # A block brings what was measured up to the end of the slot and somewhat beyond.
        end = len(at) if stop == 20 else int(np.searchsorted(at, stop * PACE + 20, side="right"))
        value, _ = grid.take(at[done:end], deviation[done:end], stop)
        parts += value
        done = max(done, end)
    assert same(parts, whole)

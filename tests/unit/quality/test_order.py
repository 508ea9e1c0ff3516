"""Rows come as they come; they are judged in the order of their time."""

import numpy as np
import pytest
from unit.quality.series import START

from mulmok.judge.quality.order import AHEAD, Order
from mulmok.model.flag import Flag, Reason
from mulmok.model.message import Readings, Tick
from mulmok.model.time import DAY, MINUTE


def rows(*given: tuple[int, int, float], received: int | None = None) -> Readings:
    """(channel, minute, value) each; `received`: minute of our clock, or of the past."""
    channel, minute, value = zip(*given, strict=True)
    at = START + np.array(minute, np.int64) * MINUTE
    clock = 0 if received is None else START + received * MINUTE
    return Readings(
        clock,
        np.array(channel, np.int16),
        at,
        np.array(value, np.float64),
        np.zeros(len(at), np.uint8),
    )


def tick(minute: int) -> Tick:
    return Tick(START + minute * MINUTE)


def told(order: Order, *messages: Readings | Tick) -> list:
    """What the stage says to each message."""
    state, said = order.start(), []
    for message in messages:
        state, one = order.step(state, message)
        said.append(one)
    return said


def released(ordered) -> list[tuple[int, int, float]]:
    return [
        (int(c), int((at - START) // MINUTE), float(value))
        for run in ordered.runs
        for c, at, value in zip(
            run.block.channel_of_rows(), run.block.at, run.block.value, strict=True
        )
    ]


def test_without_an_allowance_a_row_passes_at_once():
    (said,) = told(Order(2), rows((0, 0, 7.0), (1, 0, 8.0)))
    assert released(said) == [(0, 0, 7.0), (1, 0, 8.0)]


def test_with_an_allowance_a_row_waits_until_others_are_so_much_later():
    first, second = told(Order(1, 3 * MINUTE), rows((0, 0, 7.0), (0, 2, 7.2)), rows((0, 3, 7.3)))
    assert released(first) == []
    assert released(second) == [(0, 0, 7.0)]


def test_time_alone_releases_what_waits():
    _, said = told(Order(1, 3 * MINUTE), rows((0, 0, 7.0), (0, 1, 7.1)), tick(4))
    assert released(said) == [(0, 0, 7.0), (0, 1, 7.1)]


def test_a_row_overtaken_within_the_allowance_takes_its_place():
    _, _, said = told(
        Order(1, 5 * MINUTE), rows((0, 2, 7.2)), rows((0, 1, 7.1), (0, 0, 7.0)), tick(10)
    )
    assert released(said) == [(0, 0, 7.0), (0, 1, 7.1), (0, 2, 7.2)]


def test_beyond_the_allowance_it_is_late_kept_and_never_judged():
    _, said = told(Order(1), rows((0, 5, 7.5)), rows((0, 4, 7.4)))
    assert released(said) == []
    assert said.late.value.tolist() == [7.4]
    assert said.late.flag.tolist() == [Flag.NOT_EVALUATED]
    assert Reason(int(said.late.reasons[0])) == Reason.LATE


def test_the_same_reading_twice_counts_as_one():
    _, said = told(Order(1), rows((0, 5, 7.5)), rows((0, 5, 7.5)))
    assert (said.duplicates, said.conflicts, released(said)) == (1, 0, [])


def test_of_two_values_at_one_instant_the_first_wins_and_the_quarrel_is_counted():
    _, said = told(Order(1), rows((0, 5, 7.5)), rows((0, 5, 9.9)))
    assert (said.duplicates, said.conflicts) == (1, 1)


def test_missing_twice_is_no_quarrel():
    _, said = told(Order(1), rows((0, 5, np.nan)), rows((0, 5, np.nan)))
    assert (said.duplicates, said.conflicts) == (1, 0)


def test_twice_while_it_waits_is_seen_too():
    _, said, after = told(Order(1, 9 * MINUTE), rows((0, 5, 7.5)), rows((0, 5, 7.6)), tick(20))
    assert (said.duplicates, said.conflicts) == (1, 1)
    assert released(after) == [(0, 5, 7.5)]


def test_a_channel_that_lags_behind_begins_a_run_of_its_own():
    (said,) = told(Order(2), rows((0, 5, 7.5), (1, 3, 8.3)))
    assert [len(run.block) for run in said.runs] == [1, 1]
    assert [run.upto for run in said.runs] == [START + 5 * MINUTE] * 2


def test_rows_of_one_message_in_reverse_are_one_reading_and_the_rest_late():
    (said,) = told(Order(1), rows((0, 2, 7.2), (0, 1, 7.1), (0, 0, 7.0)))
    assert released(said) == [(0, 2, 7.2)]
    assert said.late.value.tolist() == [7.0, 7.1]


def test_the_frontier_never_goes_back():
    _, said = told(Order(1), tick(60), rows((0, 5, 7.5)))
    assert released(said) == [(0, 5, 7.5)]
    assert said.runs[-1].upto == START + 60 * MINUTE


def test_a_channel_nobody_has_is_refused():
    with pytest.raises(ValueError, match="a channel the works does not have"):
        told(Order(1), rows((1, 0, 7.0)))


def test_a_row_ahead_of_our_clock_waits_until_its_time_has_come():
    first, early, there = told(
        Order(2), rows((0, 3, 7.3), received=0), rows((1, 2, 8.2), received=2), tick(3)
    )
    assert released(first) == []
    assert released(early) == [(1, 2, 8.2)]
    assert released(there) == [(0, 3, 7.3)]


def test_a_row_ahead_of_our_clock_does_not_move_time():
    order = Order(2)
    state, _ = order.step(order.start(), rows((1, 0, 8.0), received=0))
    state, _ = order.step(state, rows((0, 4, 7.4), received=0))
    assert (state.latest, state.upto) == (START, START)


def test_a_row_too_far_ahead_is_kept_flagged_and_never_judged():
    far = AHEAD // MINUTE + 1
    _, said, after = told(
        Order(1), rows((0, 0, 7.0), received=0), rows((0, far, 7.9), received=0), tick(2 * far)
    )
    assert released(said) == released(after) == []
    assert said.late.value.tolist() == [7.9]
    assert Reason(int(said.late.reasons[0])) == Reason.FUTURE
    assert not said.late.usable.any()


def test_one_row_of_another_century_leaves_its_channel_and_the_others_as_they_were():
    order = Order(2)
    state, _ = order.step(order.start(), rows((0, 0, 7.0), (1, 0, 8.0), received=0))
    century = 100 * 365 * DAY // MINUTE
    after, said = order.step(state, rows((1, century, 8.1), received=0))
    assert len(said.late) == 1
    assert after.latest == state.latest
    assert after.last_at.tolist() == state.last_at.tolist()
    _, said = order.step(after, rows((0, 1, 7.1), (1, 1, 8.1), received=1))
    assert released(said) == [(0, 1, 7.1), (1, 1, 8.1)]
    assert said.late is None


def test_late_and_future_rows_of_one_message_are_told_apart():
    *_, said = told(
        Order(2), rows((0, 5, 7.5), (1, 5, 8.5), received=5),
        rows((1, 60, 8.6), (0, 4, 7.4), received=5),
    )  # fmt: skip
    assert said.late.value.tolist() == [7.4, 8.6]
    assert [Reason(r) for r in said.late.reasons.tolist()] == [Reason.LATE, Reason.FUTURE]


def test_readings_of_the_past_are_not_measured_by_our_clock():
    _, said = told(Order(1), rows((0, 0, 7.0)), rows((0, 10_000, 7.1)))
    assert released(said) == [(0, 10_000, 7.1)]

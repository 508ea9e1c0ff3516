"""What is counted of a source."""

from __future__ import annotations

import numpy as np

from mulmok.model.time import HOUR, MINUTE, NEVER, SECOND
from mulmok.run.tally import Tally
from mulmok.source.port import Arrival


def arrival(*rows: tuple[int, int, float]) -> Arrival:
    return Arrival(
        np.array([row[0] for row in rows], np.int16),
        np.array([row[1] for row in rows], np.int64),
        np.array([row[2] for row in rows], np.float64),
        np.zeros(len(rows), np.uint8),
    )


def test_readings_are_counted_by_channel_and_missing_ones_apart():
    tally = Tally()
    tally.delivered(arrival((0, 10, 7.0), (1, 10, np.nan), (0, 20, np.nan), (0, 15, 7.1)), 30)
    tally.delivered(arrival((1, 5, 2.0)), 40)
    assert (tally.deliveries, tally.readings, tally.delivered_at) == (2, 5, 40)
    ph, ec = tally.channels[0], tally.channels[1]
    assert (ph.readings, ph.missing, ph.at, ph.good_at) == (3, 1, 20, 15)
    assert (ec.readings, ec.missing, ec.at, ec.good_at) == (2, 1, 10, 5)


def test_a_channel_never_heard_of_has_never_been_heard():
    tally = Tally()
    tally.delivered(arrival((0, 10, np.nan)), 30)
    assert tally.heard(0) == 30, "its clock lags; it was heard all the same"
    assert tally.channels[0].good_at == NEVER
    assert tally.heard(1) == NEVER


def test_an_empty_delivery_is_a_sign_and_no_reading():
    tally = Tally()
    tally.delivered(arrival(), 30)
    assert (tally.deliveries, tally.readings, tally.delivered_at) == (1, 0, 30)
    assert tally.offset is None


def test_the_offset_of_a_clock_is_the_least_of_late():
    """What is on its way adds to it, and nothing takes away."""
    tally = Tally()
    for now in (HOUR + 3 * SECOND, HOUR + SECOND, HOUR + 2 * MINUTE):
        tally.delivered(arrival((0, HOUR, 7.0)), now)
    assert tally.offset == SECOND
    tally.delivered(arrival((0, HOUR, 7.0)), HOUR - MINUTE)
    assert tally.offset == -MINUTE, "ahead of ours"


def test_a_clock_that_was_put_right_is_believed_after_a_while():
    tally = Tally()
    tally.delivered(arrival((0, 2 * HOUR, 7.0)), HOUR)
    for minute in range(60):
        at = HOUR + minute * MINUTE
        tally.delivered(arrival((0, at, 7.0)), at + SECOND)
    assert tally.offset == SECOND


def test_failures_are_counted_by_their_words_and_their_kinds_do_not_grow_without_end():
    tally = Tally()
    for number in range(1_000):
        tally.failed("no answer", number)
        tally.failed(f"port {number}", number)
    assert (tally.failures, tally.failed_at) == (2_000, 999)
    assert tally.faults["no answer"] == 1_000
    assert len(tally.faults) <= 120

"""A line that keeps coming is written ever more rarely, with how often it was kept back."""

from __future__ import annotations

import logging

from mulmok.text.sparing import FIRST_S, LONGEST_S, Sparing


def written(seconds, words="damaged"):
    """Lines that get through of one that comes at each of these seconds."""
    sparing, lines = Sparing(), []
    for second in seconds:
        record = logging.LogRecord("a", logging.ERROR, "", 0, "%s", (words,), None)
        record.created = float(second)
        if sparing.filter(record):
            lines.append((second, record.getMessage()))
    return lines


def test_a_line_that_comes_every_second_is_written_at_growing_intervals():
    assert written(range(600)) == [
        (0, "damaged"),
        (60, "damaged (+59)"),
        (180, "damaged (+119)"),
        (420, "damaged (+239)"),
    ]


def test_the_intervals_stop_growing_at_the_longest():
    at = [second for second, _ in written(range(0, 100_000, 10))]
    assert at[-1] - at[-2] == LONGEST_S


def test_a_line_that_comes_rarely_is_always_written():
    assert written([0, FIRST_S + 1]) == [(0, "damaged"), (FIRST_S + 1, "damaged")]
    later = [0, 30, 30 + 3 * LONGEST_S]
    assert written(later) == [(0, "damaged"), (later[-1], "damaged")]


def test_lines_that_differ_do_not_keep_each_other_back():
    sparing = Sparing()
    for number in range(3000):
        record = logging.LogRecord("a", logging.ERROR, "", 0, "line %d", (number,), None)
        record.created = 0.0
        assert sparing.filter(record)

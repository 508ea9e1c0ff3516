"""How far a source was taken: nothing twice, nothing lost, over restarts, late rows and wrong clocks."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.source.pulled import setup_of

from mulmok.model.errors import SourceError
from mulmok.model.time import DAY, HOUR, MINUTE
from mulmok.source.batch import MOST, Gathering
from mulmok.source.cursor import Cursor
from mulmok_testing.clock import SettableClock

START = 1_800_000_000 * 10**9 // MINUTE * MINUTE
NAN = math.nan


class Story:
    """A source of two channels, 1 min and 30 min, and what it delivers of what it is given."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.clock, self.folder, self.settings = SettableClock(START), folder, settings
        self.said: list[object] = []
        self.restart()

    def restart(self) -> None:
        setup = setup_of(
            self.folder,
            self.settings,
            self.clock,
            self.said,
            inlet_ph={},
            inlet_tn={"every": 30 * MINUTE},
        )
        self.cursor = Cursor.of(setup, (0, 1))

    def take(self, *rows: tuple[int, float, float], finish: bool = True) -> list[tuple]:
        """Offer rows: channel, minutes after the start, value; NaN: an empty cell."""
        gathered = Gathering()
        for index, minute, value in rows:
            at = START + int(minute * MINUTE)
            gathered.add(index, at, value, 0, blank=math.isnan(value))
        found = []
        for arrival in self.cursor.fresh(gathered.batch()).arrivals():
            self.cursor.took(arrival)
            minutes = ((arrival.at - START) / MINUTE).tolist()
            found += list(
                zip(arrival.channel.tolist(), minutes, arrival.value.tolist(), strict=True)
            )
        if finish:
            self.cursor.finish((0, 1))
        return found

    def since(self, index: int = 0) -> float:
        return (self.cursor.since(index) - START) / MINUTE


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return Story(tmp_path)


def test_the_first_start_asks_for_an_hour_or_for_what_backfill_says(tmp_path, story):
    assert story.since() == -60
    assert Story(tmp_path, backfill=DAY).since() == -24 * 60


def test_the_next_asks_from_the_newest_less_two_intervals_or_the_overlap(tmp_path, story):
    story.take((0, -3, 7.0), (0, -1, 7.0))
    assert story.since() == -3
    other = Story(tmp_path / "nowhere", overlap=10 * MINUTE)
    other.cursor.path = None
    other.take((0, -1, 7.0))
    assert other.since() == -11


def test_rows_come_once_and_late_ones_within_the_overlap_too(story):
    assert len(story.take((0, -4, 1), (0, -2, 2))) == 2
    assert story.take((0, -4, 1), (0, -3, 9), (0, -2, 2)) == [(0, -3, 9)]
    assert story.take((0, -3, 9), (0, -2, 2)) == []


def test_a_row_that_has_changed_is_said_again_once(story):
    story.take((0, -1, 1))
    assert story.take((0, -1, 2)) == [(0, -1, 2)]
    assert story.take((0, -1, 2)) == []


def test_of_two_rows_at_one_instant_the_first_is_taken(story):
    assert story.take((0, -1, 1), (0, -1, 2)) == [(0, -1, 1)]


def test_a_restart_goes_on_there_and_what_is_not_finished_is_asked_again(story):
    story.take((0, -30, 1), (0, -20, 1))
    story.take((0, -10, 1), finish=False)
    story.restart()
    assert story.since() == -22


def test_pages_in_order_may_be_settled_one_by_one(story):
    story.take((0, -30, 1), finish=False)
    story.cursor.settle()
    story.restart()
    assert story.since() == -32


def test_a_silent_channel_is_asked_from_its_newest_but_no_further_than_backfill(story):
    story.take((0, -600, 1), (1, -600, 1))
    assert story.since(1) == -660
    story.take((0, -1, 1))
    assert story.since(1) == -61, "an hour before the newest of all"
    assert story.take((1, -59, 3)) == [(1, -59, 3)]


def test_a_channel_that_was_not_asked_to_the_end_is_asked_for_all_it_missed(story):
    story.take((0, -600, 1), (1, -600, 1))
    story.take((0, -1, 1), finish=False)
    story.cursor.finish((0,))
    story.restart()
    assert story.since(0) == -3
    assert story.since(1) == -660


def test_a_clock_that_is_ahead_hides_nothing(story):
    year = 365 * 24 * 60
    assert len(story.take((0, -5, 1), (0, year, 1))) == 2
    assert story.since() == -7
    assert story.take((0, -4, 1), (0, year, 1)) == [(0, -4, 1)]


def test_our_own_clock_put_back_asks_for_no_future(story):
    story.take((0, 0, 1))
    story.clock.at -= HOUR
    assert story.since() == -62


def test_an_empty_cell_is_missing_when_one_was_due_and_an_interval_is_over(story):
    rows = [(1, minute, 5.0 if minute == -90 else NAN) for minute in range(-90, 1)]
    found = story.take(*rows)
    assert [(minute, math.isnan(value)) for _, minute, value in found] == [
        (-90, False),
        (-60, True),
        (-30, True),
    ], "nothing is due between, and the last half hour may still be filled"
    assert story.take((1, -2, 6.0)) == [(1, -2, 6.0)]


def test_the_cells_between_two_readings_of_a_slow_channel_say_nothing(story):
    rows = [(1, minute, 5.0 if minute % 30 == 0 else NAN) for minute in range(-90, 1)]
    assert [minute for _, minute, _ in story.take(*rows)] == [-90, -60, -30, 0]


def test_a_cursor_that_cannot_be_read_begins_anew_and_says_so(story):
    story.take((0, -1, 1))
    (story.folder / "s.cursor").write_text("[]", encoding="utf-8")
    story.restart()
    assert story.since() == -60
    assert "how far it was taken cannot be read" in str(story.said[0])


def test_a_cursor_that_cannot_be_written_is_a_fault_of_the_source(tmp_path):
    story = Story(tmp_path / "gone")
    with pytest.raises(SourceError, match="cannot be remembered"):
        story.take((0, -1, 1))


def test_a_year_comes_in_pieces_in_order_of_time():
    gathered = Gathering()
    for minute in range(MOST + 5, 0, -1):
        gathered.add(0, minute, 1.0, 0)
    pieces = list(gathered.batch().arrivals())
    assert [len(piece) for piece in pieces] == [MOST, 5]
    assert pieces[0].at[0] == 1


@given(
    st.lists(st.lists(st.tuples(st.integers(-50, 0), st.integers(0, 3)), max_size=20), max_size=8)
)
def test_whatever_is_shown_again_nothing_is_delivered_twice(tmp_path_factory, answers):
    story = Story(tmp_path_factory.mktemp("cursor"), overlap=DAY)
    delivered = []
    for rows in answers:
        delivered += story.take(*((0, minute, value) for minute, value in rows))
    assert len(delivered) == len(set(delivered))
    assert {row[1] for row in delivered} == {minute for rows in answers for minute, _ in rows}

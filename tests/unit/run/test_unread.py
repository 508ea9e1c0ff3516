"""What was due and never came is kept as missing, once, and never what may still come."""

from __future__ import annotations

import asyncio

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mulmok.model.status import Status
from mulmok.model.time import MINUTE, SECOND
from mulmok.run.tally import Tally
from mulmok.run.unread import Unread
from mulmok.source.port import Arrival
from mulmok_testing.clock import SettableClock

START = 1_767_571_200 * SECOND


def delivered(tally: Tally, clock: SettableClock, *rows: tuple[int, int]) -> None:
    channel, at = zip(*rows, strict=True)
    tally.delivered(
        Arrival(
            np.array(channel, np.int16), np.array(at, np.int64), np.ones(len(at)),
            np.zeros(len(at), np.uint8),
        ),
        clock.now(),
    )  # fmt: skip


class Watch:
    def __init__(self, *every: int, at: int = START, told: bool = False):
        self.clock, self.tally = SettableClock(at), Tally()
        self.unread = Unread(self.clock, dict(enumerate(every)), told=told)

    def after(self, span: int) -> list[tuple[int, int]]:
        """Give what is said to be unread when so much time has gone by, as (channel, minutes)."""
        end = self.clock.now() + span
        said = []

        async def play():
            while self.clock.now() < end:
                self.clock.advance(SECOND)
                task = asyncio.create_task(self.unread.turn(self.tally))
                for _ in range(3):
                    await asyncio.sleep(0)
                if not task.done():
                    task.cancel()
                    await asyncio.gather(task, return_exceptions=True)
                    continue
                arrival = task.result()
                if arrival is None:
                    continue
                assert np.isnan(arrival.value).all()
                assert (arrival.status == Status.COMM_FAIL).all()
                for index, at in zip(arrival.channel.tolist(), arrival.at.tolist(), strict=True):
                    self.unread.said(index, at)
                    said.append((index, (at - START) // MINUTE))

        asyncio.run(play())
        return said

    def read(self, index: int, minute: int) -> None:
        delivered(self.tally, self.clock, (index, START + minute * MINUTE))


def test_what_never_came_is_said_an_interval_after_it_was_due():
    watch = Watch(MINUTE)
    assert watch.after(119 * SECOND) == []
    assert watch.after(SECOND) == [(0, 1)]
    assert watch.after(MINUTE) == [(0, 2)]


def test_what_came_late_within_its_interval_is_not_said():
    watch = Watch(MINUTE)
    watch.after(119 * SECOND)
    watch.read(0, 1)
    assert watch.after(60 * SECOND) == []
    assert watch.after(SECOND) == [(0, 2)]


def test_each_channel_has_its_own_turns():
    watch = Watch(MINUTE, 5 * MINUTE)
    watch.read(0, 20)
    assert watch.after(15 * MINUTE) == [(1, 5), (1, 10)]


def test_what_could_not_be_kept_is_said_again():
    watch = Watch(MINUTE)
    said = watch.unread.said
    watch.unread.said = lambda _index, _at: None  # the disk is full
    assert watch.after(121 * SECOND) == [(0, 1), (0, 1)]
    watch.unread.said = said
    assert watch.after(SECOND) == [(0, 1)]
    assert watch.after(SECOND) == []


def test_after_a_stop_of_our_own_only_the_last_turn_is_said():
    watch = Watch(MINUTE)
    watch.clock.advance(100 * MINUTE)
    assert watch.after(SECOND) == [(0, 99)]
    assert watch.after(MINUTE) == [(0, 100)]


def test_a_reading_between_the_turns_is_of_the_turn_before_it():
    watch = Watch(MINUTE)
    delivered(watch.tally, watch.clock, (0, START + 90 * SECOND))
    assert watch.after(179 * SECOND) == []
    assert watch.after(SECOND) == [(0, 2)]


@given(st.lists(st.booleans(), min_size=1, max_size=12))
def test_every_turn_is_read_or_said_and_none_is_both(reads):
    watch, said, read = Watch(MINUTE), [], []
    for minute, here in enumerate(reads, start=1):
        said += watch.after(MINUTE)
        if here:
            watch.read(0, minute)
            read.append((0, minute))
    said += watch.after(2 * MINUTE)
    assert sorted(said + read)[: len(reads)] == [(0, m) for m in range(1, len(reads) + 1)]
    assert not set(said) & set(read)


def test_an_instrument_whose_clock_lags_is_not_unread():
    watch = Watch(MINUTE)
    for minute in range(1, 6):
        assert watch.after(MINUTE) == []
        delivered(watch.tally, watch.clock, (0, START + minute * MINUTE - 9 * 60 * MINUTE))


def test_what_a_source_is_told_of_now_before_and_now_after_its_turn_is_not_unread():
    watch = Watch(MINUTE, told=True)
    for span in (58, 65, 55, 65, 55):
        # 2 s before a turn, 3 s after the next, and so on.
        assert watch.after(span * SECOND) == []
        delivered(watch.tally, watch.clock, (0, watch.clock.now() - 4 * SECOND))
    asking = Watch(MINUTE)
    asking.after(58 * SECOND)
    delivered(asking.tally, asking.clock, (0, START + 54 * SECOND))
    assert asking.after(62 * SECOND) == [(0, 1)]


def test_what_a_source_is_not_told_of_is_said_soon_after():
    watch = Watch(MINUTE, told=True)
    assert watch.after(124 * SECOND) == []
    assert watch.after(SECOND) == [(0, 1)]
    often = Watch(SECOND * 2, told=True)
    assert often.after(4 * SECOND) == []
    assert len(often.after(SECOND)) == 1

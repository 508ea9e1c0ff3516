"""The turns of a driver that asks: whole multiples of each channel's interval, none made up for."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from unit.source.channels import make_channel

from mulmok.model.time import HOUR, MINUTE, SECOND
from mulmok.source import polling
from mulmok.source.polling import Polling
from mulmok_testing.clock import SettableClock

START = 1_767_571_200 * SECOND


class Turns:
    """A source of channels with these intervals, whose clock moves only when told."""

    def __init__(self, *every: int, at: int = START, at_once: bool = False):
        self.clock = SettableClock(at)
        channels = [replace(make_channel("inlet.ph"), every=span) for span in every]
        self.polling = Polling(self.clock, enumerate(channels), at_once=at_once)

    async def next(self, *moves: int) -> dict[int, int]:
        """Give the next turn [ns since START], the clock moved meanwhile by what is given."""
        task = asyncio.create_task(self.polling.turn())
        for span in moves:
            for _ in range(5):
                await asyncio.sleep(0)
            assert not task.done()
            self.clock.advance(span)
        async with asyncio.timeout(10):
            return {index: at - START for index, at in (await task).items()}


def test_a_turn_stands_on_a_whole_multiple_of_the_interval():
    async def play():
        turns = Turns(MINUTE, at=START + 17 * SECOND)
        assert await turns.next(43 * SECOND) == {0: MINUTE}
        assert await turns.next(MINUTE) == {0: 2 * MINUTE}

    asyncio.run(play())


def test_a_turn_at_the_very_beginning_was_of_the_time_before():
    async def play():
        assert await Turns(MINUTE).next(59 * SECOND, SECOND) == {0: MINUTE}

    asyncio.run(play())


def test_channels_of_several_intervals_have_each_their_turns():
    async def play():
        turns = Turns(MINUTE, 5 * MINUTE, 2 * MINUTE)
        got = [await turns.next(MINUTE) for _ in range(5)]
        assert got == [
            {0: MINUTE},
            {0: 2 * MINUTE, 2: 2 * MINUTE},
            {0: 3 * MINUTE},
            {0: 4 * MINUTE, 2: 4 * MINUTE},
            {0: 5 * MINUTE, 1: 5 * MINUTE},
        ]

    asyncio.run(play())


def test_intervals_without_a_common_measure_come_when_they_are_due():
    async def play():
        turns = Turns(2 * SECOND, 3 * SECOND)
        got = [await turns.next(*[SECOND] * wait) for wait in (2, 1, 1, 2)]
        assert got == [
            {0: 2 * SECOND}, {1: 3 * SECOND}, {0: 4 * SECOND}, {0: 6 * SECOND, 1: 6 * SECOND},
        ]  # fmt: skip

    asyncio.run(play())


def test_turns_that_were_missed_are_not_made_up_for():
    async def play():
        turns = Turns(MINUTE, 5 * MINUTE)
        assert await turns.next(MINUTE) == {0: MINUTE}
        turns.clock.advance(7 * MINUTE + 30 * SECOND)
        # One reading of each, of its last turn: nobody can ask the past.
        assert await turns.next() == {0: 8 * MINUTE, 1: 5 * MINUTE}
        assert await turns.next(30 * SECOND) == {0: 9 * MINUTE}

    asyncio.run(play())


def test_who_only_looks_has_a_turn_at_once_and_of_all():
    async def play():
        turns = Turns(MINUTE, HOUR, at=START + SECOND, at_once=True)
        assert await turns.next() == {0: SECOND, 1: SECOND}
        assert await turns.next(59 * SECOND) == {0: MINUTE}

    asyncio.run(play())


@pytest.mark.parametrize("waiting", [False, True])
def test_a_clock_that_is_put_back_does_not_stop_the_asking(monkeypatch, waiting):
    """A gateway without a battery starts in a wrong year; its instruments must be asked anyway."""
    monkeypatch.setattr(polling, "_LOOK_S", 0.001)

    async def play():
        turns = Turns(MINUTE, at=START + 365 * 24 * HOUR)
        await turns.next(MINUTE)
        back = -365 * 24 * HOUR
        if waiting:
            task = asyncio.create_task(turns.polling.turn())
            await asyncio.sleep(0)
            turns.clock.advance(back)
            async with asyncio.timeout(10):
                while turns.polling._done > turns.clock.now():  # noqa: ASYNC110 - seen from outside
                    await asyncio.sleep(0)
                turns.clock.advance(MINUTE)
                assert await task == {0: START + 2 * MINUTE}
        else:
            turns.clock.advance(back)
            assert await turns.next(MINUTE) == {0: 2 * MINUTE}

    asyncio.run(play())


def test_a_clock_that_is_put_back_a_little_gives_no_turn_twice():
    async def play():
        turns = Turns(MINUTE)
        assert await turns.next(MINUTE + 3) == {0: MINUTE}
        turns.clock.advance(-5)
        assert await turns.next(2, MINUTE) == {0: 2 * MINUTE}

    asyncio.run(play())

"""Sources that ask their instruments: stuck ones are started anew, gaps are kept, clocks watched."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from unit.run.watching import START, Desk, row

from mulmok.model.errors import SourceError
from mulmok.model.message import SourceState
from mulmok.model.status import Status
from mulmok.model.text import text
from mulmok.model.time import HOUR, MINUTE, SECOND
from mulmok.run import supervise
from mulmok.run.supervise import Supervised
from mulmok.source.port import Arrival


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(supervise, "_FIRST_WAIT_S", 0.0)
    monkeypatch.setattr(supervise, "_ASK_EVERY_S", 0.001)
    monkeypatch.setattr(supervise, "_LET_GO_S", 0.01)


class Stuck:
    """Hangs at its first start, deaf to a cancellation if asked to be; then delivers."""

    def __init__(self, desk: Desk, *, deaf: bool = False):
        self.desk, self.deaf, self.starts = desk, deaf, 0

    async def run(self, deliver):
        self.starts += 1
        if self.starts == 1:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                if not self.deaf:
                    raise
                # A library that takes the cancellation for its own and goes on for a while.
                await asyncio.sleep(0.1)
        await deliver(row(self.desk.clock.now()))
        await asyncio.sleep(3600)


@pytest.mark.parametrize("deaf", [False, True])
def test_a_source_that_asks_and_gives_no_sign_is_started_anew(deaf):
    desk = Desk()
    source = Stuck(desk, deaf=deaf)
    one = Supervised("plc", source, MINUTE, {0: MINUTE})
    desk.watch(
        one,
        (9 * MINUTE, lambda: SourceState.SILENT in desk.states),
        (2 * MINUTE, lambda: source.starts == 2 and SourceState.OK in desk.states),
    )
    failing = next(status for status in desk.said if status.state is SourceState.FAILING)
    assert failing.detail == "no answer and no fault for 10 min"
    assert one.tally.starts == 2
    assert one.tally.failures == 1


def test_a_source_that_sends_by_itself_may_be_silent_for_days():
    desk = Desk()
    source = Stuck(desk)
    desk.watch(
        Supervised("mqtt", source, MINUTE),
        (10 * MINUTE, lambda: SourceState.SILENT in desk.states),
        (48 * HOUR, lambda: True),
        (SECOND, lambda: True),
    )
    assert source.starts == 1


def test_a_source_that_waits_for_the_disk_is_not_stuck():
    desk = Desk()
    desk.full = 10**9
    starts = []

    class Delivers:
        async def run(self, deliver):
            starts.append(1)
            await deliver(row(desk.clock.now()))
            await asyncio.sleep(3600)

    def free() -> bool:
        desk.full = 0
        return SourceState.OK in desk.states

    desk.watch(
        Supervised("plc", Delivers(), MINUTE, {0: MINUTE}),
        (0, lambda: bool(starts)),
        (HOUR, lambda: True),
        (HOUR, free),
    )
    assert starts == [1]
    assert (0, START, 7.0, 0) in desk.kept, "not lost, and handed over once the disk was back"


def test_what_was_not_read_is_kept_as_missing_with_a_communication_failure():
    desk = Desk()

    class Half:
        """Of two channels it reads one."""

        async def run(self, deliver):
            while True:
                await desk.clock.sleep_until(desk.clock.now() // MINUTE * MINUTE + MINUTE)
                await deliver(row(desk.clock.now() // MINUTE * MINUTE))

    def gaps() -> list[tuple[int, int]]:
        return [(c, (at - START) // MINUTE) for c, at, _, said in desk.kept if said]

    one = Supervised("plc", Half(), MINUTE, {0: MINUTE, 1: MINUTE})
    desk.watch(
        one,
        *[(MINUTE, lambda n=n: one.tally.heard(0) == START + n * MINUTE) for n in (1, 2)],
        (0, lambda: gaps() == [(1, 1)]),
        (MINUTE, lambda: gaps() == [(1, 1), (1, 2)]),
    )
    assert all(
        np.isnan(value) and said == Status.COMM_FAIL for c, _, value, said in desk.kept if c == 1
    )
    assert 1 not in one.tally.channels, "what was never read is no reading of the source"


def test_a_gap_that_could_not_be_kept_is_kept_when_the_disk_is_back():
    desk = Desk()
    desk.full = 3
    one = Supervised("plc", Stuck(desk), MINUTE, {0: MINUTE})
    desk.watch(one, (2 * MINUTE, lambda: bool(desk.kept)))
    assert [at for _, at, _, _ in desk.kept] == [START + MINUTE]


def test_a_source_whose_clock_is_ahead_is_told_of_and_its_readings_kept():
    desk = Desk()

    class Ahead:
        async def run(self, deliver):
            while True:
                await desk.clock.sleep_until(desk.clock.now() + 1)
                await deliver(row(desk.clock.now() + 6 * MINUTE))

    desk.watch(
        Supervised("logger", Ahead(), MINUTE),
        (1, lambda: desk.states == [SourceState.FAILING]),
        (1, lambda: len(desk.kept) == 2),
        (1, lambda: len(desk.kept) == 3),
    )
    assert desk.said[0].detail == (
        "its clock is 6 min ahead of ours: its readings are kept and not judged"
    )
    assert desk.states == [SourceState.FAILING], "told once"


def test_a_clock_put_right_makes_the_source_well_again():
    desk = Desk()
    offsets = [6 * MINUTE, 6 * MINUTE, 4 * MINUTE]

    class Mended:
        async def run(self, deliver):
            for offset in offsets:
                await deliver(row(desk.clock.now() + offset))
            await asyncio.sleep(3600)

    desk.watch(
        Supervised("logger", Mended(), MINUTE), (0, lambda: desk.states[-1:] == [SourceState.OK])
    )
    assert desk.states == [SourceState.FAILING, SourceState.OK]


def test_one_row_ahead_among_others_is_not_the_clock_of_the_source():
    desk = Desk()

    class Mixed:
        async def run(self, deliver):
            now, later = row(desk.clock.now()), row(desk.clock.now() + HOUR, 1)
            columns = ("channel", "at", "value", "status")
            both = [np.concatenate([getattr(now, c), getattr(later, c)]) for c in columns]
            await deliver(Arrival(*both))
            await asyncio.sleep(3600)

    desk.watch(Supervised("plc", Mixed(), MINUTE), (0, lambda: bool(desk.said)))
    assert desk.states == [SourceState.OK]


def test_trouble_of_a_part_is_failing_though_readings_come_and_its_end_is_told():
    desk = Desk()

    class Partly:
        trouble = text("unit 2 does not answer")

        async def run(self, deliver):
            while True:
                await desk.clock.sleep_until(desk.clock.now() + 1)
                await deliver(row(desk.clock.now()))

    source = Partly()
    one = Supervised("plc", source, MINUTE)

    def mended() -> bool:
        source.trouble = None
        return desk.states[-1] is SourceState.OK

    desk.watch(
        one,
        (0, lambda: SourceState.FAILING in desk.states),
        *[(1, lambda n=n: len(desk.kept) > n) for n in range(3)],
        (0, mended),
    )
    assert desk.states == [SourceState.FAILING, SourceState.OK]
    assert desk.said[0].detail == "unit 2 does not answer"
    assert one.tally.faults == {"unit 2 does not answer": 1}


def test_fifty_that_fall_with_one_switch_do_not_come_back_in_one_file(monkeypatch):
    """Without chance they would be asked again in the order in which they fell."""
    monkeypatch.setattr(supervise, "_FIRST_WAIT_S", 0.1)
    desk, order = Desk(), []

    class Falls:
        def __init__(self, number: int):
            self.number, self.starts = number, 0

        async def run(self, _deliver):
            self.starts += 1
            if self.starts == 1:
                raise SourceError(text("the switch is down"))
            order.append(self.number)
            await asyncio.sleep(3600)

    async def play():
        tasks = [
            asyncio.create_task(desk.supervisor.watch(Supervised(str(n), Falls(n), MINUTE)))
            for n in range(50)
        ]
        async with asyncio.timeout(20):
            while len(order) < 50:  # noqa: ASYNC110 - seen from outside
                await asyncio.sleep(0.001)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(play())
    assert sorted(order) == list(range(50))
    assert order != sorted(order)

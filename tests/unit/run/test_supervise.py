"""Sources fail, fall silent and come back; whoever watches them does not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import numpy as np
import pytest

from mulmok.model.errors import SourceError, StoreError
from mulmok.model.message import SourceState, SourceStatus
from mulmok.model.time import HOUR, MINUTE
from mulmok.run import supervise
from mulmok.run.supervise import Awaited, Supervised, Supervisor
from mulmok.source.port import Arrival
from mulmok_testing.clock import SettableClock

ROW = Arrival(np.zeros(1, np.int16), np.zeros(1, np.int64), np.array([7.0]), np.zeros(1, np.uint8))


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(supervise, "_FIRST_WAIT_S", 0.0)


class Scripted:
    """A source that does one thing a start: raise, deliver a row, or wait for ever."""

    def __init__(self, *acts: Exception | str):
        self.acts = list(acts)
        self.starts = 0

    async def run(self, deliver):
        self.starts += 1
        while self.acts:
            act = self.acts.pop(0)
            if isinstance(act, Exception):
                raise act
            await deliver(ROW)
        await asyncio.sleep(3600)


class Ears:
    """What the supervisor reports; refuses the first `deaf` reports, as a full disk does."""

    def __init__(self, deaf: int = 0, fault: Exception | None = None):
        self.said: list[SourceStatus] = []
        self.deaf, self.fault = deaf, fault or StoreError("full")

    async def report(self, status: SourceStatus) -> None:
        if self.deaf:
            self.deaf -= 1
            raise self.fault
        self.said.append(status)

    @property
    def states(self) -> list[SourceState]:
        return [status.state for status in self.said]


async def taken(_arrival, _name):
    return 1


def watched(source, until: Callable[[Ears], bool], *, ears: Ears | None = None, moves=()) -> Ears:
    """Watch a source until the ears have heard it; `moves`: spans the clock moves on meanwhile."""
    ears = ears or Ears()
    clock = SettableClock(HOUR)

    async def play():
        supervisor = Supervisor(clock, taken, ears.report)
        if isinstance(source, Awaited):
            task = asyncio.create_task(supervisor.await_arrivals(source))
        else:
            task = asyncio.create_task(supervisor.watch(Supervised("plc", source, MINUTE)))
        for span in moves:
            for _ in range(20):
                await asyncio.sleep(0)
            clock.advance(span)
        for _ in range(10_000):
            await asyncio.sleep(0)
            if until(ears):
                break
        assert until(ears), ears.said
        assert not task.done()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(play())
    return ears


def test_a_source_that_fails_of_anything_is_said_to_fail_and_started_again():
    source = Scripted(ZeroDivisionError("by nought"), "row")
    ears = watched(source, lambda ears: SourceState.OK in ears.states)
    assert ears.states == [SourceState.FAILING, SourceState.OK]
    assert ears.said[0].detail == "ZeroDivisionError: by nought"
    assert source.starts == 2


def test_why_a_source_fails_can_be_kept_whatever_bytes_its_words_hold():
    """A name in CP949 is no UTF-8; Python holds its bytes as lone surrogates."""
    ears = watched(Scripted(ValueError("\udcc0\udcaf.csv")), lambda ears: bool(ears.said))
    assert ears.said[0].detail.encode("utf-8") == b"ValueError: \\udcc0\\udcaf.csv"


def test_the_first_word_is_said_though_all_is_well():
    """Before the restart it may have been silent: only a word that it is well takes that back."""
    assert watched(Scripted("row"), lambda ears: bool(ears.said)).states == [SourceState.OK]


def test_a_source_that_never_says_anything_is_silent():
    ears = watched(Scripted(), lambda ears: bool(ears.said), moves=[10 * MINUTE])
    assert ears.states == [SourceState.SILENT]


def test_silence_is_told_once_and_so_is_its_end():
    class Sometimes:
        async def run(self, deliver):
            await deliver(ROW)
            for _ in range(60):
                await asyncio.sleep(0)
            await deliver(ROW)
            await asyncio.sleep(3600)

    ears = watched(Sometimes(), lambda ears: len(ears.said) == 3, moves=[10 * MINUTE] * 2)
    assert ears.states == [SourceState.OK, SourceState.SILENT, SourceState.OK]


def test_a_source_nobody_may_start_again_stays_failing():
    source = Scripted(SourceError("wrong password", retry=False))
    ears = watched(source, lambda ears: bool(ears.said), moves=[10 * MINUTE])
    assert ears.states == [SourceState.FAILING]
    assert source.starts == 1


@pytest.mark.parametrize("fault", [StoreError("full"), RuntimeError("not foreseen")])
def test_what_could_not_be_said_is_said_once_it_can(fault):
    ears = Ears(deaf=1, fault=fault)
    watched(
        Scripted(SourceError("gone", retry=False)), lambda ears: bool(ears.said), ears=ears,
        moves=[5 * MINUTE],
    )  # fmt: skip
    assert ears.states == [SourceState.FAILING]


def test_a_source_that_comes_by_itself_is_silent_when_it_does_not_come():
    calls = iter([True])

    async def arrived():
        if not next(calls, False):
            await asyncio.sleep(3600)
        return HOUR

    ears = watched(
        Awaited("logger", arrived, MINUTE), lambda ears: len(ears.said) == 2, moves=[10 * MINUTE]
    )
    assert ears.states == [SourceState.OK, SourceState.SILENT]
    assert ears.said[1].source == "logger"

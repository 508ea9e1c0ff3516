"""The four ways in which a story is run; all of them must come to what its folder says.

whole     few large messages
cut       pieces of any length
lived     a running works: the engine with its writer, its ticks and its store, under a clock that goes
          from scan to scan; what is told is what stands in the store at the end
crashed   the same, and now and then the works is killed: a new one opens the data folder as it stood
          at that moment; or it is stopped in order and started again
"""

from __future__ import annotations

import asyncio
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from mulmok.config.site import Site
from mulmok.model.judgement import Judgement
from mulmok.model.message import Command, Message, Readings, Tick
from mulmok.model.time import FOREVER, NEVER
from mulmok.run.engine import Engine
from mulmok.run.replay import Outcome
from mulmok.run.writer import TICK_GRACE
from mulmok.source.port import Arrival
from mulmok.store.query import Query
from mulmok.store.sqlite import FILE
from mulmok_testing.clock import SettableClock
from mulmok_testing.story import Story, fold, part, whole

#: How often a works is killed or stopped in the course of a story.
_CRASHES = 4
#: Shares of the scans before which time goes on by itself, and of those that come in two parts.
_WAITED, _SPLIT = 0.5, 0.2


def cut(story: Story, seed: int) -> Outcome:
    """Run the story in pieces of random length."""
    return fold(story, _pieces(story.messages, random.Random(seed)))


def lived(story: Story, seed: int) -> Outcome:
    """Run the story through a works that is never interrupted."""
    return _lived(story, random.Random(seed), 0)


def crashed(story: Story, seed: int) -> Outcome:
    """Run the story through a works that is killed and stopped now and then."""
    return _lived(story, random.Random(seed), _CRASHES)


WAYS: dict[str, Callable[[Story, int], Outcome]] = {
    "whole": lambda story, _: whole(story),
    "cut": cut,
    "crashed": crashed,
    "lived": lived,
}
#: Ways in which ticks come between: they may make known sooner what happened.
LIVE = ("crashed", "lived")


def _lived(story: Story, chance: random.Random, crashes: int) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        return _told(asyncio.run(_live(story, chance, crashes, Path(folder))))


async def _live(story: Story, chance: random.Random, crashes: int, folder: Path) -> Path:
    """Live through a story; gives the data folder in which it ended."""
    scans = [scan for message in story.messages for scan in _scans(message, chance)]
    ends = chance.sample(range(1, len(scans)), min(crashes, len(scans) - 1))
    clock = SettableClock(_instant(scans[0]))
    data = folder / "0"
    engine = Engine.open(story.site, data, clock)
    try:
        for number, scan in enumerate(scans):
            if number in ends:
                data = folder / str(number)
                engine = await _again(story.site, engine, data, killed=chance.random() < 0.5)
            await _wait(engine, clock, _instant(scan), chance)
            if isinstance(scan, Command):
                await engine.command(scan)
            elif isinstance(scan, Readings):
                await engine.submit(Arrival(scan.channel, scan.at, scan.value, scan.status))
    finally:
        engine.close()
    return data


async def _again(site: Site, engine: Engine, data: Path, *, killed: bool) -> Engine:
    """Open the works anew: from its folder as it stands now, or as an orderly stop leaves it."""
    before, clock = engine.store.folder, engine.clock
    if killed:
        # Between two commits, as far as the disk goes that is any moment.
        await engine.perform(lambda store: shutil.copytree(store.folder, data))
        engine.close()
    else:
        engine.close()
        shutil.copytree(before, data)
    return Engine.open(site, data, clock)


async def _wait(engine: Engine, clock: SettableClock, until: int, chance: random.Random) -> None:
    """Let the clock go on to an instant; sometimes a tick falls in between."""
    if chance.random() < _WAITED:
        clock.at += int((until - clock.at) * chance.random())
        await asyncio.wrap_future(engine.writer.submit(Tick(clock.now() - TICK_GRACE)))
    clock.at = max(until, clock.at)


def _told(data: Path) -> Outcome:
    outcome = Outcome()
    with Query.open(data / FILE) as query:
        transitions = tuple(query.transitions_between(NEVER, FOREVER))
        events = tuple(query.events(NEVER, limit=1_000_000))
    outcome.take(Judgement(transitions=transitions, events=events))
    return outcome


def _instant(message: Message) -> int:
    return int(message.at[0]) if isinstance(message, Readings) else message.at


def _scans(message: Message, chance: random.Random) -> Iterator[Message]:
    """Rows of one instant after those of the other; sometimes they come in two parts."""
    if not isinstance(message, Readings):
        yield message
        return
    edges = {0, len(message), *(np.flatnonzero(np.diff(message.at)) + 1).tolist()}
    edges |= {edge for edge in range(len(message)) if chance.random() < _SPLIT}
    ordered = sorted(edges)
    for begin, end in pairwise(ordered):
        yield part(message, begin, end)


def _pieces(messages: tuple[Message, ...], chance: random.Random) -> Iterator[Message]:
    for message in messages:
        if not isinstance(message, Readings):
            yield message
            continue
        begin = 0
        while begin < len(message):
            end = min(begin + int(chance.expovariate(1 / 200)) + 1, len(message))
            yield part(message, begin, end)
            begin = end

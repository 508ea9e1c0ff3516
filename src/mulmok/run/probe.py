"""Ask every instrument once, as the running works would, and keep nothing of it.

The drivers are the works' own, made for a trial (`Setup.trial`): no queue is emptied, no file counts
as taken, nothing is acknowledged that the running works would then miss.
"""

from __future__ import annotations

import asyncio
import math
import tempfile
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from mulmok.config.site import Site, SourceSpec
from mulmok.model.channel import Channel
from mulmok.model.clock import Clock
from mulmok.model.errors import MulmokError
from mulmok.model.status import Status
from mulmok.model.text import Text, text
from mulmok.run.doors import PUSHED
from mulmok.run.sources import driver_of, setup_of
from mulmok.source.port import Arrival, Inspectable, Seen, Source, Troubled

#: Time between two looks at what has come [s].
_LOOK_S = 0.05


@dataclass(frozen=True, slots=True)
class Probed:
    """What became of asking for one channel.

    seen   what came; None: nothing
    fault  why nothing came, or what is wrong with it; None: all is well
    """

    channel: Channel
    source: str
    driver: str
    seen: Seen | None
    fault: Text | None


@dataclass
class _Ear:
    """Takes what a driver delivers; its newest reading of each channel."""

    clock: Clock
    seen: dict[int, Seen] = field(default_factory=dict)

    async def deliver(self, arrival: Arrival) -> None:
        rows = zip(
            arrival.channel.tolist(),
            arrival.at.tolist(),
            arrival.value.tolist(),
            arrival.status.tolist(),
            strict=True,
        )
        now = self.clock.now()
        for index, at, value, status in rows:
            before = self.seen.get(index)
            if before is None or at >= before.at:
                self.seen[index] = Seen("", "", value, value, Status(status), at, now)


async def probe(
    site: Site, wanted: Collection[str], clock: Clock, patience_s: float
) -> list[Probed]:
    """Ask for the wanted channels, of all sources at once; in the order of the site file."""
    order = {channel.id: number for number, channel in enumerate(site.channels)}
    asked = [
        _ask(
            site,
            spec,
            [name for name in spec.channels or order if name in wanted],
            clock,
            patience_s,
        )
        for spec in site.sources
        if not set(spec.channels or order).isdisjoint(wanted)
    ]
    found = {one.channel.id: one for group in await asyncio.gather(*asked) for one in group}
    for name in wanted:
        if name not in found:
            channel = site.channels[order[name]]
            found[name] = Probed(channel, "", "", None, text("it has no source in the site file"))
    return sorted(found.values(), key=lambda one: order[one.channel.id])


async def _ask(
    site: Site, spec: SourceSpec, wanted: list[str], clock: Clock, patience_s: float
) -> list[Probed]:
    index = {channel.id: number for number, channel in enumerate(site.channels)}
    members, ear, fault, source = [index[name] for name in wanted], _Ear(clock), None, None
    if spec.driver == PUSHED:
        fault = text("it is pushed to mulmok: there is nobody to ask")
    else:
        try:
            with tempfile.TemporaryDirectory() as folder:
                setup = setup_of(site, spec, Path(folder), clock, trial=True)
                source = driver_of(spec).build(setup)
                fault = await _listen(source, ear, set(members), patience_s)
        except MulmokError as error:
            fault = error.text
        except Exception as error:  # noqa: BLE001 - the edge of others' code
            fault = text("the driver failed: {why}", why=f"{type(error).__name__}: {error}")
    seen = dict(ear.seen)
    if isinstance(source, Inspectable):
        seen.update(source.seen())
    trouble = source.trouble if isinstance(source, Troubled) else None
    return [
        Probed(
            site.channels[member],
            spec.id,
            spec.driver,
            seen.get(member),
            _fault(seen.get(member), fault, trouble),
        )
        for member in members
    ]


async def _listen(source: Source, ear: _Ear, members: set[int], patience_s: float) -> Text | None:
    """Run a driver until each member has come; gives why one has not."""
    running = asyncio.create_task(source.run(ear.deliver))
    deadline = asyncio.get_running_loop().time() + patience_s
    try:
        while not members <= ear.seen.keys():
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return text("nothing came within {seconds:g} s", seconds=patience_s)
            await asyncio.wait({running}, timeout=min(_LOOK_S, left))
            if running.done():
                running.result()
                return text("it has nothing more to give")
        return None
    finally:
        running.cancel()
        await asyncio.wait({running}, timeout=patience_s)


def _fault(seen: Seen | None, fault: Text | None, trouble: Text | None) -> Text | None:
    if seen is None or seen.fault is not None:
        return fault or trouble if seen is None else seen.fault
    well = seen.status is Status.NORMAL and not math.isnan(seen.value)
    return None if well else trouble

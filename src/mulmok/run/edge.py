"""An edge: the instruments of a place without a works' server, and the way to that server.

Drivers, supervision and clock are those of a works. Nothing is judged here: readings are journaled,
and sent on in order.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from mulmok.config.site import Site
from mulmok.model.errors import StoreError
from mulmok.model.message import SourceState, SourceStatus
from mulmok.model.text import text
from mulmok.model.time import MINUTE, format_duration
from mulmok.run.clock import Clock
from mulmok.run.forward import Forwarder
from mulmok.run.sources import build_sources
from mulmok.run.supervise import Supervisor
from mulmok.source.port import Arrival
from mulmok.store.parcel import Parcel
from mulmok.store.parcels import Parcels

_log = logging.getLogger(__name__)

#: Time between two looks at the room that is taken and at what waits.
_CARE_S = 60.0
#: What waits so long is said to wait [ns].
_WAITS = 5 * MINUTE


async def run_edge(
    site: Site, parcels: Parcels, forwarder: Forwarder, folder: Path, keep: int, most: int
) -> None:
    """Take readings and send them on until cancelled.

    folder  for what drivers remember over restarts
    keep    how long readings are kept that cannot be sent [ns]
    most    bytes the journal may have on disk

    Raises PluginError or InputError before anything has begun.
    """
    clock = forwarder.clock
    numbers = parcels.numbers([channel.id for channel in site.channels])

    async def submit(arrival: Arrival, _: str) -> None:
        parcel = Parcel(numbers[arrival.channel], arrival.at, arrival.value, arrival.status)
        await asyncio.to_thread(parcels.keep, parcel, clock.now())

    async def report(status: SourceStatus) -> None:
        if status.state is SourceState.SILENT:
            words = text(
                "{source} has sent nothing for {span}", source=status.source, span=status.detail
            )
            _log.warning(words)

    sources = build_sources(site, folder, clock)
    supervisor = Supervisor(clock, submit=submit, report=report)
    async with asyncio.TaskGroup() as tasks:
        for one in sources:
            tasks.create_task(supervisor.watch(one), name=one.name)
        tasks.create_task(forwarder.run(), name="forward")
        tasks.create_task(_care(parcels, clock, keep, most), name="care")


async def _care(parcels: Parcels, clock: Clock, keep: int, most: int) -> None:
    """Keep the journal within its bounds, and say when it fills."""
    while True:
        try:
            now = clock.now()
            dropped = await asyncio.to_thread(parcels.trim, now - keep, most, now)
            if dropped:
                _log.error(
                    text(
                        "{count} readings were dropped unsent: there is no more room for them",
                        count=dropped,
                    )
                )
            waits = await asyncio.to_thread(parcels.backlog)
            if waits.oldest is not None and now - waits.oldest > _WAITS:
                age = (now - waits.oldest) // MINUTE * MINUTE
                _log.warning(
                    text(
                        "{count} readings wait to be sent, the oldest for {span}",
                        count=waits.readings,
                        span=format_duration(age),
                    )
                )
        except StoreError as error:
            _log.error(error.text)
        await asyncio.sleep(_CARE_S)

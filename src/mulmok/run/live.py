"""Live: sources deliver, the engine judges and keeps, effects are performed, until told to stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from mulmok.run.effects import perform_effects
from mulmok.run.engine import Engine
from mulmok.run.sources import build_sources
from mulmok.run.supervise import Supervised, Supervisor

_log = logging.getLogger(__name__)


async def live(
    engine: Engine, serve: Callable[[], Awaitable[None]], extra: tuple[Supervised, ...] = ()
) -> None:
    """Run a works until `serve` returns (its server was told to stop).

    extra   sources beside those of the site file, or in place of one of the same name

    Raises PluginError when a source's driver is not installed; what a driver fails at later becomes
    a source alarm instead.
    """
    given = {one.name for one in extra}
    own = build_sources(engine.site, engine.store.folder, engine.clock)
    sources = (*(one for one in own if one.name not in given), *extra)
    engine.known.begin([(one.name, one.tally, one.source) for one in sources], engine.clock.now())
    supervisor = Supervisor(engine.clock, submit=engine.submit, report=engine.report)
    tasks = [asyncio.create_task(supervisor.watch(one), name=one.name) for one in sources]
    tasks += [
        asyncio.create_task(supervisor.await_arrivals(one), name=one.name)
        for one in engine.doors.awaited()
    ]
    tasks.append(asyncio.create_task(perform_effects(engine), name="effects"))
    for task in tasks:
        task.add_done_callback(_tell_if_fallen)
    try:
        await serve()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _tell_if_fallen(task: asyncio.Task[None]) -> None:
    """None of these ends of a fault by itself: if one does, it must not be in silence."""
    fault = None if task.cancelled() else task.exception()
    if fault is not None:
        _log.critical("%s has ended: start mulmok again", task.get_name(), exc_info=fault)

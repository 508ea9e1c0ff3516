"""Live: sources deliver, the engine judges and keeps, effects are performed, until told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from mulmok.run.effects import perform_effects
from mulmok.run.engine import Engine
from mulmok.run.sources import build_sources
from mulmok.run.supervise import Supervised, Supervisor


async def live(
    engine: Engine, serve: Callable[[], Awaitable[None]], extra: tuple[Supervised, ...] = ()
) -> None:
    """Run a works until `serve` returns (its server was told to stop).

    Raises PluginError when a source's driver is not installed; what a driver fails at later becomes
    a source alarm instead.
    """
    sources = (*build_sources(engine.site, engine.store.folder, engine.clock), *extra)
    supervisor = Supervisor(engine.clock, submit=engine.submit, report=engine.report)
    tasks = [asyncio.create_task(supervisor.watch(one), name=one.name) for one in sources]
    tasks.append(asyncio.create_task(perform_effects(engine), name="effects"))
    try:
        await serve()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

"""The only performer of effects: takes them from the outbox, one by one, until done.

So far the world is the log and the pages; mail, SMS and telephone come with their notifiers. An
effect is marked done only after it was performed: after a crash it may be performed twice, never
not at all, and its key tells the second from a new one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from mulmok.model.alarm import ISA_NAMES, IsaState
from mulmok.model.effect import Notify
from mulmok.model.errors import StoreError
from mulmok.model.text import text
from mulmok.model.time import format_instant
from mulmok.run.engine import Engine
from mulmok.store.sqlite import Store

_log = logging.getLogger(__name__)
_EVERY_S = 1.0


async def perform_effects(engine: Engine) -> None:
    """Perform what is in the outbox, until cancelled."""
    while True:
        try:
            for effect in await engine.perform(lambda store: store.pending_effects(limit=100)):
                _announce(effect)
                await engine.perform(_done(effect.key, engine.now()))
        except StoreError as error:
            _log.error(text("effects wait for the disk: {why}", why=error.text))
        await asyncio.sleep(_EVERY_S)


def _done(key: str, at: int) -> Callable[[Store], None]:
    return lambda store: store.effect_done(key, at)


def _announce(effect: Notify) -> None:
    _log.warning(
        text(
            "alarm {alarm} is {state} (priority {priority}) since {time}: {cause}",
            alarm=effect.alarm,
            state=ISA_NAMES[IsaState(effect.state)],
            priority=effect.priority,
            time=format_instant(effect.at),
            cause=effect.cause,
        )
    )

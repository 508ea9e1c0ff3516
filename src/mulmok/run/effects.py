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
from mulmok.model.errors import SourceError, StoreError
from mulmok.model.text import text
from mulmok.model.time import format_instant
from mulmok.run.engine import Engine
from mulmok.run.sampling import take_sample
from mulmok.store.outbox import Waiting
from mulmok.store.sqlite import Store

_log = logging.getLogger(__name__)
_EVERY_S = 1.0


async def perform_effects(engine: Engine) -> None:
    """Perform what is in the outbox, until cancelled."""
    while True:
        try:
            for one in await engine.perform(lambda store: store.waiting_effects(limit=100)):
                await _perform(engine, one)
        except StoreError as error:
            _log.error(text("effects wait for the disk: {why}", why=error.text))
        except Exception:  # noqa: BLE001 - whatever it was, the next alarm must be told
            _log.exception(text("effects wait: they are tried again"))
        await asyncio.sleep(_EVERY_S)


async def _perform(engine: Engine, waiting: Waiting) -> None:
    """Perform one; when it cannot be, it waits behind the others for its next turn."""
    effect = waiting.effect
    try:
        if isinstance(effect, Notify):
            _announce(effect)
        else:
            await take_sample(engine, effect, waiting.attempts)
    except SourceError as error:
        _log.warning("%s: %s", effect.key, error)
        trouble = str(error)
        await engine.perform(lambda store: store.effect_failed(effect.key, trouble))
        return
    except Exception as fault:  # noqa: BLE001 - the edge to the world
        _log.exception("%s could not be performed", effect.key)
        trouble = f"{type(fault).__name__}: {fault}"
        await engine.perform(lambda store: store.effect_failed(effect.key, trouble))
        return
    await engine.perform(_done(effect.key, engine.now()))


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

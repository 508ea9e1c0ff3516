"""Questions to the store, asked off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from mulmok.model.errors import StoreError
from mulmok.store.query import Query
from mulmok.store.trouble import store_error
from mulmok.web.port import Engine

T = TypeVar("T")


async def ask(engine: Engine, question: Callable[[Query], T]) -> T:
    """Give what `question` finds in a read-only view. Raises StoreError."""
    try:
        return await asyncio.to_thread(_asked, engine, question)
    except StoreError as error:
        engine.saw(error)
        raise


def _asked(engine: Engine, question: Callable[[Query], T]) -> T:
    with engine.query() as query, store_error(query.path):
        return question(query)

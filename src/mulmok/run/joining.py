"""What waits for the writer, and which of it becomes one message.

Fifty devices that are read in one instant bring fifty messages of a few readings; judged one by one
each costs what all of them cost together. One message of many rows means the same as many of few
(docs/decisions/0003-arrival-order-is-part-of-a-message.md), and it is journaled as the one it has
become, so that a replay judges just that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np

from mulmok.model.message import Message, Readings
from mulmok.store.sqlite import Store

#: How many readings are joined at most. Site choice: some 10 ms of judging.
JOINED = 20_000


@dataclass(slots=True)
class Waiting:
    """A message, or work on the store, with the future of who handed it over."""

    message: Message | None
    #: Instead of a message: work on the store that needs the writer's connection.
    work: Callable[[Store], object] | None
    done: Future[object]
    #: Whether readings may be taken together with others that wait.
    joins: bool = False


def together(group: Sequence[Waiting]) -> list[tuple[Message, list[Waiting]]]:
    """Give the messages of a group, readings in a row that may join as one, each with who waits for it."""
    parts: list[tuple[Message, list[Waiting]]] = []
    for waiting in group:
        message = waiting.message
        if message is None:
            continue
        if parts and waiting.joins and isinstance(message, Readings):
            before, others = parts[-1]
            if (
                others[-1].joins
                and isinstance(before, Readings)
                and len(before) + len(message) <= JOINED
            ):
                others.append(waiting)
                parts[-1] = _join(before, message), others
                continue
        parts.append((message, [waiting]))
    return parts


def _join(first: Readings, second: Readings) -> Readings:
    names = dict.fromkeys([*first.source.split("+"), second.source])
    return Readings(
        received_at=max(first.received_at, second.received_at),
        channel=np.concatenate((first.channel, second.channel)),
        at=np.concatenate((first.at, second.at)),
        value=np.concatenate((first.value, second.value)),
        status=np.concatenate((first.status, second.status)),
        source="+".join(names),
    )

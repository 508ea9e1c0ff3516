"""Where a works goes on from: the last snapshot and the journal after it, or its own history.

A crash anywhere leaves snapshot and journal agreeing: what was acknowledged is in the journal, and
replaying it brings back the very state in which the process died. When the site file has changed,
no snapshot fits; then the stored readings of the last weeks are judged again under the new file,
silently, and the alarms are taken over as far as their rules are unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import merge

import numpy as np

from mulmok.config.site import Site
from mulmok.judge.pipeline import Pipeline, PipelineState
from mulmok.model.message import Message, Readings, Tick
from mulmok.model.time import DAY
from mulmok.run.build import load_state, state_key
from mulmok.run.guarded import judge
from mulmok.store.query import Query
from mulmok.store.sqlite import Store

#: How much stored history a new site file is made familiar with. Site choice: it covers the warm-up
#: of every stage.
WARM_UP = 30 * DAY

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Recovered:
    """The state to go on from, and how it was come by."""

    state: PipelineState
    replayed: int
    rebuilt: bool


def recover(site: Site, pipeline: Pipeline, store: Store, query: Query) -> Recovered:
    """Bring back the state in which the works was left."""
    channels = len(site.channels)
    snapshot = store.load_snapshot(state_key(site, pipeline))
    if snapshot is not None:
        after, data = snapshot
        state, count = load_state(pipeline, data), 0
        for _, message in store.journal(after):
            state, _ = judge(pipeline, state, message, channels=channels)
            count += 1
        return Recovered(state, count, rebuilt=False)
    state, count = pipeline.start(), 0
    for message in _remembered(site, store, query):
        state, _ = judge(pipeline, state, message, channels=channels)
        count += 1
    return Recovered(state, count, rebuilt=count > 0)


def _remembered(site: Site, store: Store, query: Query) -> Iterator[Message]:
    """Stored readings of the warm-up span and the journal's other messages, in time order."""
    span = query.data_range()
    if span is None:
        return
    start = max(span[0], span[1] - WARM_UP)
    others = (
        message
        for _, message in store.journal(0)
        if not isinstance(message, Readings | Tick) and message.at >= start
    )
    yield from merge(stored_readings(site, query, start, span[1] + 1), others, key=_instant)


def stored_readings(site: Site, query: Query, start: int, end: int) -> Iterator[Readings]:
    """Stored readings from `start` up to before `end` [ns UTC], a day at a time, in time order."""
    for day in range(start, end, DAY):
        columns = [
            (index, query.rows(channel.id, day, min(day + DAY, end)))
            for index, channel in enumerate(site.channels)
        ]
        channel = np.concatenate([np.full(len(rows.at), i, np.int16) for i, rows in columns])
        at = np.concatenate([rows.at for _, rows in columns])
        if len(at) == 0:
            continue
        order = np.lexsort((channel, at))
        yield Readings(
            received_at=day,
            channel=channel[order],
            at=at[order],
            value=np.concatenate([rows.value for _, rows in columns])[order],
            status=np.concatenate([rows.status for _, rows in columns])[order],
            source="history",
        )


def _instant(message: Message) -> int:
    return int(message.at[0]) if isinstance(message, Readings) else message.at

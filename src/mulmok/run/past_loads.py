"""Loads of past days from all readings stored of them: what came in later joins what was there."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mulmok.config.site import Site
from mulmok.judge.derive.load import Loads
from mulmok.model.block import Block
from mulmok.model.judgement import Load
from mulmok.model.time import DAY
from mulmok.store.query import Query


def loads_between(
    site: Site, stage: Loads, query: Query, begin: int, end: int
) -> Iterator[tuple[Load, ...]]:
    """Give the loads of every local day touched from `begin` to `end` [ns UTC] that is over, by day.

    Of the last day with readings only the hours that are over.
    """
    zone, span = site.works.zone, query.data_range()
    if span is None:
        return
    first, last = zone.day_start(begin), min(zone.next_day(end), span[1])
    # A day more before: a reading of then may still hold at the beginning.
    state = stage.start()
    for start in range(zone.day_start(first - 1), last, DAY):
        until = min(start + DAY, last)
        state, loads = stage.step(state, (_judged(site, query, start, until), until))
        yield tuple(load for load in loads if load.start >= first)


def _judged(site: Site, query: Query, start: int, end: int) -> Block:
    """Stored readings with the flags they were given."""
    parts = [query.rows(channel.id, start, end) for channel in site.channels]
    return Block(
        np.concatenate([part.at for part in parts]),
        np.concatenate([part.value for part in parts]),
        np.concatenate([part.flag for part in parts]),
        np.concatenate([part.status for part in parts]),
        np.concatenate([part.reasons for part in parts]),
        np.cumsum([0, *(len(part) for part in parts)]).astype(np.int64),
    )

"""The stored history as pieces of a readings file, with what was judged of each reading."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mulmok.config.site import Site
from mulmok.model.time import DAY
from mulmok.source.files.rows import Rows
from mulmok.source.files.write import Piece
from mulmok.store.query import Query


def stored_pieces(site: Site, query: Query, start: int, end: int) -> Iterator[Piece]:
    """Stored readings from `start` up to before `end` [ns UTC], a day at a time, in time order."""
    for day in range(start, end, DAY):
        parts = [query.rows(channel.id, day, min(day + DAY, end)) for channel in site.channels]
        channel = np.repeat(np.arange(len(parts), dtype=np.int16), [len(rows) for rows in parts])
        at = np.concatenate([rows.at for rows in parts])
        if not len(at):
            continue
        order = np.lexsort((channel, at))
        yield Piece(
            Rows(
                channel[order],
                at[order],
                np.concatenate([rows.value for rows in parts])[order],
                np.concatenate([rows.status for rows in parts])[order],
            ),
            np.concatenate([rows.flag for rows in parts])[order],
            np.concatenate([rows.reasons for rows in parts])[order],
        )

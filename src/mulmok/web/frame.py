"""The frame: what the live stream sends each second, encoded once for everybody.

It has no sentences, so that it is the same in every language; pages know their words themselves.
"""

from __future__ import annotations

import hashlib
import math

import msgspec

from mulmok.config.site import Site
from mulmok.model.time import SECOND
from mulmok.web.board import Board
from mulmok.web.loads import loads_of
from mulmok.web.moments import Moments
from mulmok.web.numbers import share, show_mass
from mulmok.web.picture import BAR_WIDTH
from mulmok.web.rows import Row, rows_of

_MS = 1_000_000


def frame_of(site: Site, board: Board) -> bytes:
    """Encode the board for the pages' script; `static/live.js` reads it."""
    moments = Moments(site.works.zone, "en")
    newest = board.newest
    return msgspec.json.encode(
        {
            "now": board.status.now // _MS,
            "clock": moments.full(board.status.now),
            "newest": None if newest is None else newest // _MS,
            "lag": round(board.status.lag / SECOND, 1),
            "health": board.status.health.value,
            "stands": standing(board),
            "drawn": board.drawn,
            "rows": {row.channel.id: _row(row) for row in rows_of(site, board)},
            "loads": {
                row.channel.id: [
                    show_mass(row.rate),
                    share(row.against),
                    show_mass(row.today),
                    share(row.coverage),
                    round(row.filled * BAR_WIDTH, 1),
                    math.isfinite(row.against) and row.against > 1,
                ]
                for row in loads_of(site, board)
            },
        }
    )


def _row(row: Row) -> list[object]:
    alarm = row.alarm
    return [
        row.shown,
        None if row.at is None else row.at // _MS,
        row.kind,
        row.old,
        row.reasons,
        row.status,
        row.x,
        row.beyond,
        row.band,
        row.band_words,
        row.side,
        0 if alarm is None else alarm.rule.priority,
    ]


def standing(board: Board) -> str:
    """Mark that changes when alarms or events do: then pages fetch those parts anew."""
    alarms = [
        (view.rule.id, view.state, view.active_since, view.acked_at, view.shelved_until)
        for view in board.alarms
    ]
    events = [
        (event.id, event.known_at, event.verdict, event.causes, len(board.said.get(event.id, ())))
        for event in board.events
    ]
    status = board.status
    said = msgspec.json.encode((alarms, events, status.health, status.silent, board.newest is None))
    return hashlib.blake2b(said, digest_size=6).hexdigest()

"""Where the past of a demo may end: in a calm, so that an onlooker sees the first event begin.

A month of simulated instruments has its cleanings, lost connections and doubtful hours, and an event
still open when the tanker comes would swallow it. So the month is judged once to look, a few hours
beyond its end, and ends at the latest quiet moment of its last day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from mulmok.config.site import Site
from mulmok.model.message import Readings
from mulmok.model.status import Status
from mulmok.model.time import DAY, FOREVER, HOUR, MINUTE
from mulmok.run.build import build_pipeline
from mulmok.run.replay import replay
from mulmok.source.files.read import chunks
from mulmok.source.files.rows import Rows
from mulmok.source.simulator.simulate import is_effluent

#: How long nothing has gone on before the past ends [ns]: events are over by then. Site choice.
CALM = 3 * HOUR
_STEP = 10 * MINUTE
#: First and last instant of something that goes on [ns UTC].
Span = tuple[int, int]


def calm_end(spans: Sequence[Span], now: int, wait: int) -> int:
    """Latest instant of the day up to `now` with nothing going on around it; else `now`.

    wait  how long it must stay quiet afterwards [ns]
    """
    for end in range(now, now - DAY, -_STEP):
        if not any(begin < end + wait and over > end - CALM for begin, over in spans):
            return end
    return now


def going_on(
    site: Site, days: Sequence[Rows], ahead: int, progress: Callable[[float], None]
) -> list[Span]:
    """Events that judging finds in readings, and times at which an inlet instrument was out.

    ahead  by how much instruments must be well longer than events are away [ns]
    """
    found = replay(build_pipeline(site), _messages(days, progress), len(site.channels)).events
    spans = [
        (event.started_at, FOREVER if event.ended_at is None else event.ended_at) for event in found
    ]
    inlet = np.array([not is_effluent(channel) for channel in site.channels])
    for rows in days:
        out = inlet[rows.channel] & (rows.status != Status.NORMAL)
        spans += [(at - ahead, at) for at in np.unique(rows.at[out]).tolist()]
    return spans


def _messages(days: Sequence[Rows], progress: Callable[[float], None]) -> Iterator[Readings]:
    for done, rows in enumerate(days, start=1):
        yield from chunks(rows, DAY, "simulator")
        progress(done / len(days))

"""Readings that were due and never came, of sources that cannot be asked for the past.

An interval after a reading was due nobody will bring it any more: it is kept as missing with
COMM_FAIL, so that the gap stands in the history as what it is. Until then it may still come.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mulmok.model.clock import Clock
from mulmok.model.status import Status
from mulmok.model.time import SECOND
from mulmok.run.tally import Tally
from mulmok.source.port import Arrival

#: How long what a source is told of may be on its way after the next turn [ns], and at most half an
#: interval. So long ticks stay behind the clock as well. Site choice.
_ON_ITS_WAY = 5 * SECOND


class Unread:
    """Watches the turns of one source's channels.

    every   interval of each channel by its index [ns]
    told    the source is told of changes (`source.port.Driver`): what it is told of at about each
            turn comes now before and now after it, and is waited for a little longer
    """

    def __init__(self, clock: Clock, every: Mapping[int, int], *, told: bool = False) -> None:
        self._clock = clock
        self._every = dict(every)
        self._longer = {
            index: min(_ON_ITS_WAY, span // 2) if told else 0 for index, span in every.items()
        }
        now = clock.now()
        #: Newest turn of each channel that is settled: read, or said to be unread.
        self._settled = {index: now // span * span for index, span in every.items()}

    async def turn(self, tally: Tally) -> Arrival | None:
        """Wait until turns may be over; give what was not read at them, None when all was."""
        over = min(
            self._settled[index] + 2 * every + self._longer[index]
            for index, every in self._every.items()
        )
        await self._clock.sleep_until(over)
        now, channel, at = self._clock.now(), [], []
        for index, every in self._every.items():
            last = (now - self._longer[index]) // every * every - every
            begin = max(self._settled[index], tally.heard(index)) // every * every
            # After a long stop of our own only the last turn is told of: the gap says the rest.
            begin = max(begin, last - every)
            if begin + every <= last:
                channel.append(index)
                at.append(last)
            else:
                self._settled[index] = max(self._settled[index], last)
        if not channel:
            return None
        count = len(channel)
        return Arrival(
            np.array(channel, np.int16),
            np.array(at, np.int64),
            np.full(count, np.nan),
            np.full(count, Status.COMM_FAIL, np.uint8),
        )

    def said(self, index: int, at: int) -> None:
        """Note that it is on disk that a channel was not read at `at`."""
        self._settled[index] = max(self._settled[index], at)

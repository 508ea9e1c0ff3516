"""What was counted of one source: how much it brings, how often it fails, how far its clock is off."""

from __future__ import annotations

import math
from collections import Counter, deque
from dataclasses import dataclass, field

import numpy as np

from mulmok.model.time import NEVER
from mulmok.source.port import Arrival

#: Deliveries over which the offset of a clock is the smallest: what is on its way adds to it, and
#: nothing takes away. Site choice.
_REMEMBERED = 60


@dataclass(slots=True)
class ChannelTally:
    """One channel's readings since start; instants are NEVER where there was none.

    at        newest instant that was delivered [ns UTC]
    good_at   newest instant with a value [ns UTC]
    value, status, came_at  of the reading delivered last, and when it came [ns UTC]
    """

    readings: int = 0
    missing: int = 0
    at: int = NEVER
    good_at: int = NEVER
    value: float = math.nan
    status: int = 0
    came_at: int = NEVER


@dataclass(slots=True)
class Tally:
    """Counts of one source; written by its supervisor, read by whoever looks."""

    deliveries: int = 0
    readings: int = 0
    failures: int = 0
    starts: int = 0
    delivered_at: int = NEVER
    failed_at: int = NEVER
    #: How it failed last.
    fault: str = ""
    #: How it failed, and how often in each way: only the commonest few are kept.
    faults: Counter[str] = field(default_factory=Counter)
    channels: dict[int, ChannelTally] = field(default_factory=dict)
    _offsets: deque[int] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))

    def delivered(self, arrival: Arrival, now: int) -> None:
        """Count what was delivered and is on disk."""
        self.deliveries += 1
        self.readings += len(arrival)
        self.delivered_at = now
        if not len(arrival):
            return
        self._offsets.append(now - int(arrival.at.max()))
        order = np.argsort(arrival.channel, kind="stable")
        channel, at, value = arrival.channel[order], arrival.at[order], arrival.value[order]
        gone = np.isnan(value)
        begin = np.flatnonzero(np.diff(channel, prepend=-1))
        last = np.append(begin[1:], len(channel)) - 1
        columns = (
            channel[begin],
            last - begin + 1,
            np.add.reduceat(gone.astype(np.int64), begin),
            np.maximum.reduceat(at, begin),
            np.maximum.reduceat(np.where(gone, NEVER, at), begin),
            at[last],
            value[last],
            arrival.status[order][last],
        )
        for index, count, missing, newest, good_at, last_at, shown, status in zip(
            *(column.tolist() for column in columns), strict=True
        ):
            one = self.channels.setdefault(index, ChannelTally())
            one.readings += count
            one.missing += missing
            if last_at >= one.at:
                one.value, one.status = shown, status
            one.at, one.good_at = max(one.at, newest), max(one.good_at, good_at)
            one.came_at = now

    def failed(self, words: str, now: int) -> None:
        """Count a failure."""
        self.failures += 1
        self.failed_at, self.fault = now, words
        self.faults[words] += 1
        if len(self.faults) > 2 * _REMEMBERED:
            self.faults = Counter(dict(self.faults.most_common(_REMEMBERED)))

    def heard(self, index: int) -> int:
        """Instant up to which a channel was heard [ns UTC], by its own time or by when it came; NEVER.

        An instrument whose clock lags is not unread.
        """
        one = self.channels.get(index)
        return NEVER if one is None else max(one.at, one.came_at)

    @property
    def offset(self) -> int | None:
        """How far its clock is behind ours [ns], negative when ahead; None before it is known."""
        return min(self._offsets, default=None)

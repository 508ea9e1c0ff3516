"""The memory of a simulated device: what its instruments showed of late, to be sent again."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from mulmok.model.status import Status
from mulmok.model.time import DAY
from mulmok.source.peer import Instruments
from mulmok.source.port import Setup


@dataclass(frozen=True, slots=True)
class Held:
    """One reading; `at` [ns UTC], `value` [canonical unit]."""

    at: int
    index: int
    value: float
    status: Status


@dataclass
class Ring:
    """Readings of all members of a source, each at multiples of its interval.

    keep  how long they are remembered [ns]
    """

    setup: Setup
    instruments: Instruments
    keep: int = DAY
    _held: list[Held] = field(default_factory=list)
    _upto: int | None = None

    def present(self, now: int) -> list[Held]:
        """Newest reading of each channel [ns UTC]."""
        newest = {held.index: held for held in self.between(now - self.keep, now, now)}
        return [newest[index] for index in sorted(newest)]

    def between(self, begin: int, end: int, now: int) -> list[Held]:
        """Readings from one instant to another [ns UTC], in order of time."""
        self._fill(now)
        first = bisect_left(self._held, begin, key=_at)
        return self._held[first : bisect_right(self._held, end, key=_at)]

    def _fill(self, now: int) -> None:
        done = now - self.keep if self._upto is None else self._upto
        if now <= done:
            return
        self._upto = now
        new = []
        for index, channel in self.setup.feeding():
            first = (done // channel.every + 1) * channel.every
            for at in range(first, now + 1, channel.every):
                value, status = self.instruments.show(index, at)
                # What shows nothing leaves no record, unless it says why.
                if not math.isnan(value) or status is not Status.NORMAL:
                    new.append(Held(at, index, value, status))
        self._held += sorted(new, key=lambda held: (held.at, held.index))
        del self._held[: bisect_left(self._held, now - self.keep, key=_at)]


def _at(held: Held) -> int:
    return held.at

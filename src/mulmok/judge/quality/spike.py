"""Spike: a value far from its recent median that does not stay.

Causal Hampel filter: |x - median| > k * max(1.4826 MAD, resolution) over the last `WINDOW` values
before the row, and as far from the newest of them: a morning that rises step by step leaves the median
behind and is no spike. Causal means that the row itself cannot know whether the next will agree; so after
`PERSISTING` outliers in a row on the same side the change is taken for real, and the window is
filled anew from there: foreign water loses its first `PERSISTING` - 1 readings to suspicion at most.
`WINDOW` outliers in a row on either side are the channel's new scatter, and are taken likewise.

References
----------
.. [1] R. K. Pearson, "Outliers in process modeling and identification," IEEE Trans. Control Syst.
   Technol. 10(1), 2002 (Hampel identifier). Differs: past values only, a jump asked for as well, and
   release by persistence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from mulmok.model.block import Block, Bytes, Instants, Values
from mulmok.model.channel import Channel
from mulmok.model.flag import Reason
from mulmok.model.time import MINUTE, NEVER

#: Values in the window; outliers in a row on one side that make a level; both site choice.
WINDOW = 11
PERSISTING = 3
#: The window is forgotten after so many intervals without a value.
_FORGET = 10
#: Share of the median below which no scatter is believed, at one reading a minute. It grows with the
#: square root of the interval, as wandering water does: a night without change must not make
#: the first readings of a slow analyser's morning outliers. Site choice.
_RELATIVE_FLOOR = 0.02


@dataclass(frozen=True, eq=False)
class SpikeState:
    """Window per channel, and how many outliers stand in a row."""

    #: Values in order of arrival, and sorted; how many, and where the next one goes.
    ring: NDArray[np.float64]
    ordered: NDArray[np.float64]
    count: Instants
    place: Instants
    #: Outliers in a row on one side (below: negative), and on either.
    outliers: Instants
    burst: Instants
    last_at: Instants


@dataclass(frozen=True, eq=False)
class SpikeCheck:
    """Deviations tolerated [1], floor of the scatter [canonical unit], memory [ns], per channel."""

    deviations: Values
    floor: Values
    relative: Values
    memory: Instants
    name: ClassVar[str] = "spike"
    version: ClassVar[int] = 2
    reason: ClassVar[Reason] = Reason.SPIKE
    state_type: ClassVar[type[SpikeState]] = SpikeState

    @classmethod
    def for_channels(cls, channels: tuple[Channel, ...]) -> SpikeCheck:
        """Take each channel's settings."""
        return cls(
            np.array([channel.spike_deviations for channel in channels], np.float64),
            np.array([2 * channel.resolution for channel in channels], np.float64),
            np.array([_relative_floor(channel) for channel in channels]),
            np.array([_FORGET * channel.every for channel in channels], np.int64),
        )

    def start(self) -> SpikeState:
        """Empty windows."""
        count = len(self.memory)
        return SpikeState(
            np.zeros((count, WINDOW)),
            np.zeros((count, WINDOW)),
            np.zeros(count, np.int64),
            np.zeros(count, np.int64),
            np.zeros(count, np.int64),
            np.zeros(count, np.int64),
            np.full(count, NEVER, np.int64),
        )

    def step(self, state: SpikeState, block: Block) -> tuple[SpikeState, Bytes]:
        """Mark a block: SUSPECT for a spike, NOT_EVALUATED while the window fills."""
        after = SpikeState(
            state.ring.copy(),
            state.ordered.copy(),
            state.count.copy(),
            state.place.copy(),
            state.outliers.copy(),
            state.burst.copy(),
            state.last_at.copy(),
        )
        marks = np.empty(len(block), np.uint8)
        _spike(
            block.at,
            block.value,
            block.flag,
            block.bounds,
            self.deviations,
            self.floor,
            self.relative,
            self.memory,
            after.ring,
            after.ordered,
            after.count,
            after.place,
            after.outliers,
            after.burst,
            after.last_at,
            marks,
        )
        return after, marks


def _relative_floor(channel: Channel) -> float:
    if not channel.quantity.log:
        return 0.0
    return _RELATIVE_FLOOR * float(np.sqrt(max(channel.every / MINUTE, 1.0)))


@njit(cache=True, nogil=True)
def _spike(  # type: ignore[no-untyped-def]  # noqa: ANN202
    at, value, flag, bounds, deviations, floor, relative, memory,  # noqa: ANN001
    ring, ordered, count, place, outliers, burst, last_at, marks,  # noqa: ANN001
):  # fmt: skip
    size = ring.shape[1]
    for c in range(len(bounds) - 1):
        window = ring[c]
        line = ordered[c]
        for row in range(bounds[c], bounds[c + 1]):
            x = value[row]
            marks[row] = 2
            if np.isnan(x) or flag[row] == 4 or flag[row] == 9:
                continue
            if at[row] - last_at[c] > memory[c]:
                count[c] = 0
                place[c] = 0
                outliers[c] = 0
                burst[c] = 0
            last_at[c] = at[row]
            n = count[c]
            if n == size:
                median = line[size // 2]
                # Median of |line - median| without sorting: walk outwards from the middle, since
                # the line is sorted the nearest values come first.
                left = size // 2 - 1
                right = size // 2 + 1
                mad = 0.0
                for _ in range(size // 2):
                    below = median - line[left] if left >= 0 else np.inf
                    above = line[right] - median if right < size else np.inf
                    if below <= above:
                        mad = below
                        left -= 1
                    else:
                        mad = above
                        right += 1
                scatter = max(1.4826 * mad, floor[c], relative[c] * abs(median))
                newest = window[(place[c] + size - 1) % size]
                if min(abs(x - median), abs(x - newest)) > deviations[c] * scatter:
                    side = 1 if x > median else -1
                    outliers[c] = outliers[c] + side if outliers[c] * side >= 0 else side
                    burst[c] += 1
                    if abs(outliers[c]) < PERSISTING and burst[c] < WINDOW:
                        marks[row] = 3
                        continue
                    # It stays: a new level, or a new scatter. The window starts anew from here.
                    outliers[c] = 0
                    burst[c] = 0
                    n = 0
                    place[c] = 0
                else:
                    outliers[c] = 0
                    burst[c] = 0
                marks[row] = 1
            if n < size:
                spot = n
                while spot > 0 and line[spot - 1] > x:
                    line[spot] = line[spot - 1]
                    spot -= 1
                line[spot] = x
                count[c] = n + 1
            else:
                old = window[place[c]]
                spot = 0
                while line[spot] != old:
                    spot += 1
                while spot + 1 < size and line[spot + 1] < x:
                    line[spot] = line[spot + 1]
                    spot += 1
                while spot > 0 and line[spot - 1] > x:
                    line[spot] = line[spot - 1]
                    spot -= 1
                line[spot] = x
            window[place[c]] = x
            place[c] = (place[c] + 1) % size

"""Two-sided CUSUM on how far each channel is from its expectation: slow and sudden shifts alike.

The sum grows by (|score| - slack) for each minute the reading stands for, on the side of the score,
and never falls below zero; a finding opens when it crosses the threshold and closes when the score
has been back within `back` deviations for a while. One reading adds no more than `_SHARE` of the
threshold, so one wild value is no finding, whatever the interval; values held back as possible spikes
count as soon as the next one on their side is taken for real. A finding that has lasted `accept`
is closed: what lasts is the new normal, and its side is armed again once the score has been back.

References
----------
.. [1] E. S. Page, "Continuous inspection schemes," Biometrika 41(1/2), 100-115, 1954. Differs: both
   sides, weighted by time, clipped, and with an end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from mulmok.model.block import Block, Instants
from mulmok.model.channel import Channel
from mulmok.model.finding import Finding
from mulmok.model.flag import Flag, Reason
from mulmok.model.judgement import Expectation
from mulmok.model.time import HOUR, MINUTE, NEVER

#: Largest part of the threshold one reading can add.
_SHARE = 0.6
#: So many held-back values count at most.
_HELD = 2
#: A reading stands for so many minutes at most: a slow analyser's next value is news of its own.
_LONGEST = 10.0


@dataclass(frozen=True, eq=False)
class CusumState:
    """Per channel and side (above, below)."""

    total: NDArray[np.float64]
    #: Since when the sum is above zero; when the finding opened, NEVER: none is open [ns UTC].
    since: NDArray[np.int64]
    opened: NDArray[np.int64]
    #: Last instant further out than `back` [ns UTC].
    out_at: NDArray[np.int64]
    #: Furthest score of the open finding, and observed by expected there.
    peak: NDArray[np.float64]
    ratio: NDArray[np.float64]
    #: False after a finding was accepted, until the score has been back.
    armed: NDArray[np.bool_]
    last_at: Instants
    #: Readings of a side held back as possible spikes since the last usable one, and the first's time.
    held: NDArray[np.int64]
    held_at: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Cusum:
    """CUSUM of every channel's score.

    every           [ns] per channel
    slack, back     [deviations]
    threshold       [deviations * minutes]
    quiet, accept   [ns]

    The settings are measured: benchmarks/detection_first_look.py shows what they cost and find.
    """

    every: Instants
    slack: float = 4.0
    threshold: float = 20.0
    back: float = 2.0
    quiet: int = 20 * MINUTE
    accept: int = 12 * HOUR
    name: ClassVar[str] = "cusum"
    version: ClassVar[int] = 2
    state_type: ClassVar[type[CusumState]] = CusumState

    @classmethod
    def for_channels(cls, channels: tuple[Channel, ...]) -> Cusum:
        """Take each channel's interval."""
        return cls(np.array([channel.every for channel in channels], np.int64))

    def start(self) -> CusumState:
        """Give sums at zero and nothing open."""
        shape = (len(self.every), 2)
        return CusumState(
            np.zeros(shape),
            np.full(shape, NEVER, np.int64),
            np.full(shape, NEVER, np.int64),
            np.full(shape, NEVER, np.int64),
            np.zeros(shape),
            np.full(shape, np.nan),
            np.ones(shape, np.bool_),
            np.full(len(self.every), NEVER, np.int64),
            np.zeros(shape, np.int64),
            np.full(shape, NEVER, np.int64),
        )

    def step(
        self, state: CusumState, given: tuple[Block, Expectation]
    ) -> tuple[CusumState, tuple[Finding, ...]]:
        """Give the findings that opened and closed in a block."""
        block, expectation = given
        if len(block) == 0:
            return state, ()
        after = CusumState(
            state.total.copy(),
            state.since.copy(),
            state.opened.copy(),
            state.out_at.copy(),
            state.peak.copy(),
            state.ratio.copy(),
            state.armed.copy(),
            state.last_at.copy(),
            state.held.copy(),
            state.held_at.copy(),
        )
        spike = (block.flag == Flag.SUSPECT) & (block.reasons & np.uint32(Reason.SPIKE) != 0)
        # Room for the worst case; memory that is never touched is never taken.
        words = np.empty((2 * len(block), 5), np.int64)
        sizes = np.empty((2 * len(block), 2))
        count = _cusum(
            block.at, block.value, spike, expectation.expected, expectation.score, block.bounds,
            self.every, self.slack, self.threshold, self.back, self.quiet, self.accept,
            after.total, after.since, after.opened, after.out_at, after.peak, after.ratio,
            after.armed, after.last_at, after.held, after.held_at, words, sizes,
        )  # fmt: skip
        found = zip(words[:count].tolist(), sizes[:count].tolist(), strict=True)
        return after, tuple(self._finding(word, size) for word, size in found)

    def _finding(self, word: list[int], size: list[float]) -> Finding:
        channel, side, since, opened, ended = word
        return Finding(
            detector=self.name,
            channel=channel,
            since=since,
            at=opened,
            direction=1 if side == 0 else -1,
            strength=size[0],
            ratio=size[1],
            ended_at=None if ended == NEVER else ended,
        )


_NEVER = -(2**62)
_MINUTE_NS = 60_000_000_000.0


@njit(cache=True, nogil=True)
def _cusum(  # type: ignore[no-untyped-def]  # noqa: ANN202
    at, value, spike, expected, score, bounds,  # noqa: ANN001
    every, slack, threshold, back, quiet, accept,  # noqa: ANN001
    total, since, opened, out_at, peak, ratio, armed, last_at, held, held_at,  # noqa: ANN001
    words, sizes,  # noqa: ANN001
):  # fmt: skip
    count = 0
    for c in range(len(bounds) - 1):
        for row in range(bounds[c], bounds[c + 1]):
            z = score[row]
            unknown = np.isnan(z)
            span = 0.0
            if not unknown:
                span = min(min(at[row] - last_at[c], every[c]) / _MINUTE_NS, _LONGEST)
                last_at[c] = at[row]
            elif spike[row] and value[row] != expected[row]:
                side = 0 if value[row] > expected[row] else 1
                held_at[c, side] = held_at[c, side] if held[c, side] > 0 else at[row]
                held[c, side] += 1
            for side in range(2):
                up = -z if side == 1 else z
                if not unknown:
                    if up > back:
                        out_at[c, side] = at[row]
                    else:
                        armed[c, side] = True
                waiting = held[c, side]
                if not unknown:
                    held[c, side] = 0
                if opened[c, side] == _NEVER:
                    if unknown or not armed[c, side]:
                        continue
                    gain = min((up - slack) * span, _SHARE * threshold)
                    begun = at[row]
                    if gain > 0.0 and waiting > 0:
                        gain *= 1 + min(waiting, _HELD)
                        begun = held_at[c, side]
                    grown = max(total[c, side] + gain, 0.0)
                    if total[c, side] == 0.0 and grown > 0.0:
                        since[c, side] = begun
                    total[c, side] = grown
                    if grown <= threshold:
                        continue
                    opened[c, side] = at[row]
                    peak[c, side] = 0.0
                    ended = _NEVER
                else:
                    accepted = at[row] - opened[c, side] >= accept
                    calm = not unknown and at[row] - out_at[c, side] >= quiet
                    ended = at[row] if calm or accepted else _NEVER
                    if accepted and not calm:
                        armed[c, side] = False
                if not unknown and up > peak[c, side]:
                    peak[c, side] = up
                    ratio[c, side] = value[row] / expected[row] if expected[row] > 0.0 else np.nan
                if ended == _NEVER and opened[c, side] != at[row]:
                    continue
                words[count, 0] = c
                words[count, 1] = side
                words[count, 2] = since[c, side]
                words[count, 3] = opened[c, side]
                words[count, 4] = ended
                sizes[count, 0] = peak[c, side]
                sizes[count, 1] = ratio[c, side]
                count += 1
                if ended != _NEVER:
                    opened[c, side] = _NEVER
                    total[c, side] = 0.0
    return count

"""Two-sided CUSUM on how far each channel is from its expectation: slow and sudden shifts alike.

The sum grows by (|score| - slack) for each minute the reading stands for, on the side of the score,
and never falls below zero; a finding opens when it crosses the threshold and closes when the score has
been back within `back` deviations for a while. One reading counts `clip` deviations at most, so one
wild value is no finding. A finding that has lasted `accept` is closed: what lasts is the new normal.

References
----------
.. [1] E. S. Page, "Continuous inspection schemes," Biometrika 41(1/2), 100-115, 1954. Differs: both
   sides, time-weighted, clipped, and with an end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from mulmok.model.block import Block, Instants, Values
from mulmok.model.channel import Channel
from mulmok.model.finding import Finding
from mulmok.model.judgement import Expectation
from mulmok.model.time import HOUR, MINUTE, NEVER

#: Settings, measured on simulated influent (benchmarks/detection); units: deviations, deviations *
#: minutes, minutes.
SLACK = 3.0
THRESHOLD = 20.0
CLIP = 12.0
BACK = 2.0
QUIET = 20 * MINUTE
ACCEPT = 12 * HOUR
#: A reading stands for so many minutes at most: a slow analyser needs two values to convince.
_LONGEST = 5.0

@dataclass(frozen=True, eq=False)
class CusumState:
    """Per channel and side (above, below)."""

    total: NDArray[np.float64]
    #: Since when the sum is above zero, and since when the finding is open; NEVER: not [ns UTC].
    since: NDArray[np.int64]
    opened: NDArray[np.int64]
    #: Last instant out of the ordinary, per side [ns UTC].
    out_at: NDArray[np.int64]
    last_at: Instants


@dataclass(frozen=True, eq=False)
class Cusum:
    """CUSUM of every channel's score, weighted by the channel's interval [ns]."""

    every: Instants
    name: ClassVar[str] = "cusum"
    version: ClassVar[int] = 1
    state_type: ClassVar[type[CusumState]] = CusumState

    @classmethod
    def for_channels(cls, channels: tuple[Channel, ...]) -> Cusum:
        """Take each channel's interval."""
        return cls(np.array([channel.every for channel in channels], np.int64))

    def start(self) -> CusumState:
        """Sums at zero, nothing open."""
        count = len(self.every)
        return CusumState(
            np.zeros((count, 2)),
            np.full((count, 2), NEVER, np.int64),
            np.full((count, 2), NEVER, np.int64),
            np.full((count, 2), NEVER, np.int64),
            np.full(count, NEVER, np.int64),
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
            state.last_at.copy(),
        )
        words = np.empty((2 * len(block) + 4, 5), np.int64)
        count = _cusum(
            block.at, expectation.score, block.bounds, self.every,
            after.total, after.since, after.opened, after.out_at, after.last_at, words,
            SLACK, THRESHOLD, CLIP, BACK, QUIET, ACCEPT, _LONGEST,
        )  # fmt: skip
        return after, tuple(self._finding(word, block, expectation) for word in words[:count])

    def _finding(
        self, word: NDArray[np.int64], block: Block, expectation: Expectation
    ) -> Finding:
        channel, side, row, since, opened = (int(part) for part in word)
        at = int(block.at[row])
        return Finding(
            detector=self.name,
            channel=channel,
            since=since,
            at=at if opened == NEVER else opened,
            direction=1 if side == 0 else -1,
            strength=abs(float(expectation.score[row])),
            ratio=_ratio(float(block.value[row]), float(expectation.expected[row])),
            ended_at=None if opened == NEVER else at,
        )


def _ratio(observed: float, expected: float) -> float:
    return observed / expected if expected > 0 else float("nan")


@njit(cache=True, nogil=True)
def _cusum(  # type: ignore[no-untyped-def]  # noqa: ANN202
    at, score, bounds, every, total, since, opened, out_at, last_at, words,  # noqa: ANN001
    slack, threshold, clip, back, quiet, accept, longest,  # noqa: ANN001
):  # fmt: skip
    never = -(2**62)
    count = 0
    for c in range(len(bounds) - 1):
        for row in range(bounds[c], bounds[c + 1]):
            z = score[row]
            if np.isnan(z):
                continue
            span = min(at[row] - last_at[c], every[c]) / 60_000_000_000.0
            span = min(span, longest)
            last_at[c] = at[row]
            z = min(max(z, -clip), clip)
            for side in range(2):
                up = z if side == 0 else -z
                grown = max(total[c, side] + (up - slack) * span, 0.0)
                if total[c, side] == 0.0 and grown > 0.0:
                    since[c, side] = at[row]
                # Bounded, so that a long event does not need as long to be over.
                total[c, side] = min(grown, 3.0 * threshold)
                if up > back:
                    out_at[c, side] = at[row]
                if opened[c, side] == never:
                    if total[c, side] > threshold:
                        opened[c, side] = at[row]
                        words[count, 0] = c
                        words[count, 1] = side
                        words[count, 2] = row
                        words[count, 3] = since[c, side]
                        words[count, 4] = never
                        count += 1
                    continue
                calm = at[row] - out_at[c, side] >= quiet
                accepted = at[row] - opened[c, side] >= accept
                if calm or accepted:
                    words[count, 0] = c
                    words[count, 1] = side
                    words[count, 2] = row
                    words[count, 3] = since[c, side]
                    words[count, 4] = opened[c, side]
                    count += 1
                    opened[c, side] = never
                    total[c, side] = 0.0
    return count

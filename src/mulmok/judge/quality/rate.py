"""Rate of change: faster than mixed water in a channel can change.

|x - previous usable value| per minute above the channel's limit is suspect (QARTOD rate of change
test, with a limit per minute instead of a multiple of sigma: the limit is a property of the water).
Not judged across a silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numba import njit

from mulmok.model.block import Block, Bytes, Instants, Values
from mulmok.model.channel import Channel
from mulmok.model.flag import Reason
from mulmok.model.time import NEVER


@dataclass(frozen=True, eq=False)
class RateState:
    """Each channel's last usable reading."""

    last_at: Instants
    last_value: Values


@dataclass(frozen=True, eq=False)
class RateCheck:
    """Largest believable change [canonical unit per minute] and longest span judged [ns]."""

    limit: Values
    span: Instants
    name: ClassVar[str] = "rate"
    version: ClassVar[int] = 1
    reason: ClassVar[Reason] = Reason.RATE
    state_type: ClassVar[type[RateState]] = RateState

    @classmethod
    def for_channels(cls, channels: tuple[Channel, ...]) -> RateCheck:
        """Take each channel's limit."""
        return cls(
            np.array([channel.rate_limit for channel in channels], np.float64),
            np.array([channel.silence for channel in channels], np.int64),
        )

    def start(self) -> RateState:
        """Nothing to compare with yet."""
        count = len(self.limit)
        return RateState(np.full(count, NEVER, np.int64), np.full(count, np.nan))

    def step(self, state: RateState, block: Block) -> tuple[RateState, Bytes]:
        """Mark a block: SUSPECT too fast, GOOD, or NOT_EVALUATED without a recent value."""
        last_at, last_value = state.last_at.copy(), state.last_value.copy()
        marks = np.empty(len(block), np.uint8)
        _rate(
            block.at,
            block.value,
            block.flag,
            block.bounds,
            self.limit,
            self.span,
            last_at,
            last_value,
            marks,
        )
        return RateState(last_at, last_value), marks


@njit(cache=True, nogil=True)
def _rate(at, value, flag, bounds, limit, span, last_at, last_value, marks):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for c in range(len(bounds) - 1):
        for row in range(bounds[c], bounds[c + 1]):
            marks[row] = 2
            if np.isnan(value[row]) or flag[row] == 4 or flag[row] == 9:
                continue
            if last_at[c] > -(2**62) and at[row] - last_at[c] <= span[c]:
                minutes = (at[row] - last_at[c]) / 60_000_000_000.0
                fast = abs(value[row] - last_value[c]) > limit[c] * minutes
                marks[row] = 3 if fast else 1
            # The next reading is compared with this one even if it was too fast: a true step is
            # suspect once, not forever.
            last_at[c] = at[row]
            last_value[c] = value[row]

"""Range: outside the physically possible, or outside what the instrument can measure.

QARTOD gross range test with both spans as failures: a value the instrument cannot measure is no
more a measurement of the water than an impossible one. Infinite values fail whatever the range.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numba import njit

from mulmok.model.block import Block, Bytes, Values
from mulmok.model.channel import Channel
from mulmok.model.flag import Reason


@dataclass(frozen=True)
class RangeState:
    """Nothing is remembered."""


@dataclass(frozen=True, eq=False)
class RangeCheck:
    """Gross range, per channel [canonical unit]."""

    low: Values
    high: Values
    reason: Reason
    name: str
    version: ClassVar[int] = 1
    state_type: ClassVar[type[RangeState]] = RangeState

    @classmethod
    def for_channels(cls, channels: tuple[Channel, ...]) -> RangeCheck:
        """Take the instrument's range of each channel."""
        return cls(
            np.array([channel.low for channel in channels]),
            np.array([channel.high for channel in channels]),
            Reason.INSTRUMENT_RANGE,
            "range",
        )

    def start(self) -> RangeState:
        """Nothing to remember."""
        return RangeState()

    def step(self, state: RangeState, block: Block) -> tuple[RangeState, Bytes]:
        """Mark a block: FAIL outside, GOOD inside, NOT_EVALUATED where there is no value."""
        marks = np.empty(len(block), np.uint8)
        _range(block.value, block.bounds, self.low, self.high, marks)
        return state, marks


class PhysicalRangeCheck(RangeCheck):
    """Gross range over what can occur in sewage at all (model/quantity.py)."""

    @classmethod
    def for_channels(cls, channels: tuple[Channel, ...]) -> PhysicalRangeCheck:
        """Take the physical bounds of each channel's quantity."""
        return cls(
            np.array([channel.quantity.low for channel in channels]),
            np.array([channel.quantity.high for channel in channels]),
            Reason.PHYSICAL_RANGE,
            "physical_range",
        )


@njit(cache=True, nogil=True)
def _range(value, bounds, low, high, marks):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for c in range(len(bounds) - 1):
        for row in range(bounds[c], bounds[c + 1]):
            x = value[row]
            if np.isnan(x):
                marks[row] = 2
            elif x < low[c] or x > high[c] or np.isinf(x):
                marks[row] = 4
            else:
                marks[row] = 1

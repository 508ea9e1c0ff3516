"""Gap: the first reading after a silence cannot be compared with what came before it.

It is not bad; it is marked NOT_EVALUATED so that everyone sees why no rate was judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numba import njit

from mulmok.model.block import Block, Bytes, Instants
from mulmok.model.channel import Channel
from mulmok.model.flag import Reason
from mulmok.model.time import NEVER


@dataclass(frozen=True, eq=False)
class GapState:
    """When each channel last had a value [ns UTC]."""

    last_at: Instants


@dataclass(frozen=True, eq=False)
class GapCheck:
    """Marks readings that end a silence longer than `silence` [ns] of their channel."""

    silence: Instants
    name: ClassVar[str] = "gap"
    version: ClassVar[int] = 1
    reason: ClassVar[Reason] = Reason.GAP
    #: A remark for the reader; the reading itself is judged by the other checks.
    notes: ClassVar[bool] = True
    state_type: ClassVar[type[GapState]] = GapState

    @classmethod
    def for_channels(cls, channels: tuple[Channel, ...]) -> GapCheck:
        """Take how long each channel may be silent."""
        return cls(np.array([channel.silence for channel in channels], np.int64))

    def start(self) -> GapState:
        """Nothing heard yet."""
        return GapState(np.full(len(self.silence), NEVER, np.int64))

    def step(self, state: GapState, block: Block) -> tuple[GapState, Bytes]:
        """Mark a block: NOT_EVALUATED after a silence, else GOOD."""
        last_at, marks = state.last_at.copy(), np.empty(len(block), np.uint8)
        _gap(block.at, block.value, block.flag, block.bounds, self.silence, last_at, marks)
        return GapState(last_at), marks


@njit(cache=True, nogil=True)
def _gap(at, value, flag, bounds, silence, last_at, marks):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for c in range(len(bounds) - 1):
        for row in range(bounds[c], bounds[c + 1]):
            marks[row] = 1
            if np.isnan(value[row]) or flag[row] == 9:
                continue
            if last_at[c] > -(2**62) and at[row] - last_at[c] > silence[c]:
                marks[row] = 2
            last_at[c] = at[row]

"""Trust: how far each channel can be believed, from what it has shown in the last day.

Trust is the share of the last day for which the channel showed something usable, older time counting
less and less; while a fault is open it is no more than `FAULTY`. So a probe that has just been cleaned
earns its trust back within a day, and one that falls silent loses it as fast. It judges nothing: it
tells people where to go first.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from mulmok.judge.diagnose.faults import SERVICED
from mulmok.judge.diagnose.words import fault_reason, task_reason
from mulmok.model.block import Block, Instants, Values
from mulmok.model.channel import Channel
from mulmok.model.finding import Finding
from mulmok.model.text import text
from mulmok.model.time import DAY, NEVER
from mulmok.model.trust import Trust

#: No more trust than this in a channel that is at fault; below `_WHOLE` the share is given as a reason.
#: Site choice.
FAULTY, _WHOLE = 0.2, 0.95
#: Memory of what was usable. Site choice.
_MEMORY = DAY
#: A reading stands for no more than so many intervals. Site choice.
_HOLDS = 2


@dataclass(frozen=True, eq=False)
class TrustState:
    """What is remembered of each channel.

    share      usable part of the last day [0..1], as of `last_at`
    last_at    newest reading, and `good_at` newest usable one; NEVER: none yet [ns UTC]
    faults     faults that are open, in order of detection
    """

    share: Values
    last_at: Instants
    good_at: Instants
    faults: tuple[Finding, ...] = ()


@dataclass(frozen=True, eq=False)
class Trusts:
    """Trust in the channels of a works; `every` is their usual interval [ns]."""

    channels: tuple[Channel, ...]
    every: NDArray[np.int64]
    name: ClassVar[str] = "trust"
    version: ClassVar[int] = 1
    state_type: ClassVar[type[TrustState]] = TrustState

    @classmethod
    def for_channels(cls, channels: tuple[Channel, ...]) -> Trusts:
        """Make the stage for a works."""
        return cls(channels, np.array([channel.every for channel in channels], np.int64))

    def start(self) -> TrustState:
        """Nothing has been shown yet."""
        n = len(self.channels)
        return TrustState(np.zeros(n), np.full(n, NEVER, np.int64), np.full(n, NEVER, np.int64))

    def step(
        self, state: TrustState, given: tuple[Block, tuple[Finding, ...]]
    ) -> tuple[TrustState, None]:
        """Take in what was shown and what was found; `trust` tells what follows."""
        block, findings = given
        faults = {fault.key: fault for fault in state.faults}
        faults |= {word.key: word for word in findings}
        open_now = tuple(fault for fault in faults.values() if fault.ended_at is None)
        after = TrustState(state.share.copy(), state.last_at.copy(), state.good_at.copy(), open_now)
        _earn(
            block.at, block.usable, block.bounds, self.every,
            after.share, after.last_at, after.good_at,
        )  # fmt: skip
        return after, None

    def trust(self, state: TrustState, upto: int) -> tuple[Trust, ...]:
        """Trust in every channel at an instant."""
        return tuple(self._trust(state, index, upto) for index in range(len(self.channels)))

    def _trust(self, state: TrustState, index: int, upto: int) -> Trust:
        last, good = int(state.last_at[index]), int(state.good_at[index])
        good_at = None if good == NEVER else good
        title = self.channels[index].title
        kinds = dict.fromkeys(f.fault for f in state.faults if f.channel == index)
        reasons = [fault_reason(kind, title) for kind in kinds]
        if last == NEVER:
            return Trust(index, None, None, tuple(reasons))
        silent = max(upto - last - _HOLDS * int(self.every[index]), 0)
        share = float(state.share[index]) * math.exp(-silent / _MEMORY)
        if share < _WHOLE:
            reasons.append(text("usable in {share:.0%} of the last day", share=share))
        if kinds:
            if set(kinds) != {SERVICED}:
                reasons.append(task_reason(next(reversed(kinds)), title))
        elif share < _WHOLE:
            reasons.append(task_reason("dropout", title))
        return Trust(index, min(share, FAULTY) if kinds else share, good_at, tuple(reasons))


@njit(cache=True, nogil=True)
def _earn(  # type: ignore[no-untyped-def]  # noqa: ANN202
    at, usable, bounds, every, share, last_at, good_at,  # noqa: ANN001
):  # fmt: skip
    for c in range(len(bounds) - 1):
        holds = _HOLDS * every[c]
        for row in range(bounds[c], bounds[c + 1]):
            if last_at[c] == NEVER:
                share[c] = 1.0 if usable[row] else 0.0
            else:
                span = at[row] - last_at[c]
                held = min(span, holds)
                # What was silent counts as not usable, what a reading ends as the reading.
                share[c] *= np.exp(-span / _MEMORY)
                if usable[row]:
                    share[c] += 1.0 - np.exp(-held / _MEMORY)
            last_at[c] = at[row]
            if usable[row]:
                good_at[c] = at[row]

"""Instrument faults that the flags already tell: stuck, dropout, spikes, device faults, calibration.

A reading at the lower end of the range, where the expectation is far from it, is a broken loop and no
water: a dropout as well. One bad reading is a hiccup, and a line that is lost for some minutes is no
fault of the instrument. A finding opens when a channel's last `LASTING` readings all have the same kind
of fault and, but for a visit or a stuck value, which has lasted already, cover `MISSED`; it closes with
as many of any other kind. Spikes come one by one, so they are counted: `SPIKES` within `_SPIKE_SPAN` are a finding.
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
from mulmok.model.flag import Reason
from mulmok.model.judgement import Expectation
from mulmok.model.status import Status
from mulmok.model.time import MINUTE, NEVER

#: Readings in a row that open or close a finding, and the time they cover; spikes in `_SPIKE_SPAN`
#: that open one. Site choice.
LASTING = 2
MISSED = 18 * MINUTE
SPIKES = 4
_SPIKE_SPAN = 90 * MINUTE

#: A value at the end of the range is wrong when at least so many steps above it were expected.
_STEPS = 20

#: Kinds in the kernel's order; the names are the contract's causes of instrument events.
FAULTS = ("", "dropout", "calibration", "offset", "stuck", "spike")
_GOOD, _DROPOUT, _CALIBRATION, _OFFSET, _STUCK, _SPIKE = range(6)

#: Fault of each status word; a device that reports its own failure gives no usable value: dropout.
_OF_STATUS = np.full(256, _GOOD, np.int8)
_OF_STATUS[[Status.COMM_FAIL, Status.POWER_FAIL, Status.DEVICE_FAULT]] = _DROPOUT
_OF_STATUS[[Status.STOPPED, Status.NO_FLOW]] = _DROPOUT
_OF_STATUS[[Status.CALIBRATING, Status.MAINTENANCE]] = _CALIBRATION


@dataclass(frozen=True, eq=False)
class InstrumentState:
    """Per channel: kind and length of the current streak, the open fault, and recent spikes."""

    kind: NDArray[np.int8]
    streak: Instants
    streak_since: Instants
    fault: NDArray[np.int8]
    opened: Instants
    since: Instants
    #: Instants of the last spikes, oldest first [ns UTC].
    spikes: NDArray[np.int64]
    #: Spikes that stand in a row now.
    lone: Instants


@dataclass(frozen=True, eq=False)
class InstrumentFaults:
    """Faults of every channel's instrument.

    low      lower end of the measuring range [canonical unit]
    margin   so far above it the expectation must be for a value at the end to be a dropout
    every    [ns]
    """

    low: Values
    margin: Values
    every: Instants
    name: ClassVar[str] = "instrument"
    version: ClassVar[int] = 3
    state_type: ClassVar[type[InstrumentState]] = InstrumentState

    @classmethod
    def for_channels(cls, channels: tuple[Channel, ...]) -> InstrumentFaults:
        """Take each channel's range."""
        return cls(
            np.array([channel.low for channel in channels]),
            np.array([_STEPS * channel.resolution for channel in channels]),
            np.array([channel.every for channel in channels], np.int64),
        )

    def start(self) -> InstrumentState:
        """Give a state in which all instruments are good."""
        count = len(self.low)

        def never() -> Instants:
            return np.full(count, NEVER, np.int64)

        return InstrumentState(
            np.zeros(count, np.int8),
            np.zeros(count, np.int64),
            never(),
            np.zeros(count, np.int8),
            never(),
            never(),
            np.full((count, SPIKES), NEVER, np.int64),
            np.zeros(count, np.int64),
        )

    def step(
        self, state: InstrumentState, given: tuple[Block, Expectation]
    ) -> tuple[InstrumentState, tuple[Finding, ...]]:
        """Give the faults that opened and closed in a block."""
        block, expectation = given
        if len(block) == 0:
            return state, ()
        after = InstrumentState(
            state.kind.copy(),
            state.streak.copy(),
            state.streak_since.copy(),
            state.fault.copy(),
            state.opened.copy(),
            state.since.copy(),
            state.spikes.copy(),
            state.lone.copy(),
        )
        # Room for the worst case; memory that is never touched is never taken.
        words = np.empty((len(block), 5), np.int64)
        count = _watch(
            block.at, self._kinds(block, expectation), block.bounds, self.every, LASTING, MISSED, _SPIKE_SPAN,
            after.kind, after.streak, after.streak_since, after.fault, after.opened, after.since,
            after.spikes, after.lone, words,
        )  # fmt: skip
        return after, tuple(self._finding(word) for word in words[:count].tolist())

    def _kinds(self, block: Block, expectation: Expectation) -> NDArray[np.int8]:
        """Tell the kind of fault of each row; a status word says more than a missing value."""
        kinds = _OF_STATUS[block.status].copy()
        reasons, counts = block.reasons, np.diff(block.bounds)

        def take(rows: NDArray[np.bool_], kind: int) -> None:
            kinds[rows & (kinds == _GOOD)] = kind

        def told(bits: Reason) -> NDArray[np.bool_]:
            rows: NDArray[np.bool_] = (reasons & np.uint32(bits)) != 0
            return rows

        low, margin = np.repeat(self.low, counts), np.repeat(self.margin, counts)
        take(told(Reason.MISSING), _DROPOUT)
        # Comparisons with NaN, missing or not known yet, are false.
        at_the_end = (block.value <= low) & (expectation.low > low)
        take(at_the_end & (expectation.expected > low + margin), _DROPOUT)
        take(told(Reason.PHYSICAL_RANGE), _OFFSET)
        take(told(Reason.FLAT_LINE), _STUCK)
        take(told(Reason.SPIKE), _SPIKE)
        return kinds

    def _finding(self, word: list[int]) -> Finding:
        channel, fault, at, since, ended = word
        return Finding(
            detector=self.name,
            channel=channel,
            fault=FAULTS[fault],
            since=since,
            at=at,
            ended_at=None if ended == NEVER else ended,
        )


@njit(cache=True, nogil=True)
def _watch(  # type: ignore[no-untyped-def]  # noqa: ANN202
    at, kinds, bounds, every, lasting, missed, spike_span,  # noqa: ANN001
    kind, streak, streak_since, fault, opened, since, spikes, lone, words,  # noqa: ANN001
):  # fmt: skip
    never = -(2**62)
    count = 0
    for c in range(len(bounds) - 1):
        for row in range(bounds[c], bounds[c + 1]):
            k = kinds[row]
            many = False
            if k == 5:
                lone[c] += 1
                k = 0  # between two spikes the instrument is as good as any
            else:
                # One that went as it came is the instrument's; several in a row may be the water.
                if lone[c] == 1:
                    for place in range(spikes.shape[1] - 1):
                        spikes[c, place] = spikes[c, place + 1]
                    spikes[c, -1] = at[row]
                    oldest = spikes[c, 0]
                    many = oldest > never and at[row] - oldest <= spike_span
                lone[c] = 0
            if k == kind[c]:
                streak[c] += 1
            else:
                kind[c] = k
                streak[c] = 1
                streak_since[c] = at[row]
            if fault[c] == 0:
                if many:
                    fault[c] = 5
                    since[c] = spikes[c, 0]
                elif (
                    k != 0
                    and streak[c] >= lasting
                    and (k in (2, 4) or at[row] - streak_since[c] + every[c] >= missed)
                ):
                    fault[c] = k
                    since[c] = streak_since[c]
                else:
                    continue
                opened[c] = at[row]
            else:
                if fault[c] == 5:
                    over = at[row] - spikes[c, -1] > spike_span
                else:
                    over = k != fault[c] and streak[c] >= lasting
                if not over:
                    continue
                words[count, 0] = c
                words[count, 1] = fault[c]
                words[count, 2] = opened[c]
                words[count, 3] = since[c]
                words[count, 4] = at[row]
                count += 1
                fault[c] = 0
                opened[c] = never
                continue
            words[count, 0] = c
            words[count, 1] = fault[c]
            words[count, 2] = opened[c]
            words[count, 3] = since[c]
            words[count, 4] = never
            count += 1
    return count

"""Expected: what each channel should show now, and how far around it is normal.

In the channel's scale (logarithm where ratios count) the expectation is a profile over the local
time of day, one for working days and one for days off, plus a level that follows the season over
days, plus a drift that follows the weather within hours. All learn from usable readings only, and a
reading moves them by no more than `CLIP` deviations, and one further out moves the drift by a single
one: so an event hardly teaches that it is normal. Nothing is stuck for ever, though: the
drift follows a new regime by a deviation or more each `DRIFT`, and level and profile take over from
it. Until the time of day was seen on `WARM_UP` days the expectation is NaN: not known yet.

The deviation is 1.2533 times the mean absolute residual (for a normal distribution the standard
deviation), its members clipped at `TAIL` deviations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from mulmok.model.block import Block, Instants, Values
from mulmok.model.calendar import WEEKENDS, Calendar
from mulmok.model.channel import Channel
from mulmok.model.judgement import Expectation
from mulmok.model.time import DAY, HOUR, NEVER, Zone

#: Points of a day's profile, straight lines between them.
BINS = 48
#: Days a time of day must have been seen. Site choice.
WARM_UP = 2.0
#: Deviations by which one reading teaches at most (Huber's clipping): profile and drift; deviation.
CLIP = 3.0
TAIL = 6.0
#: Time constants [ns]: weather (measured: benchmarks/detection), season, deviation, and
#: how long the weather is remembered over a gap (site choice).
DRIFT = 1 * HOUR
LEVEL = 4 * DAY
SCALE = 4 * DAY
FORGET = 12 * HOUR
#: Days a profile remembers.
MEMORY = 14.0
#: Width of the normal band shown, in deviations.
BAND = 3.0
#: Smallest deviation of a ratio: no process instrument agrees with itself any better.
_LEAST_RATIO = 0.005


@dataclass(frozen=True, eq=False)
class ExpectedState:
    """Per channel: profiles, days seen of each point, level, drift, deviation, time learnt [ns]."""

    profile: NDArray[np.float64]
    seen: NDArray[np.float64]
    level: Values
    drift: Values
    scale: Values
    learnt: Values
    #: Last usable reading [ns UTC].
    last_at: Instants


@dataclass(frozen=True, eq=False)
class Expected:
    """Expectation of every channel.

    log    whether the channel is compared by ratio
    step_size  the instrument's resolution: smallest value whose logarithm is taken, and smallest
           deviation [canonical unit]
    every  [ns]
    calendar   which days are days off: weekends, public holidays
    """

    log: NDArray[np.bool_]
    step_size: Values
    every: Instants
    zone: Zone
    calendar: Calendar = WEEKENDS
    name: ClassVar[str] = "expected"
    version: ClassVar[int] = 3
    state_type: ClassVar[type[ExpectedState]] = ExpectedState

    @classmethod
    def for_channels(
        cls, channels: tuple[Channel, ...], zone: Zone, calendar: Calendar = WEEKENDS
    ) -> Expected:
        """Take each channel's scale from its quantity."""
        return cls(
            np.array([channel.quantity.log for channel in channels], np.bool_),
            np.array([max(channel.resolution, 1e-9) for channel in channels]),
            np.array([channel.every for channel in channels], np.int64),
            zone,
            calendar,
        )

    def start(self) -> ExpectedState:
        """Give a state that has learnt nothing."""
        count = len(self.every)
        return ExpectedState(
            np.zeros((count, 2, BINS)),
            np.zeros((count, 2, BINS)),
            np.zeros(count),
            np.zeros(count),
            np.zeros(count),
            np.zeros(count),
            np.full(count, NEVER, np.int64),
        )

    def step(self, state: ExpectedState, block: Block) -> tuple[ExpectedState, Expectation]:
        """Say what was expected of each row before it came, then learn from it."""
        count = len(block)
        expected, low, high, score, usual = (np.full(count, np.nan) for _ in range(5))
        if count:
            state = ExpectedState(
                state.profile.copy(),
                state.seen.copy(),
                state.level.copy(),
                state.drift.copy(),
                state.scale.copy(),
                state.learnt.copy(),
                state.last_at.copy(),
            )
            local = self.zone.local(block.at)
            first = int(local.min()) // DAY - 1
            off = self.calendar.off(np.arange(first, int(local.max()) // DAY + 2))
            _expect(
                block.at, local, off, first, block.value, block.usable, block.bounds,
                self.log, self.step_size, self.every,
                state.profile, state.seen, state.level, state.drift, state.scale, state.learnt,
                state.last_at, expected, low, high, score, usual,
            )  # fmt: skip
        return state, Expectation(expected, low, high, score, usual)


# Kernels see constants as they were when compiled; those of other files are written out here, so
# that a cached kernel never outlives a changed one.
_DAY_NS = 86_400_000_000_000
_BIN_NS = _DAY_NS // BINS
_BIN_HOURS = 24.0 / BINS
#: Hours before and after midnight in which a working day and a day off pass into one another.
_TURN = 3.0


@njit(cache=True, nogil=True)
def _expect(  # type: ignore[no-untyped-def]  # noqa: ANN202
    at, local, off, first, value, usable, bounds, log, step_size, every,  # noqa: ANN001
    profile, seen, level, drift, scale, learnt, last_at,  # noqa: ANN001
    expected, low, high, score, usual,  # noqa: ANN001
):  # fmt: skip
    for c in range(len(bounds) - 1):
        for row in range(bounds[c], bounds[c + 1]):
            day = local[row] // _DAY_NS
            today = 1 if off[day - first] else 0
            place = (local[row] - day * _DAY_NS) / _BIN_NS
            here = int(place)
            other = (here + 1) % BINS if place - here >= 0.5 else (here + BINS - 1) % BINS
            far = abs(place - here - 0.5)
            near = 1.0 - far
            days_0 = seen[c, 0, here] * near + seen[c, 0, other] * far
            days_1 = seen[c, 1, here] * near + seen[c, 1, other] * far
            # A day off not seen yet is expected to be like the other days, and the reverse.
            kind = today
            if (days_1 if kind == 1 else days_0) < 0.95:
                kind = 1 - kind
            p = profile[c, kind, here] * near + profile[c, kind, other] * far + level[c]
            # Nothing changes at midnight: around it one kind of day passes into the next.
            hour = place * _BIN_HOURS
            night = day - 1 if hour < _TURN else day + 1
            kind_2 = 1 if off[night - first] else 0
            turned = (_TURN - min(hour, 24.0 - hour)) / (2.0 * _TURN)
            days_2 = days_1 if kind_2 == 1 else days_0
            if turned > 0.0 and kind_2 != today and kind == today and days_2 >= 0.95:
                q = profile[c, kind_2, here] * near + profile[c, kind_2, other] * far
                p += turned * (q + level[c] - p)
            least = step_size[c]
            e = p + drift[c]
            s = scale[c]
            typical = e
            if log[c]:
                typical = np.exp(e)
                s = max(s, _LEAST_RATIO, least / max(typical, least))
            else:
                s = max(s, least)
            known = days_0 + days_1 >= 0.95 * WARM_UP and learnt[c] > 0.0
            if known:
                expected[row] = typical
                usual[row] = p
                if log[c]:
                    spread = np.exp(BAND * s)
                    low[row] = typical / spread
                    high[row] = typical * spread
                else:
                    low[row] = typical - BAND * s
                    high[row] = typical + BAND * s
            if not usable[row] or not np.isfinite(value[row]):
                continue
            x = np.log(max(value[row], least)) if log[c] else value[row]
            if known:
                score[row] = (x - e) / s
            # Learn. A reading stands for the time since the last one, but not for a gap.
            gap = at[row] - last_at[c]
            span = float(min(gap, 2 * every[c]))
            last_at[c] = at[row]
            weight = span / _BIN_NS
            bound = CLIP * max(s, abs(drift[c]))
            for second in range(2):
                b = other if second else here
                w = weight * (far if second else near)
                n = seen[c, today, b]
                miss = x - level[c] - profile[c, today, b]
                if known and n > 0.0:
                    miss = min(max(miss, -bound), bound)
                if w > 0.0:
                    profile[c, today, b] += miss * w / (min(n, MEMORY) + w)
                    seen[c, today, b] = n + w
            if days_0 + days_1 < 0.95:
                continue
            if gap > 2 * every[c]:
                drift[c] *= FORGET / (FORGET + float(gap))
            miss = x - p - drift[c]
            # Until a day was learnt from there is no deviation to clip with.
            size = min(abs(miss), TAIL * s) if learnt[c] >= _DAY_NS else abs(miss)
            learnt[c] += span
            scale[c] += (1.2533 * size - scale[c]) * span / min(learnt[c], SCALE + span)
            if abs(miss) > CLIP * s:
                miss = s if miss > 0.0 else -s
            drift[c] += miss * span / (DRIFT + span)
            level[c] += min(max(x - p, -bound), bound) * span / (LEVEL + span)

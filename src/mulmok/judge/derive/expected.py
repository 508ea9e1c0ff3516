"""Expected: what each channel should show now, and how far around it is normal.

In the channel's scale (logarithm where ratios count) the expectation is a profile over the local
time of day, one for working days and one for weekends, plus a drift that follows the weather over
hours. Both learn from usable readings only, and a reading moves them by no more than `CLIP`
deviations, so an event hardly teaches that it is normal; a new regime is accepted all the same, at
about `CLIP` deviations each `DRIFT`. Until every half hour around a reading was seen on `WARM_UP`
days, it says NaN: not known yet.

The scale of the residual is 1.2533 times its mean absolute value (for a normal distribution the
standard deviation), clipped likewise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from mulmok.model.block import Block, Instants, Values
from mulmok.model.channel import Channel
from mulmok.model.judgement import Expectation
from mulmok.model.time import DAY, HOUR, NEVER, Zone

#: Half hours of a day.
BINS = 48
#: Days a half hour must have been seen. Site choice.
WARM_UP = 2.0
#: Deviations by which one reading teaches at most (Huber's clipping).
CLIP = 3.0
#: Time constants [ns], site choice: weather, scale; days a profile remembers.
DRIFT = 4 * HOUR
SCALE = 2 * DAY
PROFILE_DAYS = 14.0
#: Width of the normal band shown, in deviations.
BAND = 3.0


@dataclass(frozen=True, eq=False)
class ExpectedState:
    """Per channel: profiles, days seen of each half hour, drift, scale, last usable instant."""

    profile: NDArray[np.float64]
    seen: NDArray[np.float64]
    drift: Values
    scale: Values
    last_at: Instants


@dataclass(frozen=True, eq=False)
class Expected:
    """Expectation of every channel.

    log       whether the channel is compared by ratio
    floor     smallest value whose logarithm is taken, and smallest scatter [canonical unit]
    """

    log: NDArray[np.bool_]
    floor: Values
    every: Instants
    zone: Zone
    name: ClassVar[str] = "expected"
    version: ClassVar[int] = 1
    state_type: ClassVar[type[ExpectedState]] = ExpectedState

    @classmethod
    def for_channels(cls, channels: tuple[Channel, ...], zone: Zone) -> Expected:
        """Take each channel's scale from its quantity."""
        return cls(
            np.array([channel.quantity.log for channel in channels], np.bool_),
            np.array([max(channel.resolution, 1e-9) for channel in channels]),
            np.array([channel.every for channel in channels], np.int64),
            zone,
        )

    def start(self) -> ExpectedState:
        """Nothing learnt."""
        count = len(self.floor)
        return ExpectedState(
            np.zeros((count, 2, BINS)),
            np.zeros((count, 2, BINS)),
            np.zeros(count),
            np.zeros(count),
            np.full(count, NEVER, np.int64),
        )

    def step(self, state: ExpectedState, block: Block) -> tuple[ExpectedState, Expectation]:
        """Say what was expected of each row before it came, then learn from it."""
        count = len(block)
        out = np.full((4, count), np.nan)
        if count == 0:
            return state, Expectation(out[0], out[1], out[2], out[3])
        after = ExpectedState(
            state.profile.copy(),
            state.seen.copy(),
            state.drift.copy(),
            state.scale.copy(),
            state.last_at.copy(),
        )
        _expect(
            block.at, self.zone.local(block.at), block.value, block.usable, block.bounds,
            self.log, self.floor, self.every,
            after.profile, after.seen, after.drift, after.scale, after.last_at, out,
        )  # fmt: skip
        return after, Expectation(out[0], out[1], out[2], out[3])


@njit(cache=True, nogil=True)
def _expect(  # type: ignore[no-untyped-def]  # noqa: ANN202
    at, local, value, usable, bounds, log, floor, every,  # noqa: ANN001
    profile, seen, drift, scale, last_at, out,  # noqa: ANN001
):  # fmt: skip
    day_ns = 86_400_000_000_000
    bin_ns = day_ns // 48
    for c in range(len(bounds) - 1):
        for row in range(bounds[c], bounds[c + 1]):
            day = local[row] // day_ns
            # 1970-01-01 was a Thursday: Saturday and Sunday are 2 and 3 after it.
            weekend = 1 if (day + 3) % 7 >= 5 else 0
            place = (local[row] - day * day_ns) / bin_ns
            here = int(place)
            other = (here + 1) % 48 if place - here >= 0.5 else (here + 47) % 48
            share = abs(place - here - 0.5)
            kind = weekend
            if seen[c, kind, here] < 1.0 or seen[c, kind, other] < 1.0:
                # A weekend not seen yet is expected to be like the other days, and the reverse.
                kind = 1 - weekend
            p = profile[c, kind, here] * (1.0 - share) + profile[c, kind, other] * share
            total_here = seen[c, 0, here] + seen[c, 1, here]
            total_other = seen[c, 0, other] + seen[c, 1, other]
            known = (
                total_here >= 1.9 and total_other >= 1.9
                and seen[c, kind, here] >= 1.0 and seen[c, kind, other] >= 1.0
                and scale[c] > 0.0
            )  # fmt: skip
            least = floor[c]
            if known:
                e = p + drift[c]
                s = scale[c]
                if log[c]:
                    s = max(s, 0.005)
                    out[0, row] = np.exp(e)
                    out[1, row] = np.exp(e - 3.0 * s)
                    out[2, row] = np.exp(e + 3.0 * s)
                else:
                    s = max(s, least)
                    out[0, row] = e
                    out[1, row] = e - 3.0 * s
                    out[2, row] = e + 3.0 * s
            if not usable[row]:
                continue
            x = np.log(max(value[row], least)) if log[c] else value[row]
            if known:
                out[3, row] = (x - e) / s
            # Learn. A reading stands for the time since the last one, but not for a gap.
            span = min(at[row] - last_at[c], 2 * every[c])
            last_at[c] = at[row]
            weight = span / bin_ns
            n = seen[c, weekend, here]
            if n == 0.0:
                profile[c, weekend, here] = x
                seen[c, weekend, here] = weight
            else:
                q = profile[c, weekend, here]
                step = x - q
                if known:
                    bound = 3.0 * max(s, abs(drift[c]))
                    step = min(max(step, -bound), bound)
                memory = min(n, 14.0)
                profile[c, weekend, here] = q + step * min(weight / (memory + weight), 1.0)
                seen[c, weekend, here] = n + weight
            if total_here < 1.0:
                continue
            r = x - p
            miss = r - drift[c]
            if scale[c] == 0.0:
                scale[c] = max(abs(miss), 1e-9)
                continue
            bound = 3.0 * scale[c]
            size = min(abs(miss), bound)
            miss = min(max(miss, -bound), bound)
            drift[c] += miss * span / (14_400_000_000_000.0 + span)
            scale[c] += (1.2533 * size - scale[c]) * span / (172_800_000_000_000.0 + span)

"""Budget: false warnings that are put up with, instead of thresholds somebody would have to set.

How often a works comes near a false warning tells how often it would have one: near misses are counted,
and the log odds foreign water must reach follow from how many there are for each warning allowed.
"""

from __future__ import annotations

import math

#: Log odds that make a near miss; range of the threshold of warnings reckoned from them.
MISS, LEAST, MOST = -1.0, 0.0, 4.0
#: How much the log odds of false warnings fall as one in e is left. Measured (benchmarks/detection).
_SLOPE = 1.8
#: Days over which near misses are remembered, and how many in 30 days are supposed at first.
_MEMORY, USUAL = 60.0, 2.0
#: No warnings before so many days of readings, and as many more until the bar is down.
WARM_UP = 7

#: What one near miss adds to their number in 30 days.
ONE = 30.0 / _MEMORY


def threshold(misses: float, budget: float, days: float) -> float:
    """Log odds foreign water must reach.

    misses   near misses in 30 days, budget likewise false warnings; days since the first reading
    """
    early = 2.0 * max(0.0, 1.0 - (days - WARM_UP) / WARM_UP)
    wanted = MISS + _SLOPE * math.log(max(misses, 0.1) / budget)
    return min(max(wanted, LEAST), MOST) + early


def a_day_later(misses: float) -> float:
    """Near misses in 30 days after a day without one."""
    return misses * math.exp(-1.0 / _MEMORY)

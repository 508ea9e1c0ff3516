"""Calendar: which local days are days off, as data, so that the pure core needs no rules of any country."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Saturday and Sunday, counted from Monday.
WEEKEND = (5, 6)


@dataclass(frozen=True, eq=False)
class Calendar:
    """A week, and the days that are not as their day of the week says.

    weekend   days of the week that are days off, 0 is Monday
    other     local days [since 1970-01-01], sorted: working days of the week that are days off, and
              days off that are worked. Outside the span they were reckoned for there are none.

    Built by `mulmok.config.days_off`, which knows the countries.
    """

    weekend: NDArray[np.bool_]
    other: NDArray[np.int64]

    @classmethod
    def of(cls, weekend: Iterable[int] = WEEKEND, other: Iterable[int] = ()) -> Calendar:
        """Make one that is not to be written to."""
        week = np.zeros(7, np.bool_)
        week[list(weekend)] = True
        days = np.array(sorted(set(other)), np.int64)
        week.flags.writeable = days.flags.writeable = False
        return cls(week, days)

    def off(self, days: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether local days [since 1970-01-01] are days off."""
        # 1970-01-01 was a Thursday.
        off: NDArray[np.bool_] = self.weekend[(days + 3) % 7] != self.is_other(days)
        return off

    def is_other(self, days: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether local days are not as their day of the week says."""
        if len(self.other) == 0:
            return np.zeros(len(days), np.bool_)
        place = np.minimum(np.searchsorted(self.other, days), len(self.other) - 1)
        there: NDArray[np.bool_] = self.other[place] == days
        return there


#: Weekends and nothing else: a works whose site file names no country.
WEEKENDS = Calendar.of()

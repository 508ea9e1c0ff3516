"""Civil time of devices that write it without an offset: to instants and back.

Where clocks are set back an hour of civil time comes twice, and nothing in such a record says which
of the two it is. So a record that is asked for now is taken for the later one that is not ahead of
us, and of records asked for by time the order in which they come decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from mulmok.model.time import MINUTE, SECOND, from_datetime, to_datetime

#: How far the clock of a device may be ahead of ours before an hour is taken for the former one.
_AHEAD = 5 * MINUTE

Place = Callable[[str, datetime], int | None]


@dataclass(frozen=True)
class CivilTime:
    """The civil time of a zone."""

    zone: ZoneInfo

    def instants(self, local: datetime) -> tuple[int, ...]:
        """Instants [ns UTC] of a civil time: one, or two where clocks are set back.

        A time that never was (clocks are set forward) is read with the offset before.
        """
        first = from_datetime(local.replace(tzinfo=self.zone, fold=0))
        second = from_datetime(local.replace(tzinfo=self.zone, fold=1))
        return (first, second) if first < second else (first,)

    def write(self, at: int, form: str) -> str:
        """Write an instant [ns UTC] as the device does; `form` is one of `strftime`."""
        return to_datetime(at).astimezone(self.zone).strftime(form)

    def span(self, begin: int, end: int, form: str) -> tuple[str, str]:
        """Civil times that hold everything from one instant to another [ns UTC].

        They hold up to an hour more at both ends where clocks are set back in between.
        """
        before, after = self._offset(begin), self._offset(end)
        if before > after:
            begin, end = begin - (before - after), end + (before - after)
        return self.write(begin, form), self.write(end, form)

    def about(self, now: int) -> Place:
        """Place records that were asked for now [ns UTC]."""

        def place(_item: str, local: datetime) -> int:
            first, *second = self.instants(local)
            return second[0] if second and second[0] <= now + _AHEAD else first

        return place

    def _offset(self, at: int) -> int:
        offset = to_datetime(at).astimezone(self.zone).utcoffset()
        return 0 if offset is None else round(offset.total_seconds()) * SECOND


class Within:
    """Places the records of one answer, item by item in the order they came; None: outside.

    begin, end  what was asked for [ns UTC]
    written     item and civil time of each record of the answer
    """

    def __init__(
        self,
        civil: CivilTime,
        begin: int,
        end: int,
        written: Iterable[tuple[str, datetime | None]],
    ) -> None:
        self._civil, self._begin, self._end = civil, begin, end
        #: Items that are there with both of the hours, and those of which the second has begun.
        self._both, self._second = set[str](), set[str]()
        last: dict[str, datetime] = {}
        for item, local in written:
            if local is not None:
                if self._steps_back(last.get(item), local):
                    self._both.add(item)
                last[item] = local
        self._last: dict[str, datetime] = {}

    def __call__(self, item: str, local: datetime) -> int | None:
        """Instant of a record [ns UTC]."""
        if self._steps_back(self._last.get(item), local):
            self._second.add(item)
        self._last[item] = local
        found = self._civil.instants(local)
        if len(found) == 2 and item in self._both:
            found = found[1:] if item in self._second else found[:1]
        inside = [at for at in found if self._begin <= at <= self._end]
        return inside[0] if inside else None

    def _steps_back(self, before: datetime | None, local: datetime) -> bool:
        back = before is not None and local <= before
        return back and len(self._civil.instants(local)) == 2

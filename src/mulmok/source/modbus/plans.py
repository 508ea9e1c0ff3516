"""Plans for the sets of channels that come to be due together, with the way to decode what they read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from mulmok.source.modbus.decode import Decoder
from mulmok.source.modbus.plan import Barriers, Point, plan
from mulmok.source.modbus.settings import GAP

#: Sets that are kept: intervals are few, but a turn that was missed makes sets of its own.
_KEPT = 64


@dataclass
class Plans:
    """Plans of one line, each made when it is first asked for."""

    points: tuple[Point, ...]
    gap: int = GAP
    barriers: Barriers = field(default_factory=Barriers)
    _known: dict[frozenset[int], Decoder] = field(default_factory=dict)

    def of(self, due: Iterable[int]) -> Decoder:
        """Give the plan for channels by their index."""
        wanted = frozenset(due)
        found = self._known.get(wanted)
        if found is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            points = (point for point in self.points if point.index in wanted)
            found = self._known[wanted] = Decoder(plan(points, self.gap, self.barriers))
        return found

    def learnt(self) -> None:
        """Make the plans anew: something was added to the barriers."""
        self._known.clear()

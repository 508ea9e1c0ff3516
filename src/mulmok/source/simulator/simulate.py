"""The simulated works: readings of every instrument at every instant, from a seed.

A UTC day is always worked out whole and then cut, so that the same instant shows the same reading
to the last bit however it is asked for.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from mulmok.model.block import Instants
from mulmok.model.channel import Channel
from mulmok.model.time import DAY, UTC_ZONE, Zone
from mulmok.source.files.rows import Rows, in_order, joined
from mulmok.source.simulator.chance import Chance
from mulmok.source.simulator.effluent import at_instants, effluent_water
from mulmok.source.simulator.instrument import shown, true_value
from mulmok.source.simulator.planted import Fault, Inflow, PlantedEvent
from mulmok.source.simulator.sewage import Water, Works, inlet_water

#: Days kept, so that a live works does not work a day out anew every minute.
_KEPT_DAYS = 3


@dataclass(frozen=True)
class Simulator:
    """Instruments of a works on a simulated water.

    channels  as in the site file; those at `effluent...` stand behind the works, all others in
              front of it; each reads at whole multiples of its interval
    works     its size; `works_of(capacity, design)`
    planted   what is wrong with the water and the instruments, and when
    """

    channels: tuple[Channel, ...]
    works: Works
    seed: int
    zone: Zone = UTC_ZONE
    planted: tuple[PlantedEvent, ...] = ()
    _days: OrderedDict[int, Rows] = field(default_factory=OrderedDict, repr=False, compare=False)

    def rows(self, start: int, end: int) -> Rows:
        """Give the readings from `start` up to before `end` [ns UTC], sorted by (at, channel)."""
        parts = [self._day(day) for day in range(start // DAY, -(-end // DAY))]
        if parts:
            parts[0] = _from(parts[0], start)
            parts[-1] = _before(parts[-1], end)
        return joined(parts)

    def water(self, channel: Channel, at: Instants) -> Water:
        """Water at the place of a channel, at instants of one UTC day [ns UTC]."""
        return self._waters(int(at[0]) // DAY)(channel, at)

    def _waters(self, day: int) -> Callable[[Channel, Instants], Water]:
        chance = Chance(self.seed)
        inflows = tuple(planted for planted in self.planted if isinstance(planted, Inflow))
        known: dict[tuple[bool, int, int, int], Water] = {}
        effluent: list[tuple[Instants, Water]] = []

        def water(channel: Channel, at: Instants) -> Water:
            treated = is_effluent(channel)
            key = (treated, channel.every, int(at[0]), len(at))
            if key not in known:
                if not treated:
                    known[key] = inlet_water(at, self.works, self.zone, chance, inflows)
                else:
                    if not effluent:
                        effluent.append(
                            effluent_water(day * DAY, self.works, self.zone, chance, inflows)
                        )
                    known[key] = at_instants(*effluent[0], at)
            return known[key]

        return water

    def _day(self, day: int) -> Rows:
        if day in self._days:
            self._days.move_to_end(day)
            return self._days[day]
        water = self._waters(day)
        parts = []
        for index, channel in enumerate(self.channels):
            at = np.arange(
                -(-day * DAY // channel.every) * channel.every, (day + 1) * DAY, channel.every
            )
            if not len(at):
                continue
            true = true_value(channel, water(channel, at))
            sent = shown(channel, at, true, self.zone, Chance(self.seed), self._faults(channel, at))
            everything = Rows(np.full(len(at), index, np.int16), at, sent.value, sent.status)
            parts.append(everything.take(sent.here))
        rows = in_order(joined(parts))
        self._days[day] = rows
        while len(self._days) > _KEPT_DAYS:
            self._days.popitem(last=False)
        return rows

    def _faults(self, channel: Channel, at: Instants) -> list[tuple[Fault, float]]:
        """Faults of a channel that touch these instants, each with the value it is stuck at."""
        found = []
        for fault in self.planted:
            if not isinstance(fault, Fault) or fault.channel != channel.id:
                continue
            if fault.end <= at[0] or fault.start > at[-1]:
                continue
            held = 0.0
            if fault.kind == "stuck":
                last = np.array([fault.start // channel.every * channel.every], np.int64)
                true = true_value(channel, self.water(channel, last))
                sent = shown(channel, last, true, self.zone, Chance(self.seed), ())
                held = float(true[0] if np.isnan(sent.value[0]) else sent.value[0])
            found.append((fault, held))
        return found


def is_effluent(channel: Channel) -> bool:
    """Whether a channel stands behind the works."""
    return channel.place.startswith(("effluent", "outlet"))


def _from(rows: Rows, start: int) -> Rows:
    return rows.take(slice(int(np.searchsorted(rows.at, start)), len(rows)))


def _before(rows: Rows, end: int) -> Rows:
    return rows.take(slice(0, int(np.searchsorted(rows.at, end))))

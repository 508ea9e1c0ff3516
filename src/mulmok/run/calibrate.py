"""Calibrate: what a works' own past says about how much foreign water mulmok can see there.

The past is judged once as it was; that gives the warnings, the near misses and the threshold. Then
events are planted. Judging is a fold, so each is planted into a past of its own: from the state of the
moment before it only the hours of the event are judged, and forgotten. So no event is another's
background, and none teaches what the next is measured by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import cast
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from mulmok.config.site import Site
from mulmok.judge.detect.budget import WARM_UP, threshold
from mulmok.judge.detect.place import Place
from mulmok.judge.detect.watch import Watch
from mulmok.judge.pipeline import Pipeline
from mulmok.judge.stages import PipelineState
from mulmok.model.errors import InputError
from mulmok.model.event import Event
from mulmok.model.foreign import ForeignWater
from mulmok.model.text import text
from mulmok.model.time import DAY, FOREVER, HOUR, MINUTE, format_instant
from mulmok.run.build import build_pipeline
from mulmok.run.guarded import judge
from mulmok.run.past import Past, days_covered, in_water
from mulmok.run.planting import drawn, plant, shown_by
from mulmok.run.sensitivity import Calibration, PlaceResult, Sensed

#: Days of readings without which nothing is said: the warm-up, and as many to plant into.
NEEDED = 2 * WARM_UP
#: One place to plant at in so long [ns], and fewest of them.
_EVERY, FEWEST = 6 * HOUR, 5
#: Events of a share: fewest and most, and how many in all are worth waiting for. Site choice.
_TRIALS, _WORTH = (10, 20), 4000
#: Readings that take as long to judge as all else about an event. Measured.
_AS_LONG = 12_000
#: Shares of the flow that are tried where a water's own are not narrower [1].
_SHARES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)
#: Quiet before and after, and how long after its end an event may still be warned of [ns].
_BEFORE, _LONGEST, _GRACE = 2 * HOUR, 90 * MINUTE, 30 * MINUTE


@dataclass
class Survey:
    """A works' past while it is measured.

    seed    decides where and what is planted
    times   how often each share of each water is planted; None: 10 to 20, the fewer the more there is
    """

    site: Site
    past: Past
    seed: int
    times: int | None = None
    pipeline: Pipeline = field(init=False)
    #: Moments that may be planted at, and the state just before each.
    moments: list[int] = field(init=False)
    #: Places that have been read for long enough, by number among all, and their days; those that
    #: have not, by name.
    places: dict[int, float] = field(init=False)
    unready: dict[str, float] = field(init=False)
    _states: list[PipelineState] = field(default_factory=list)
    _events: dict[str, Event] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Draw the moments: one in every quarter of a day, as irregular as tankers are.

        Raises InputError where there is too little to go by.
        """
        self.pipeline = build_pipeline(self.site)
        chance = np.random.default_rng([self.seed, 0])
        at = self.past.readings.at
        first = int(at[0]) + WARM_UP * DAY if len(at) else self.past.end
        self.moments = [
            begin + int(chance.integers(0, _EVERY - _LONGEST)) // MINUTE * MINUTE
            for begin in range(first, self.past.end - _EVERY, _EVERY)
        ]

        watched = {
            number: days_covered(self.past.readings, place.index, quickest(place))
            for number, place in enumerate(self._watch.places)
            if place.mixer.waters and place.carrier.any()
        }
        if not watched:
            raise InputError(
                text(
                    "no instrument before the works shows what is in the water: mulmok warns of no "
                    "foreign water here"
                )
            )
        self.places = {number: days for number, days in watched.items() if days >= NEEDED}
        self.unready = {
            self._watch.places[number].name: days
            for number, days in watched.items()
            if number not in self.places
        }
        if not self.places:
            raise InputError(
                text(
                    "of the {span} days up to {end}, {days} are stored; {needed} are needed. Let mulmok "
                    "run on, or take older readings in with mulmok import",
                    span=self.past.span // DAY,
                    end=day_of(self.past.end, self.site),
                    days=int(max(watched.values())),
                    needed=NEEDED,
                )
            )

    @property
    def _watch(self) -> Watch:
        return cast("Watch", self.pipeline.watch)

    @property
    def plantings(self) -> int:
        """About how many events will be planted."""
        return self._trials * self._cells

    @property
    def readings(self) -> int:
        """About how many readings will be judged, those of the planted hours included."""
        return len(self.past.readings) + self.plantings * self._hours

    @property
    def _hours(self) -> int:
        """Readings of the hours of one event, about."""
        at = self.past.readings.at
        return int(len(at) * (_LONGEST + _GRACE) / max(int(at[-1] - at[0]), DAY))

    @property
    def _cells(self) -> int:
        ready = (self._watch.places[number] for number in self.places)
        return sum(len(shares_of(water)) for place in ready for water in foreign(place))

    @property
    def _trials(self) -> int:
        if self.times is not None:
            return self.times
        low, high = _TRIALS
        each = self._cells * (1.0 + self._hours / _AS_LONG)
        return min(max(int(_WORTH / max(each, 1.0)), low), high)

    def measure(self, progress: Callable[[float], None] = lambda _: None) -> Calibration:
        """Judge the past, plant, and count; `progress` is told the share done [0..1]."""
        final = self._judge(lambda share: progress(0.3 * share))
        results = list[PlaceResult]()
        for number, days in self.places.items():
            place, state = self._watch.places[number], final.watch.places[number]
            spots = self._spots(place, days)
            waters, sensed = foreign(place) if len(spots) >= FEWEST else [], list[Sensed]()
            for counted, water in enumerate(waters, 1):
                sensed += self._sense(place, water, spots)
                done = (len(results) + counted / len(waters)) / len(self.places)
                progress(0.3 + 0.7 * done)
            familiar = (state.slot - state.begun) / place.a_day
            results.append(
                PlaceResult(
                    place.name, days, int(place.carrier.sum()), quickest(place), state.misses,
                    threshold(state.misses, self._watch.budget, familiar), len(spots),
                    tuple(sensed),
                )
            )  # fmt: skip
        begun = [final.watch.places[n].begun * self._watch.places[n].pace for n in self.places]
        return Calibration(
            budget=self.site.works.false_warnings,
            days=max(self.places.values()),
            start=int(self.past.readings.at[0]),
            judged_from=min(begun) + WARM_UP * DAY,
            end=self.past.end,
            warned=tuple(e for e in self._events.values() if e.warned_at is not None),
            places=tuple(results),
            unready=self.unready,
        )

    def _judge(self, progress: Callable[[float], None]) -> PipelineState:
        """Judge the past as it was, and keep the state before each moment."""
        state, begin = self.pipeline.start(), 0
        for number, moment in enumerate([*self.moments, self.past.end + 1]):
            message = self.past.between(begin, moment)
            if len(message):
                state, said = judge(self.pipeline, state, message, channels=len(self.site.channels))
                self._events.update((event.id, event) for event in said.events)
            self._states.append(state)
            begin = moment
            progress((number + 1) / (len(self.moments) + 1))
        return state

    def _spots(self, place: Place, days: float) -> list[int]:
        """Numbers of the moments at which a place was watched, and nothing was in the water."""
        busy = [event for event in (*self._events.values(), *self.past.events) if in_water(event)]
        readings = self.past.readings
        at = readings.at[np.isin(readings.channel, place.index) & ~np.isnan(readings.value)]
        # From the third week on the watch no longer asks for more because it is new.
        learning = NEEDED if self.past.end - at[0] >= (NEEDED + WARM_UP) * DAY else WARM_UP
        length = _BEFORE + _LONGEST
        wanted = 0.5 * len(at) * length / (days * DAY)
        found = []
        for number, moment in enumerate(self.moments):
            start, end = moment - _BEFORE, moment + _LONGEST
            read = np.searchsorted(at, end) - np.searchsorted(at, start)
            quiet = all(
                event.started_at > end + _GRACE or (event.ended_at or FOREVER) < start
                for event in busy
            )
            if moment >= at[0] + learning * DAY and read >= wanted and quiet:
                found.append(number)
        return found

    def _sense(self, place: Place, water: ForeignWater, spots: list[int]) -> Iterator[Sensed]:
        """Plant one water at all its shares; at every share the same draws at the same moments."""
        channels = [self.site.channels[index] for index in place.index]
        shown = any(shown_by(water, channel) for channel in channels)
        key = [self.seed, crc32(f"{place.name} {water.id}".encode())]
        order = np.random.default_rng(key).permutation(np.array(spots))[: self._trials]
        for share in shares_of(water):
            results = [
                self._plant(place, water, share, number, np.random.default_rng([*key, number]))
                for number in (order.tolist() if shown else ())
            ]
            delays = [delay for delay, _ in results if delay is not None]
            yield Sensed(
                water, share, len(results), len(delays), sum(named for _, named in results),
                float(np.median(delays)) if delays else None,
            )  # fmt: skip

    def _plant(
        self,
        place: Place,
        water: ForeignWater,
        share: float,
        number: int,
        chance: np.random.Generator,
    ) -> tuple[int | None, bool]:
        """Judge the hours of one event; give the delay of the warning [ns] and whether it was named."""
        planted = drawn(water, share, self.moments[number], self.site.channels, chance)
        until = planted.end + _GRACE + self.site.works.reorder
        hours = self.past.between(planted.start, until)
        changed = plant(hours, self.site.channels, place.name, planted)
        _, said = judge(
            self.pipeline, self._states[number], changed, channels=len(self.site.channels)
        )
        # What was warned of before is not this event's, though a last word on it may come now.
        found = [
            (event.warned_at, event)
            for event in {event.id: event for event in said.events}.values()
            if event.warned_at is not None and event.warned_at >= planted.start
        ]
        if not found:
            return None, False
        at, event = min(found, key=lambda one: one[0])
        return at - planted.start, event.causes[0].cause == water.cause if event.causes else False


def seed_of(site: Site) -> int:
    """Give a works its seed: with the same moments it is seen what a change of the site file does."""
    return crc32(site.works.id.encode())


def quickest(place: Place) -> int:
    """Interval of the quickest instrument that shows what is in the water [ns]."""
    return int(place.every[place.carrier].min() * place.pace)


def foreign(place: Place) -> list[ForeignWater]:
    """Waters a place is warned of: not rain, not groundwater."""
    return [water for water in place.mixer.waters if not water.hydraulic]


def shares_of(water: ForeignWater) -> tuple[float, ...]:
    """Shares of the flow [1] worth trying, from the least in which a water comes."""
    low, high = water.share
    usual = tuple(share for share in _SHARES if low <= share <= high)
    if len(usual) >= 5:
        return usual
    grid: NDArray[np.float64] = np.geomspace(low, high, 5)
    return tuple(float(f"{share:.2g}") for share in grid)


def day_of(at: int, site: Site) -> str:
    """Local date of an instant [ns UTC]."""
    return format_instant(at + site.works.zone.offset(at))[:10]

"""Watch: all channels of a place together, slot by slot.

Weak evidence over minutes and channels adds up, strong evidence tells at once; a channel that is
missing lowers the power and nothing else. `bank` finds onsets, `evidence` weighs what they may be,
`course` decides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from mulmok.judge.detect.bank import advance
from mulmok.judge.detect.course import Course
from mulmok.judge.detect.evidence import weighed
from mulmok.judge.detect.noise import factors, fit_noise
from mulmok.judge.detect.place import Place, PlaceState
from mulmok.judge.detect.slots import left_open, on_slots
from mulmok.model.block import Block, Instants, Values
from mulmok.model.channel import Channel
from mulmok.model.finding import Finding
from mulmok.model.flag import Flag, Reason
from mulmok.model.foreign import ForeignWater
from mulmok.model.judgement import Expectation
from mulmok.model.message import Action, Command, Message
from mulmok.model.sighting import Sighting
from mulmok.model.time import FOREVER, NEVER

#: What is going on is looked after every so many slots.
_LOOK_AFTER = 5
#: Reasons that make a reading suspect and yet telling: foreign water jumps, too.
_TELLING = np.uint32(Reason.SPIKE | Reason.RATE)


@dataclass(frozen=True, eq=False)
class WatchState:
    """What is remembered of each place."""

    places: tuple[PlaceState, ...]


@dataclass(frozen=True, eq=False)
class Watch:
    """The watch over all places of a works.

    budget   false warnings of foreign water in 30 days that are put up with at each place: the works'
             own, shared between the places at which foreign water is looked for
    """

    places: tuple[Place, ...]
    budget: float
    name: ClassVar[str] = "watch"
    version: ClassVar[int] = 3
    state_type: ClassVar[type[WatchState]] = WatchState

    @classmethod
    def for_channels(
        cls, channels: tuple[Channel, ...], waters: tuple[ForeignWater, ...], budget: float = 1.0
    ) -> Watch:
        """Group the channels by place; behind the works nothing foreign is looked for."""
        places: dict[str, list[tuple[int, Channel]]] = {}
        for index, channel in enumerate(channels):
            places.setdefault(channel.place, []).append((index, channel))
        watched = sum(not is_treated(name) for name in places)
        return cls(
            tuple(
                Place.of(name, tuple(members), () if is_treated(name) else waters)
                for name, members in places.items()
            ),
            budget / max(watched, 1),
        )

    def start(self) -> WatchState:
        """Nothing seen yet."""
        return WatchState(tuple(PlaceState.start(len(place.index)) for place in self.places))

    def step(
        self, state: WatchState, given: tuple[Block, Expectation, int, Instants, Message | None]
    ) -> tuple[WatchState, tuple[tuple[Finding, ...], tuple[Sighting, ...]]]:
        """Take a run that has come to `upto`; give faults of instruments, and what is in the water.

        What people say of an event, the message the run ends with, is learnt after it.
        """
        block, expectation, upto, instants, message = given
        findings, sightings = list[Finding](), list[Sighting]()
        deviation: Values | None = None
        after = []
        for place, before in zip(self.places, state.places, strict=True):
            stop = (upto - 1) // place.pace
            rows = sum(len(range(*block.rows(int(c)).indices(len(block)))) for c in place.index)
            said = (
                message
                if isinstance(message, Command) and message.event and not message.sampler
                else None
            )
            if rows == 0 and said is None and (before.slot == NEVER or stop <= before.slot):
                after.append(before)
                continue
            if deviation is None:
                deviation = deviations(self.places, block, expectation.usual)
            course = Course(place, before.copied(), self.budget, instants, findings, sightings)
            if rows or before.slot != NEVER:
                _go(course, block, deviation, expectation.usual, stop)
            if said is not None and said.action in (Action.CONFIRM, Action.REJECT):
                course.judge(said.event, said.cause, real=said.action is Action.CONFIRM)
            after.append(course.state)
        return WatchState(tuple(after)), (tuple(findings), tuple(sightings))


def is_treated(place: str) -> bool:
    """Whether a place stands behind the works."""
    return place.startswith(("effluent", "outlet"))


def deviations(places: tuple[Place, ...], block: Block, usual: Values) -> Values:
    """Deviation of each row from its usual value in the channel's scale; NaN where it tells nothing."""
    out = np.full(len(block), np.nan)
    for place in places:
        for number, channel in enumerate(place.index.tolist()):
            rows = block.rows(channel)
            value = block.value[rows]
            if place.log[number]:
                value = np.log(np.maximum(value, place.least[number]))
            out[rows] = value - usual[rows]
    suspect = (block.flag == Flag.SUSPECT) & ((block.reasons & ~_TELLING) == 0)
    out[~(block.usable | suspect)] = np.nan
    out[~np.isfinite(out)] = np.nan
    return out


def _go(course: Course, block: Block, deviation: Values, usual: Values, stop: int) -> None:
    """Go through all slots up to `stop`, and take what came after it into the open slot."""
    place, state = course.place, course.state
    first, last = block.bounds[place.index].copy(), block.bounds[place.index + 1].copy()
    rows = first.copy()
    if state.slot == NEVER:
        begin = min(int(block.at[row]) for row, end in zip(first, last, strict=True) if row < end)
        course.state = replace(
            state, slot=-(-begin // place.pace) - 1, begun=-(-begin // place.pace)
        )
    while course.state.slot < stop:
        begin = course.state.slot + 1
        hour = place.a_day // 24
        end = min(stop, _end_of(begin, hour))
        state = course.state
        shape = (end - begin + 1, len(place.index))
        value, level = np.empty(shape), np.empty(shape)
        on_slots(
            block.at, deviation, usual, first, last, rows, place.pace, end,
            state.total, state.number, state.base, value, level,
        )  # fmt: skip
        _through(course, value, level, begin)
        course.state = replace(course.state, slot=end)
        if end == _end_of(end, hour):
            course.an_hour_passed(end)
        if end == _end_of(end, place.a_day):
            _learn(course)
    state = course.state
    left_open(deviation, usual, last, rows, state.total, state.number, state.base)


def _end_of(slot: int, span: int) -> int:
    """Give the last slot of the hour or day a slot is in."""
    return slot // span * span + span - 1


def _through(
    course: Course, value: NDArray[np.float64], level: NDArray[np.float64], first: int
) -> None:
    row, count = 0, len(value)
    while row < count:
        slot = first + row
        stop = count
        if course.busy or course.state.faults:
            stop = min(count, row + _LOOK_AFTER - slot % _LOOK_AFTER)
        state = course.state
        restless = FOREVER if course.busy else state.restless
        row, entry = advance(
            value[:stop], first, row, course.place.every, course.place.times,
            state.noise, state.swing, state.known, state.mean, state.cov, state.last, state.scale,
            state.lags, state.seen, state.ring, state.recent,
            state.used, state.onset, state.kept, state.info, state.score, state.effect, state.jump,
            state.count, state.scatter, state.rest, state.common, state.learnt,
            state.held, state.since, state.calm, state.excess, restless,
        )  # fmt: skip
        slot = first + row - 1
        if entry >= 0 and course.ready(slot):
            course.saw(slot, weighed(course.place, state, slot, entry, level[row - 1]))
        if slot % _LOOK_AFTER == _LOOK_AFTER - 1 and (course.busy or course.state.faults):
            episode = course.state.episode
            held = None
            if episode is not None and episode.foreign:
                held = weighed(course.place, course.state, slot, episode.entry, level[row - 1])
            course.look_after(slot, held)


def _learn(course: Course) -> None:
    """Learn at the end of a day how the channels wander, each alone and all together."""
    place, state = course.place, course.state
    course.a_day_passed()
    if state.slot - state.begun < 2 * place.a_day:
        return
    for c in range(len(place.index)):
        noise = fit_noise(state.lags[c], state.seen[c], place.lag[c], place.times, state.swing[c])
        if noise < 0.0:
            continue
        least = 1e-8
        state.noise[c] = max(noise, least)
        state.swing[c] = np.maximum(state.swing[c], least)
        if not state.known[c]:
            state.known[c] = True
            state.last[c] = state.slot
            state.mean[c] = 0.0
            state.cov[c] = np.diag(state.swing[c])
    for a in range(len(state.scatter)):
        factors(state.scatter[a], state.rest[a], state.common[a])

"""Place: the channels of one place, watched together; what is fixed and what is remembered of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mulmok.judge.detect.bank import AGES, CELL, CELLS, LAGS, ONSETS, TIMES
from mulmok.judge.detect.budget import USUAL
from mulmok.judge.detect.lean import Bonds
from mulmok.judge.detect.memory import Pattern
from mulmok.judge.detect.mixing import FLOW, OTHER, Mixer
from mulmok.model.block import Instants, Values
from mulmok.model.channel import Channel
from mulmok.model.foreign import ForeignWater
from mulmok.model.time import MINUTE, NEVER, SECOND

#: Standard deviation of an instrument's step: of a ratio's logarithm, or in the unit. Site choice.
_FAULT_SIZE = {"ph": 1.5, "temperature": 3.0, "orp": 120.0, "do": 3.0}
_FAULT_RATIO = 0.6
#: What tells of the amount of water, or of its warmth, and not of matter in it.
_BYSTANDERS = frozenset({"flow", "level", "rain", "temperature"})
#: Lengths a slot can have: an hour is a whole number of them, however its readings are cut [ns].
_PACES = tuple(
    seconds * SECOND
    for seconds in (60, 72, 75, 80, 90, 100, 120, 144, 150, 180, 200, 225, 240, 300)
)


@dataclass(frozen=True, eq=False)
class Place:
    """Channels of one place.

    index    of each channel in the works' channel list
    pace     length of a slot [ns]
    every    interval of each channel [slots]
    times    time constants of the processes [slots]
    lag      lags of the variogram per channel [slots]
    mixer    the library as these channels see it; without waters nothing is called foreign water
    """

    name: str
    index: NDArray[np.int64]
    log: NDArray[np.bool_]
    least: Values
    pace: int
    every: Values
    times: Values
    lag: NDArray[np.float64]
    carrier: NDArray[np.bool_]
    fault_size: Values
    mixer: Mixer

    @classmethod
    def of(
        cls,
        name: str,
        members: tuple[tuple[int, Channel], ...],
        waters: tuple[ForeignWater, ...],
    ) -> Place:
        """Take what is needed of each channel."""
        channels = tuple(channel for _, channel in members)
        # A works whose fastest instrument reads every 30 min is not watched by the minute.
        quickest = max(min(channel.every for channel in channels), MINUTE)
        pace = max(pace for pace in _PACES if pace <= quickest)
        every = np.array([max(channel.every / pace, 1.0) for channel in channels])
        cells = np.array([5.0 * lag for lag in LAGS])
        quantities = [channel.quantity for channel in channels]
        return cls(
            name,
            np.array([index for index, _ in members], np.int64),
            np.array([quantity.log for quantity in quantities], np.bool_),
            np.array([max(channel.resolution, 1e-9) for channel in channels]),
            pace,
            every,
            np.array(TIMES) * MINUTE / pace,
            np.column_stack((every, np.tile(cells, (len(channels), 1)))),
            np.array([quantity.id not in _BYSTANDERS for quantity in quantities]),
            np.array([_FAULT_SIZE.get(quantity.id, _FAULT_RATIO) for quantity in quantities]),
            Mixer.for_channels(channels, waters),
        )

    @property
    def interval(self) -> Values:
        """Interval of each channel [min]."""
        return self.every * self.minutes(1.0)

    @property
    def amount(self) -> NDArray[np.bool_]:
        """Which channels tell how much water comes: what they do alone is the works', not a fault."""
        alone: NDArray[np.bool_] = np.isin(self.mixer.kind, (FLOW, OTHER))
        return alone

    @property
    def a_day(self) -> int:
        """Slots of a day."""
        return 1440 * MINUTE // self.pace

    def minutes(self, slots: float) -> float:
        """Length of so many slots [min]."""
        return slots * self.pace / MINUTE

    def slots(self, span: int) -> int:
        """How many slots a span [ns] covers."""
        return -(-span // self.pace)

    def cause_of(self, said: str) -> str | None:
        """Cause of a foreign water given by its id or by its cause; None when it is none."""
        if said == "unknown":
            return said
        waters = (water for water in self.mixer.waters if not water.hydraulic)
        return next((water.cause for water in waters if said in (water.id, water.cause)), None)

    def in_steps(self, step: Values) -> tuple[float, ...]:
        """Steps of all channels in units of an instrument's usual one."""
        return tuple((step / self.fault_size).tolist())

    def moved(self, episode: Episode) -> tuple[float, ...]:
        """What moved in an episode, as `in_steps`."""
        step = np.zeros(len(self.index))
        for channel, change, _ in episode.moved:
            step[channel] = change
        return self.in_steps(step)


@dataclass(frozen=True, slots=True)
class StepFault:
    """An instrument that has left the others alone; slots of its onset, first sight and naming.

    slow   it drifts away hour by hour (`lean`); else it has stepped, and its filter is held
    """

    channel: int
    since: int
    seen: int
    at: int
    kind: str
    slow: bool = False


@dataclass(frozen=True, slots=True)
class Episode:
    """Something that goes on in the water.

    foreign    foreign water, the channels of which are held; else more water
    entry      place of its onset in the bank, -1 when it is not held there
    since, seen, at, last   slots: onset, first sight, opening, last evidence
    warned     slot of the warning, NEVER if none
    """

    foreign: bool
    entry: int
    since: int
    seen: int
    at: int
    last: int
    warned: int
    odds: float
    weights: tuple[tuple[str, float], ...]
    #: channel, change, standard score of all that moved
    moved: tuple[tuple[int, float, float], ...]
    fraction: float | None
    #: Why it is not warned of though it is foreign water: "guest" or "rejected".
    known: str = ""


@dataclass(frozen=True, eq=False)
class PlaceState:
    """What is remembered of a place; arrays as in `bank.advance`, slots as in `slots`."""

    slot: int
    begun: int
    total: Values
    number: Instants
    base: Values
    noise: Values
    swing: NDArray[np.float64]
    known: NDArray[np.bool_]
    mean: NDArray[np.float64]
    cov: NDArray[np.float64]
    last: Instants
    scale: Values
    lags: NDArray[np.float64]
    seen: NDArray[np.float64]
    ring: NDArray[np.float64]
    recent: Values
    used: NDArray[np.bool_]
    onset: Instants
    kept: NDArray[np.bool_]
    info: NDArray[np.float64]
    score: NDArray[np.float64]
    effect: NDArray[np.float64]
    jump: NDArray[np.float64]
    count: Instants
    scatter: NDArray[np.float64]
    rest: NDArray[np.float64]
    common: NDArray[np.float64]
    learnt: Values
    held: NDArray[np.bool_]
    since: Instants
    calm: Instants
    excess: Values
    bonds: Bonds
    #: First and last slot of what was seen lately without being named.
    pending: int = NEVER
    pending_last: int = NEVER
    #: Near misses in 30 days, from which the threshold of warnings is reckoned, and the last one's slot.
    misses: float = USUAL
    missed: int = NEVER
    #: Nothing is learnt before this slot.
    restless: int = NEVER
    episode: Episode | None = None
    #: More water that was told to be over.
    flood: Episode | None = None
    faults: tuple[StepFault, ...] = ()
    patterns: tuple[Pattern, ...] = ()

    @classmethod
    def start(cls, n: int) -> PlaceState:
        """Nothing seen yet of `n` channels."""
        return cls(
            NEVER,
            NEVER,
            np.zeros(n),
            np.zeros(n, np.int64),
            np.full(n, np.nan),
            np.zeros(n),
            np.zeros((n, 3)),
            np.zeros(n, np.bool_),
            np.zeros((n, 3)),
            np.zeros((n, 3, 3)),
            np.full(n, NEVER, np.int64),
            np.ones(n),
            np.zeros((n, len(LAGS) + 1)),
            np.zeros((n, len(LAGS) + 1)),
            np.full((CELLS, n), np.nan),
            np.zeros(n),
            np.zeros(ONSETS, np.bool_),
            np.zeros(ONSETS, np.int64),
            np.zeros(ONSETS, np.bool_),
            np.zeros((ONSETS, n)),
            np.zeros((ONSETS, n)),
            np.zeros((ONSETS, n, 3)),
            np.zeros((ONSETS, n)),
            np.zeros((ONSETS, n), np.int64),
            np.tile(np.eye(n), (AGES, 1, 1)),
            np.ones((AGES, n)),
            np.zeros((AGES, n, 2)),
            np.zeros(AGES),
            np.zeros(n, np.bool_),
            np.full(n, NEVER, np.int64),
            np.zeros(n, np.int64),
            np.zeros(n),
            Bonds.start(n),
        )

    def hour_mean(self, slot: int, hour: int) -> Values:
        """Mean deviation of each channel in the hour of so many slots up to one; NaN: there is none."""
        back = range(max(hour // CELL, 1))
        cells = self.ring[[(slot // CELL - cell) % len(self.ring) for cell in back]]
        told = np.isfinite(cells)
        count = told.sum(axis=0)
        mean: Values = np.where(told, cells, 0.0).sum(axis=0) / np.maximum(count, 1)
        mean[(count == 0) | self.held] = np.nan
        return mean

    def copied(self) -> PlaceState:
        """Give a state whose arrays may be written to."""
        arrays: dict[str, Any] = {
            name: value.copy()
            for name in self.__dataclass_fields__
            if isinstance(value := getattr(self, name), np.ndarray)
        }
        return replace(self, **arrays)

"""From the water to what each instrument shows: lag, noise, fouling, wipers, visits, lost lines."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from benchmarks.detection.hydraulics import Span
from benchmarks.detection.noise import Array, ar, heavy, lagged, log_uniform, stream
from mulmok.model.channel import Channel
from mulmok.model.status import Status
from mulmok.model.time import MINUTE

#: By quantity: noise of one reading (share, unit), fouling in a week (log, or unit), lag [min].
_MAKE: dict[str, tuple[float, float, float, tuple[float, float]]] = {
    "flow": (0.008, 0.3, 0.0, (0.3, 1.0)),
    "ph": (0.0, 0.012, 0.06, (1.0, 3.0)),
    "ec": (0.005, 1.0, -0.02, (1.0, 2.5)),
    "temperature": (0.0, 0.03, 0.0, (2.0, 5.0)),
    "turbidity": (0.035, 0.8, 0.08, (1.0, 3.0)),
    "orp": (0.0, 2.5, -8.0, (3.0, 10.0)),
    "tss": (0.035, 1.0, 0.08, (1.0, 3.0)),
    "cod": (0.022, 1.0, 0.05, (2.0, 6.0)),
    "nh4_n": (0.022, 0.1, -0.06, (3.0, 8.0)),
    "tn": (0.022, 0.1, 0.0, (5.0, 10.0)),
    "tp": (0.025, 0.02, 0.0, (5.0, 10.0)),
}
#: Values a visit leaves behind: in air, in a bucket of clean water.
_BUCKET = {
    "ph": 7.3,
    "ec": 180.0,
    "turbidity": 2.0,
    "orp": 260.0,
    "tss": 2.0,
    "cod": 5.0,
    "nh4_n": 0.3,
}
_STANDARD = {"ph": 7.0, "ec": 1413.0, "turbidity": 100.0, "orp": 220.0, "cod": 200.0, "nh4_n": 10.0}
_OPTICAL = ("turbidity", "tss", "cod")


@dataclass(frozen=True, eq=False)
class Instrument:
    """One instrument's manners over a scene, drawn beforehand.

    rows      minute of the scene of each reading
    busy      readings not of the water: visits, lost lines (status or value is set by `show`)
    cleanings visits in minutes, and whether they were announced by a status
    """

    channel: Channel
    rows: NDArray[np.int64]
    lag: float
    dead: int
    noise: Array
    size: tuple[float, float]
    fouling: Array
    factor: Array
    lost: NDArray[np.uint8]
    cleanings: tuple[tuple[int, int, int, bool], ...]
    bucket: Array
    spans: tuple[Span, ...] = field(default=())

    @property
    def log(self) -> bool:
        """Whether what it shows is compared by ratio."""
        return self.channel.quantity.log

    def answer(self, true: Array, first: float) -> Array:
        """Give what it would show each minute without noise, of `true` after `first`."""
        late = np.concatenate([np.full(self.dead, first), true])[: len(true)] if self.dead else true
        return lagged(late, self.lag, first)

    def usable(self) -> NDArray[np.bool_]:
        """Which readings are of the water at all."""
        good = self.lost == 0
        for begin, _, end, _ in self.cleanings:
            good &= (self.rows < begin) | (self.rows >= end)
        return good

    def measured(self, answer: Array) -> Array:
        """Readings with noise and fouling, nobody visiting."""
        at = answer[self.rows]
        share, fixed = self.size
        at = at * np.exp(self.fouling) if self.log else at + self.fouling
        shown: Array = at * self.factor * (1.0 + share * self.noise) + fixed * self.noise
        return shown

    def visited(self, value: Array) -> tuple[Array, NDArray[np.uint8]]:
        """Lay visits and lost lines over readings; give them and the statuses."""
        value, status = value.copy(), np.zeros(len(value), np.uint8)
        quantity = self.channel.quantity.id
        base = _BUCKET.get(quantity, 0.0)
        # A pH electrode in air keeps a film of water and does not swing as an optical probe does.
        wild = 0.2 if quantity == "ph" else 0.8
        for begin, swap, end, told in self.cleanings:
            wash = (self.rows >= begin) & (self.rows < swap)
            test = (self.rows >= swap) & (self.rows < end)
            value[wash] = np.where(
                self.bucket[wash] < 0.3,
                value[wash],
                base * (1.0 + wild * (self.bucket[wash] - 0.4)),
            )
            value[test] = _STANDARD.get(quantity, base) * (1 + 0.01 * self.noise[test])
            if told:
                status[wash], status[test] = Status.MAINTENANCE, Status.CALIBRATING
        value[self.lost > 0] = np.nan
        status[self.lost == 1] = Status.COMM_FAIL
        return value, status


def instruments(
    seed: int, channels: tuple[Channel, ...], n: int, clock: int, first_weekday: int,
    *, harsh: bool, wipers: bool, df: float,
) -> tuple[Instrument, ...]:  # fmt: skip
    """Draw all of them. `clock` is the local minute at which the scene begins."""
    rng = stream(seed, "site visits")
    # One person goes round once a week and takes one instrument after the other.
    visit = (int(rng.integers(0, 5)), int(rng.integers(9 * 60, 14 * 60)))
    whole = _outages(stream(seed, "outages"), n, harsh=harsh)
    return tuple(
        _one(seed, channel, n, (visit, order, clock, first_weekday), whole, harsh=harsh, wipers=wipers, df=df)
        for order, channel in enumerate(channels)
    )  # fmt: skip


def _one(
    seed: int, channel: Channel, n: int, round_: tuple[tuple[int, int], int, int, int],
    whole: list[tuple[int, int]], *, harsh: bool, wipers: bool, df: float,
) -> Instrument:  # fmt: skip
    rng = stream(seed, f"instrument {channel.id}")
    quantity = channel.quantity.id
    share, fixed, foul, lag = _MAKE[quantity]
    rows = np.arange(0, n, channel.every // MINUTE)
    made = rng.uniform(0.7, 1.5) * (2.0 if harsh else 1.0)
    cleanings = _cleanings(rng, n, round_, harsh=harsh) if quantity in _BUCKET else ()
    since = _since(rows, tuple(end for _, _, end, _ in cleanings), float(rng.uniform(0, 7 * 1440)))
    grows = foul * rng.uniform(0.3, 1.8) * (2.0 if harsh else 1.0) * rng.choice([1, 1, -1])
    fouling = (
        grows
        * (since / 10_080.0) ** rng.uniform(1.0, 1.8)
        * np.exp(0.2 * ar(rng, len(rows), 900.0, 6.0))
    )
    factor, spans = np.ones(len(rows)), []
    if wipers and quantity in _OPTICAL:
        factor = _wiped(rng, rows, channel.every // MINUTE)
        spans.append(Span("wiper", 0, n, channel.id))
    lost = np.zeros(len(rows), np.uint8)
    lines = _lost(rng, n, harsh=harsh)
    for begin, long in (*lines, *whole):
        lost[(rows >= begin) & (rows < begin + long)] = 1 if rng.random() < 0.7 else 2
        if long >= 15:
            spans.append(Span("lost", begin, min(begin + long, n), channel.id))
    spans += [Span("cleaning", begin, end, channel.id) for begin, _, end, _ in cleanings]
    # A sample of a wet-chemical analyser is boiled first; the number comes later.
    dead = (
        int(rng.integers(8, 20)) if harsh and quantity in ("tn", "tp") and rng.random() < 0.5 else 0
    )
    return Instrument(
        channel, rows, float(rng.uniform(*lag)), dead, heavy(rng, len(rows), df), (share * made, fixed * made),
        fouling, factor, lost, cleanings, rng.random(len(rows)), tuple(spans),
    )  # fmt: skip


def _cleanings(
    rng: Generator, n: int, round_: tuple[tuple[int, int], int, int, int], *, harsh: bool
) -> tuple[tuple[int, int, int, bool], ...]:
    (day, minute), order, clock, first_weekday = round_
    found = []
    first = ((day - first_weekday) % 7) * 1440 + minute - clock
    for week in range(-1, n // 10_080 + 2):
        begin = int(first + week * 10_080 + order * 14 + rng.integers(-40, 40))
        swap = begin + int(rng.integers(6, 16))
        end = swap + int(rng.integers(0, 2)) * int(rng.integers(8, 16))
        told = rng.random() > (0.35 if harsh else 0.0)
        skipped = rng.random() < (0.15 if harsh else 0.05)
        if begin >= 0 and end < n and not skipped:
            found.append((begin, swap, end, bool(told)))
    return tuple(found)


def _since(rows: NDArray[np.int64], ends: tuple[int, ...], before: float) -> Array:
    """Minutes since the last cleaning; `before` the scene there had been so many."""
    marks = np.array([-before, *ends])
    out: Array = rows - marks[np.searchsorted(marks, rows, side="right") - 1]
    return out


def _wiped(rng: Generator, rows: NDArray[np.int64], every: int) -> Array:
    """One or two readings disturbed each time the wiper runs; in between cleaner by and by."""
    period, height = rng.uniform(120, 360), rng.uniform(0.08, 0.35) * rng.choice([-1, 1])
    turn = np.floor((rows + rng.uniform(0, period)) / period)
    inside = (rows + 0.0) - np.concatenate([[0.0], rows[1:][np.diff(turn) > 0]])[
        np.cumsum(np.concatenate([[0], np.diff(turn) > 0]))
    ]
    hit = (inside < every * rng.integers(1, 3)) & (rows > period)
    sizes = rng.uniform(0.5, 1.3, int(turn.max()) + 1)[turn.astype(np.int64)]
    rate = rng.uniform(0.0, 0.03) * inside / period
    return np.where(hit, 1.0 + height * sizes, 1.0 + rate)


def _lost(rng: Generator, n: int, *, harsh: bool) -> list[tuple[int, int]]:
    """Lines lost for some minutes: about twice a week, in harsh works daily."""
    count = int(rng.poisson(n / 1440 * (1.0 if harsh else 0.3)))
    return [
        (int(rng.integers(0, n)), int(log_uniform(rng, 2, 45 if harsh else 15)))
        for _ in range(count)
    ]


def _outages(rng: Generator, n: int, *, harsh: bool) -> list[tuple[int, int]]:
    """The whole cabinet without power or network."""
    count = int(rng.poisson(n / 10_080 * (1.0 if harsh else 0.25)))
    return [(int(rng.integers(0, n)), int(log_uniform(rng, 5, 90))) for _ in range(count)]

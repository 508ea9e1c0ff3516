"""Plans foreign waters and makes sure that each can be seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from benchmarks.detection.blend import Composition, Water, blended, part, seen
from benchmarks.detection.foreign import CAUSES, SHARES, composition
from benchmarks.detection.instrument import Instrument
from benchmarks.detection.noise import Array, log_uniform, stream
from benchmarks.detection.works import Works
from mulmok.model.time import MINUTE

#: Mean distance of two foreign waters [min], and the long quiet stretch each scene has.
APART, QUIET = 36 * 60, 66 * 60
#: An instrument moves when it leaves the noise of its 10-minute mean so many times over.
MOVES, CLEARLY = 4.0, 6.0
#: These are told by one instrument.
_ONE = ("oil", "septicity")
#: How long an instrument is followed after the water has passed [min].
_TAIL = 40


@dataclass(frozen=True, eq=False)
class Planned:
    """One foreign water: `shape` is its share of the flow (septicity: of its depth) per minute."""

    cause: str
    begin: int
    shape: Array
    fraction: float
    comes: Composition
    #: By channel, how far it moves in multiples of the noise.
    moves: Array

    @property
    def end(self) -> int:
        """Minute of the scene at which the last of it has passed."""
        return self.begin + len(self.shape)


def begins(rng: Generator, counted: int, n: int) -> list[int]:
    """Minutes at which foreign waters come: one or two early ones, then every 36 h or so."""
    found = [
        int(at)
        for at in rng.integers(
            counted // 3, max(counted - 720, counted // 3 + 1), rng.integers(1, 3)
        )
    ]
    found = [at for index, at in enumerate(found) if not index or abs(at - found[0]) > 720]
    at, quiet = counted + rng.uniform(60, 0.7 * APART), rng.integers(2, 12)
    count = 0
    while at < n - 420:
        found.append(int(at))
        count += 1
        at += QUIET + rng.uniform(0, 900) if count == quiet else APART * rng.uniform(0.5, 1.4)
    return sorted(found)


def shape(rng: Generator) -> Array:
    """Course of 20 min to 5 h, of height 1: square, ramped, or with a tail."""
    long = int(log_uniform(rng, 20, 300))
    ramp = float(min(rng.uniform(2, 20), long / 3))
    x = np.arange(long) + 0.5
    match int(rng.integers(3)):
        case 0:
            return np.ones(long)
        case 1:
            return np.clip(np.minimum(x, long - x) / ramp, 0.0, 1.0)
        case _:
            hold = long * rng.uniform(0.1, 0.5)
            return np.clip(x / ramp, 0, 1) * np.exp(
                -np.maximum(x - hold, 0.0) * 3.0 / (long - hold)
            )


def short_noise(instrument: Instrument, readings: Array) -> float:
    """Deviation of the 10-minute mean from the mean of the hour before it: robust, no events."""
    every = max(instrument.channel.every // MINUTE, 1)
    size = max(10 // every, 1)
    x = np.log(np.maximum(readings, 1e-3)) if instrument.log else readings
    x = np.where(instrument.usable(), x, np.nan)
    means = x[: len(x) // size * size].reshape(-1, size).mean(axis=1)
    back = 60 // (size * every)
    before = np.lib.stride_tricks.sliding_window_view(means, back)[:-1].mean(axis=1)
    low, high = np.nanquantile(means[back:] - before, [0.16, 0.84])
    return float(
        max(0.5 * (high - low), 0.29 * instrument.channel.resolution * (not instrument.log), 1e-4)
    )


def changed(
    water: Water, planned_shape: Array, fraction: float, cause: str, comes: Composition
) -> Water:
    """Water of the minutes of an event with it in."""
    if cause != "septicity":
        return blended(water, fraction * planned_shape, comes)
    out = dict(water)
    out["orp"] = water["orp"] - comes["depth"] * planned_shape
    # Sulphide and acids of the sewer's own: half a milliequivalent and less.
    out["vfa"] = water["vfa"] + comes["acid"] * planned_shape
    return out


def responses(instruments: tuple[Instrument, ...], before: Water, after: Water) -> list[Array]:
    """How much each instrument's noiseless answer changes, minute by minute; plain units."""
    return [
        instrument.answer(after[q] - before[q], 0.0)
        for instrument in instruments
        for q in (instrument.channel.quantity.id,)
    ]


def moves(
    instruments: tuple[Instrument, ...], answers: list[Array], noises: list[float],
    begin: int, change: list[Array], good: list[np.ndarray],
) -> Array:  # fmt: skip
    """Greatest 10-minute mean of the change of each instrument's usable readings, over its noise."""
    out = np.zeros(len(instruments))
    for number, (instrument, delta) in enumerate(zip(instruments, change, strict=True)):
        first, last = np.searchsorted(instrument.rows, [begin, begin + len(delta)])
        rows = instrument.rows[first:last]
        base, by = answers[number][rows], delta[rows - begin]
        effect = np.log(np.maximum(base + by, 1e-3) / base) if instrument.log else by
        effect = np.where(good[number][first:last], effect, 0.0)
        size = max(10 // max(instrument.channel.every // MINUTE, 1), 1)
        if len(effect) >= size:
            means = np.convolve(effect, np.ones(size) / size, "valid")
            out[number] = np.abs(means).max() / noises[number]
    return out


def plan(
    seed: int, works: Works, water: Water, instruments: tuple[Instrument, ...],
    answers: list[Array], noises: list[float], counted: int, *, harsh: bool,
) -> list[Planned]:  # fmt: skip
    """Plan the foreign waters of a scene, each strong enough to be seen by a perfect observer."""
    rng = stream(seed, "waters")
    n = len(water["flow"])
    good = [instrument.usable() for instrument in instruments]
    order, found = rng.permutation(np.array(CAUSES)), []
    for number, begin in enumerate(begins(rng, counted, n)):
        cause = str(order[number % len(order)])
        own = stream(seed, f"water {number}")
        one = _visible(
            own, cause, begin, works, water, instruments, answers, noises, good, harsh=harsh
        )
        if one is not None:
            found.append(one)
    return found


def enough(cause: str, moved: Array) -> bool:
    """Whether a perfect observer could not miss it."""
    need = 1 if cause in _ONE else 2
    return bool(np.sort(moved)[-need] >= (CLEARLY if cause == "unknown" else MOVES))


def _visible(
    rng: Generator, cause: str, begin: int, works: Works, water: Water,
    instruments: tuple[Instrument, ...], answers: list[Array], noises: list[float],
    good: list[np.ndarray], *, harsh: bool,
) -> Planned | None:  # fmt: skip
    """Draw until it shows: first more of it, then another draw; None where nothing would."""
    for _ in range(8):
        form = shape(rng)
        rows = slice(begin, begin + len(form) + _TAIL)
        before, padded = part(water, rows), np.concatenate([form, np.zeros(_TAIL)])
        padded = padded[: len(before["flow"])]
        was = seen(before)
        if cause == "septicity":
            comes: Composition = {"depth": rng.uniform(120, 260), "acid": rng.uniform(0.1, 0.6)}
            low = top = 1.0
        else:
            comes = composition(cause, rng, works, harsh=harsh)
            low, top = SHARES[cause]
        fraction = log_uniform(rng, low, top)
        while fraction <= top:
            after = seen(changed(before, padded, fraction, cause, comes))
            change = responses(instruments, was, after)
            moved = moves(instruments, answers, noises, begin, change, good)
            if enough(cause, moved):
                return Planned(cause, begin, form, fraction, comes, moved)
            fraction *= 1.2
    return None


def poured(water: Water, events: list[Planned]) -> Water:
    """Sewage with all foreign waters in it."""
    out = {name: column.copy() for name, column in water.items()}
    for one in events:
        rows = slice(one.begin, one.end)
        with_it = changed(part(water, rows), one.shape, one.fraction, one.cause, one.comes)
        for name, column in out.items():
            column[rows] = with_it[name]
    return out

"""Plans instrument faults around the foreign waters, and lays them over the readings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from benchmarks.detection.instrument import Instrument
from benchmarks.detection.noise import Array, heavy, log_uniform, stream
from benchmarks.detection.waters import Planned, enough
from mulmok.model.status import Status

#: Shortest and longest [min].
LENGTHS: dict[str, tuple[float, float]] = {
    "spike": (60, 120), "stuck": (120, 720), "drift": (240, 1440), "dropout": (20, 240),
    "calibration": (15, 40), "fouling": (720, 4320), "offset": (120, 720), "noise": (60, 360),
}  # fmt: skip
_ANY = ("flow", "ph", "ec", "temperature", "turbidity", "orp", "tss", "cod", "nh4_n", "tn", "tp")
_QUICK = _ANY[:9]
_ON: dict[str, tuple[str, ...]] = {
    "spike": _QUICK, "stuck": _ANY, "drift": _ANY, "dropout": _QUICK,
    "calibration": ("ph", "ec", "turbidity", "orp", "tss", "cod", "nh4_n"),
    "fouling": ("ph", "turbidity", "orp", "tss", "cod", "nh4_n", "ec", "tn", "tp"),
    "offset": _ANY, "noise": _QUICK,
}  # fmt: skip
#: What is not compared by ratio: smallest and largest error [unit].
_PLAIN = {"ph": (0.5, 1.5), "temperature": (3.0, 9.0), "orp": (80.0, 260.0)}
_STANDARDS: dict[str, tuple[float, ...]] = {
    "ph": (4.01, 7.0, 10.01), "ec": (1413.0, 146.9), "turbidity": (0.5, 100.0, 400.0),
    "orp": (220.0, 468.0), "tss": (1.0, 500.0), "cod": (2.0, 800.0), "nh4_n": (1.0, 10.0, 100.0),
}  # fmt: skip
APART, EARLY_APART, MARGIN, DURING = 40 * 60, 80 * 60, 75, 0.15
_VISIT = 15


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, in minutes of the scene."""

    kind: str
    instrument: int
    begin: int
    end: int


def plan(
    seed: int, instruments: tuple[Instrument, ...], waters: list[Planned], counted: int, n: int
) -> list[Fault]:
    """Plan a fault every 40 h, half as many before counting; 15 in 100 during a foreign water."""
    rng = stream(seed, "faults")
    kinds = list(rng.permutation(np.array(list(LENGTHS))))
    begins, at = [], 2880 + rng.uniform(0, EARLY_APART)
    while at < n:
        begins.append(at)
        at += (APART if at >= counted else EARLY_APART) * rng.uniform(0.6, 1.4)
    found: list[Fault] = []
    wanted = [(str(kinds[number % len(kinds)]), begin) for number, begin in enumerate(begins)]
    # The long ones first: they find no place between the others.
    for kind, begin in sorted(wanted, key=lambda one: -LENGTHS[one[0]][1]):
        early = begin < counted
        during = not early and rng.random() < DURING
        one = _during(rng, kind, instruments, waters, found, counted, n) if during else None
        # A quiet place near the wanted time, then anywhere; shorter if there is none.
        for attempt in range(200):
            if one is not None:
                break
            near = begin + rng.uniform(-1, 1) * min(60 + 20 * attempt, 2400)
            lowest, highest = (1440, counted - 1500) if early else (counted + 60, n - 120)
            if attempt > 120:
                near = rng.uniform(lowest, max(highest, lowest + 1))
            one = _quiet(
                rng, kind, instruments, waters, found, near, 1.0 - attempt / 200, (lowest, highest)
            )
        if one is not None:
            found.append(one)
    return sorted(found, key=lambda fault: fault.begin)


def _quiet(
    rng: Generator, kind: str, instruments: tuple[Instrument, ...], waters: list[Planned],
    found: list[Fault], begin: float, eager: float, within: tuple[float, float],
) -> Fault | None:  # fmt: skip
    low, high = LENGTHS[kind]
    long = max(low + (high - low) * eager, low * 1.01)
    # Short ones are likelier, but fouling takes days.
    end = begin + (rng.uniform(low, long) if kind == "fouling" else log_uniform(rng, low, long))
    able = [i for i, one in enumerate(instruments) if one.channel.quantity.id in _ON[kind]]
    fault = Fault(kind, int(rng.choice(able)), int(begin), int(end))
    fault = _long_enough(fault, instruments, rng)
    if begin < within[0] or fault.end > within[1] or not _free(fault, instruments, found):
        return None
    beside = (w.begin - MARGIN < fault.end and fault.begin < w.end + MARGIN for w in waters)
    return None if any(beside) else fault


def _during(
    rng: Generator, kind: str, instruments: tuple[Instrument, ...], waters: list[Planned],
    found: list[Fault], counted: int, n: int,
) -> Fault | None:  # fmt: skip
    """Let it run while a foreign water passes that this instrument is not needed to see."""
    for water in rng.permutation(np.array(waters, dtype=object)):
        others = [
            i for i, one in enumerate(instruments)
            if one.channel.quantity.id in _ON[kind] and water.moves[i] < 2.0
            and enough(water.cause, np.delete(water.moves, i))
        ]  # fmt: skip
        if not others or water.begin < counted or kind == "fouling":
            continue
        begin = water.begin + rng.uniform(-60, 0.5 * len(water.shape))
        low, high = LENGTHS[kind]
        fault = Fault(
            kind,
            int(rng.choice(others)),
            int(begin),
            int(begin + log_uniform(rng, low, min(high, 480))),
        )
        fault = _long_enough(fault, instruments, rng)
        rest = (w for w in waters if w is not water)
        beside = any(w.begin - MARGIN < fault.end and fault.begin < w.end + MARGIN for w in rest)
        if not beside and fault.end < n - 120 and _free(fault, instruments, found):
            return fault
    return None


def _long_enough(fault: Fault, instruments: tuple[Instrument, ...], rng: Generator) -> Fault:
    """Spikes are isolated: five of them need eleven readings."""
    every = int(np.diff(instruments[fault.instrument].rows[:2])[0])
    least = {"spike": int(rng.integers(11, 20)), "noise": 13, "stuck": 8}.get(fault.kind, 3) * every
    return Fault(fault.kind, fault.instrument, fault.begin, max(fault.end, fault.begin + least))


def _free(fault: Fault, instruments: tuple[Instrument, ...], found: list[Fault]) -> bool:
    """Whether no other fault is near, and no visit would end a lasting one early."""
    if any(o.begin - MARGIN < fault.end and fault.begin < o.end + MARGIN for o in found):
        return False
    own = instruments[fault.instrument]
    visits = ((b, e) for b, _, e, _ in own.cleanings)
    if any(b - 30 < fault.end and fault.begin < e + 30 for b, e in visits):
        return False
    inside = (own.rows >= fault.begin) & (own.rows < fault.end)
    return float(np.mean(own.lost[inside] > 0)) < 0.3


def laid(
    seed: int, number: int, fault: Fault, one: Instrument, value: Array, status: NDArray[np.uint8],
    level: float, *, harsh: bool,
) -> tuple[Array, NDArray[np.uint8]]:  # fmt: skip
    """Lay a fault over the readings of its instrument; `level` is what it usually shows."""
    rng = stream(seed, f"fault {number}")
    rows = np.flatnonzero((one.rows >= fault.begin) & (one.rows < fault.end))
    value, status = value.copy(), status.copy()
    own, channel = value[rows], one.channel
    quantity = channel.quantity.id
    grown = (one.rows[rows] - fault.begin + 1.0) / (fault.end - fault.begin)
    sign = float(rng.choice([-1, 1]))
    match fault.kind:
        case "spike":
            every = rng.permutation(np.arange(1, len(rows) - 1, 2))[: rng.integers(5, 21)]
            wild = _moved(
                own[every],
                quantity,
                sign
                * rng.uniform(1.2, 4.0, len(every))
                * (1 if rng.random() < 0.7 else rng.choice([-1, 1], len(every))),
            )
            own[every] = wild
        case "stuck":
            before = value[: rows[0]][~np.isnan(value[: rows[0]])]
            dither = (rng.random(len(rows)) < 0.03) if harsh and rng.random() < 0.25 else 0
            own = np.where(np.isnan(own), own, before[-1] + channel.resolution * dither)
        case "drift":
            own = _moved(
                own, quantity, sign * _size(rng, quantity) * grown ** rng.uniform(0.7, 1.3)
            )
        case "fouling":
            part = rng.uniform(0.2, 0.6)
            if quantity in _PLAIN:
                own = _moved(own, quantity, sign * part / 0.5 * grown)
            else:
                own = own * (1.0 - part * grown ** rng.uniform(0.8, 1.5))
        case "offset":
            own = _moved(own, quantity, sign * _size(rng, quantity))
        case "noise":
            share, fixed = one.size
            spread = (share * level if one.log else 0.0) + fixed
            own = own + rng.uniform(5, 12) * spread * heavy(rng, len(rows), 5.0)
        case "dropout":
            kind = rng.integers(3)
            own = np.full(len(rows), channel.low if kind == 0 else np.nan)
            status[rows] = Status.COMM_FAIL if kind == 1 else Status.NORMAL
        case _:
            marks = np.array(_STANDARDS[quantity])[rng.permutation(len(_STANDARDS[quantity]))]
            step = np.minimum((grown * len(marks)).astype(int), len(marks) - 1)
            own = marks[step] * (1 + 0.008 * heavy(rng, len(rows), 8.0))
            if rng.random() < 0.7:
                status[rows] = Status.CALIBRATING
    value[rows] = own
    if fault.kind in ("drift", "fouling") and rng.random() < (0.6 if harsh else 0.9):
        status[rows[one.rows[rows] >= fault.end - _VISIT]] = Status.MAINTENANCE
    return value, status


def _size(rng: Generator, quantity: str) -> float:
    """How far out, as what `_moved` takes: 1 is the largest plain error."""
    return float(rng.uniform(0.33, 1.0)) if quantity in _PLAIN else float(rng.uniform(0.25, 0.8))


def _moved(value: Array, quantity: str, by: float | Array) -> Array:
    """Move readings by a share, up or equally far down; plain quantities by their own amounts."""
    if quantity in _PLAIN:
        return value + by * _PLAIN[quantity][1]
    return value * (1.0 + np.abs(by)) ** np.sign(by)

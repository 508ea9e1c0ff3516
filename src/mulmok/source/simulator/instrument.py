"""From the water to what an instrument shows of it.

Noise, slow fouling and its weekly cleaning, calibration, lost connections, faults, the step of the
display, the ends of the range. The sizes are site choice, of the order of data sheets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mulmok.model.block import Bytes, Instants, Values
from mulmok.model.channel import Channel
from mulmok.model.status import Status
from mulmok.model.time import DAY, HOUR, MINUTE, WEEK, Zone
from mulmok.source.simulator.chance import Chance
from mulmok.source.simulator.planted import Fault
from mulmok.source.simulator.sewage import Water

#: Noise of one reading: share of the value, and in the quantity's unit.
_NOISE: dict[str, tuple[float, float]] = {
    "flow": (0.01, 0.0),
    "level": (0.0, 0.005),
    "ph": (0.0, 0.015),
    "ec": (0.005, 1.0),
    "temperature": (0.0, 0.03),
    "turbidity": (0.03, 0.5),
    "tss": (0.03, 0.5),
    "orp": (0.0, 2.0),
    "tn": (0.02, 0.05),
    "tp": (0.02, 0.002),
    "uv254": (0.01, 0.1),
    "rain": (0.0, 0.0),
    "lel": (0.0, 0.1),
}
_NOISE_ELSE = (0.02, 0.0)
#: Share by which a week of fouling moves the reading.
_FOULING = {"tss": 0.05, "turbidity": 0.06, "cod": 0.03, "uv254": 0.04, "nh4_n": -0.05, "ec": -0.01}
#: Instruments nobody takes out of the water every week.
_LEFT_ALONE = {"flow", "level", "rain", "temperature", "lel"}
_CLEANING, _CALIBRATION = 10 * MINUTE, 10 * MINUTE
#: One hour in so many has a lost connection of 3 to 12 min.
_LOST_EVERY = 700
#: Local midnight between Sunday and Monday, 1970-01-05.
_MONDAY = 4 * DAY


@dataclass(frozen=True, slots=True)
class Shown:
    """What an instrument sent: `here` says at which of the instants it sent anything."""

    value: Values
    status: Bytes
    here: NDArray[np.bool_]


def true_value(channel: Channel, water: Water) -> Values:
    """Give what a perfect instrument would show [canonical unit]."""
    name = channel.quantity.id
    if name == "turbidity":
        return 0.8 * water["tss"]
    if name == "level":
        return 1.2 + 0.4 * np.log1p(water["flow"] / 500.0)
    return water[name]


def since_cleaning(channel: Channel, at: Instants, zone: Zone, chance: Chance) -> Instants:
    """Time since the last weekly cleaning began [ns]: a weekday between 9 and 16 h, its own."""
    day = chance.pick(f"{channel.id}/weekday", 0, 5)
    minute = chance.pick(f"{channel.id}/minute", 0, 7 * 60)
    begin = _MONDAY + day * DAY + 9 * HOUR + minute * MINUTE
    since: Instants = (zone.local(at) - begin) % WEEK
    return since


def shown(
    channel: Channel,
    at: Instants,
    true: Values,
    zone: Zone,
    chance: Chance,
    faults: Sequence[tuple[Fault, float]],
) -> Shown:
    """Give the readings of one instrument at instants [ns UTC], given the truth.

    `faults` are those that touch these instants, each with the value it is stuck at.
    """
    quantity = channel.quantity.id
    share, fixed = _NOISE.get(quantity, _NOISE_ELSE)
    noise = chance.normal(f"{channel.id}/noise", at)
    value = true * (1.0 + share * noise) + fixed * noise
    status = np.zeros(len(at), np.uint8)
    here = np.ones(len(at), np.bool_)
    if quantity not in _LEFT_ALONE:
        since = since_cleaning(channel, at, zone, chance)
        value = value * (1.0 + _FOULING.get(quantity, 0.0) * (since / WEEK))
        cleaning = since < _CLEANING
        standard = ~cleaning & (since < _CLEANING + _CALIBRATION)
        value = np.where(cleaning, value * (0.6 + 0.2 * noise), value)
        value = np.where(standard, _standard(channel) * (1.0 + 0.005 * noise), value)
        status[cleaning], status[standard] = Status.MAINTENANCE, Status.CALIBRATING
    for fault, held in faults:
        value, here = _broken(channel, at, value, here, noise, fault, held)
    steps: Values = np.round(value / channel.resolution)
    value = np.clip(steps * channel.resolution, channel.low, channel.high).round(6)
    lost = _lost(channel, at, chance)
    value[lost], status[lost] = np.nan, Status.COMM_FAIL
    return Shown(value, status, here)


def _standard(channel: Channel) -> float:
    """Give the value of the calibration standard: pH 7, else a third of the range."""
    if channel.quantity.id == "ph":
        return 7.0
    return channel.low + (channel.high - channel.low) / 3


def _lost(channel: Channel, at: Instants, chance: Chance) -> NDArray[np.bool_]:
    hour = at // HOUR
    struck = chance.uniform(f"{channel.id}/lost", hour) < 1.0 / _LOST_EVERY
    begin = chance.uniform(f"{channel.id}/lost at", hour) * 45 * MINUTE
    length = (3 + 9 * chance.uniform(f"{channel.id}/lost for", hour)) * MINUTE
    inside = at - hour * HOUR - begin
    return struck & (inside >= 0) & (inside < length)


def _broken(
    channel: Channel,
    at: Instants,
    value: Values,
    here: NDArray[np.bool_],
    noise: Values,
    fault: Fault,
    held: float,
) -> tuple[Values, NDArray[np.bool_]]:
    """Show a fault in the readings it touches."""
    inside = (at >= fault.start) & (at < fault.end)
    grown = (at - fault.start) / max(fault.end - fault.start, 1)
    match fault.kind:
        case "silence":
            return value, here & ~inside
        case "stuck":
            wrong = np.full(len(at), held)
        case "dropout":
            wrong = np.full(len(at), channel.low)
        case "drift":
            wrong = value * (1.0 + fault.size * grown)
        case "fouling":
            wrong = value * (1.0 - fault.size * grown)
        case "offset" | "calibration":
            wrong = value * (1.0 + fault.size)
        case "noise":
            wrong = value * (1.0 + fault.size * noise)
        case "spike":
            wrong = np.where((at // channel.every) % 7 == 3, value * (1.0 + fault.size), value)
    return np.where(inside, wrong, value), here

"""Planting: recorded readings as they would have been had a foreign water come meanwhile.

Of a water of share f in the flow: C' = (1 - f) C + f S and Q' = Q / (1 - f), reading by reading, from
what the instruments really showed, noise and faults included. pH follows from alkalinity and carbon,
redox from how far plenty of the water would push it.

The constants are the detector's, but written down here again: who measures it must not lean on it.
Nor is its library taken at its word: a water is drawn around what the library says of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mulmok.model.acidity import carbon, ph
from mulmok.model.block import Values
from mulmok.model.channel import Channel
from mulmok.model.foreign import ForeignWater
from mulmok.model.message import Readings
from mulmok.model.status import Status
from mulmok.model.time import MINUTE

#: Alkalinity of the sewage [meq/L]; its carbon follows from the pH the instrument showed.
ALKALINITY = 3.4
#: pH within which that holds: beyond it the reading is the instrument's affair.
_BUFFERED = (5.0, 9.0)
#: Share at which a water has pushed the redox potential half its way [1], and how much of the way an
#: electrode shows at all [1]. Site choice: it tells a direction rather than a size.
_ORP_HALF, _ORP_SHOWN = 0.01, 0.5
#: What a foreign water does not move by being mixed in.
_UNMOVED = frozenset({"level", "rain", "do", "h2s", "lel"})
#: A wet optical probe scatters by more than its water differs.
_TURBID = 1.4
#: Length of an event and of its ramps up and down [ns].
_LENGTH, _RAMP = (45 * MINUTE, 90 * MINUTE), (5 * MINUTE, 10 * MINUTE)
#: With these the instrument looks at the water; with all others its value is none.
_LOOKING = np.array([Status.NORMAL, Status.TRIAL, Status.RESENT], np.uint8)


@dataclass(frozen=True, slots=True)
class Planted:
    """One event: a water as it came, and how.

    share   of the whole flow at its height [1]; of a state of the sewage, how far it has come
    start   its first drop [ns UTC]; `length` to its last, `ramp` up and down within [ns]
    """

    water: ForeignWater
    share: float
    start: int
    length: int
    ramp: int

    @property
    def end(self) -> int:
        """Its last drop [ns UTC]."""
        return self.start + self.length

    def share_at(self, at: NDArray[np.int64]) -> Values:
        """Share of the flow at instants [1]."""
        since, left = (at - self.start) / self.ramp, (self.end - at) / self.ramp
        part: Values = self.share * np.clip(np.minimum(since, left), 0.0, 1.0)
        return part


def as_it_comes(
    water: ForeignWater, channels: tuple[Channel, ...], chance: np.random.Generator
) -> ForeignWater:
    """Draw a water around what the library says: half of the spread is how thick it is, half its own."""
    half = water.spread / np.sqrt(2.0)
    thick = chance.normal(0.0, half)
    holds = {}
    for name in dict.fromkeys(channel.quantity.id for channel in channels):
        own = _TURBID if name == "turbidity" else 1.0
        holds[name] = water.strength(name) * float(np.exp(own * (thick + chance.normal(0.0, half))))
    acid = float(np.exp(thick + chance.normal(0.0, half)))
    redox = float(np.exp(thick + chance.normal(0.0, half)))
    return replace(
        water,
        holds=holds,
        alkalinity=water.alkalinity * acid,
        carbon=water.carbon * acid,
        orp=water.orp * redox,
    )


def drawn(
    water: ForeignWater,
    share: float,
    start: int,
    channels: tuple[Channel, ...],
    chance: np.random.Generator,
) -> Planted:
    """Draw an event of a water at a share [1] from an instant [ns UTC] on."""
    length, ramp = (int(chance.integers(low, high + 1)) for low, high in (_LENGTH, _RAMP))
    return Planted(as_it_comes(water, channels, chance), share, start, length, ramp)


def shown_by(water: ForeignWater, channel: Channel) -> bool:
    """Whether an instrument shows matter of a water, and not only that there is more of it."""
    name = channel.quantity.id
    if name in _UNMOVED or name in ("flow", "temperature"):
        return False
    if name == "orp":
        return water.orp != 0.0
    if name == "ph":
        return water.mixes or water.alkalinity != 0.0
    return water.mixes and not np.isnan(water.strength(name))


def plant(
    readings: Readings, channels: tuple[Channel, ...], place: str, planted: Planted
) -> Readings:
    """Give readings as the instruments of a place would have shown them; all else is untouched.

    A reading that is missing, stands outside the instrument's range, or comes from an instrument that
    says it is not looking at the water stays as it is.
    """
    share = planted.share_at(readings.at)
    touched = (share > 0.0) & np.isin(readings.status, _LOOKING)
    value = readings.value.copy()
    for index, channel in enumerate(channels):
        if channel.place != place:
            continue
        rows = np.flatnonzero(touched & (readings.channel == index))
        rows = rows[(value[rows] >= channel.low) & (value[rows] <= channel.high)]
        if len(rows) == 0:
            continue
        mixed = _mixed(channel.quantity.id, value[rows], share[rows], planted.water)
        if mixed is not None:
            value[rows] = _displayed(mixed, channel)
    return replace(readings, value=value)


def _mixed(quantity: str, value: Values, f: Values, water: ForeignWater) -> Values | None:
    """Values with a share `f` of a water in them; None where it does not move the quantity."""
    if quantity in _UNMOVED:
        return None
    if quantity == "ph":
        return value + _acidified(value, f, water)
    if quantity == "orp":
        way = f / (f + _ORP_HALF) if water.mixes else f
        return value + _ORP_SHOWN * water.orp * way
    if not water.mixes:
        return None
    if quantity == "flow":
        # A discharger that is all of the flow leaves no sewage to reckon from.
        return value / np.maximum(1.0 - f, 0.05)
    strength = water.strength(quantity)
    if quantity == "temperature":
        strength = np.nan if water.temperature is None else water.temperature
    if np.isnan(strength):
        return None
    return (1.0 - f) * value + f * strength


def _acidified(value: Values, f: Values, water: ForeignWater) -> Values:
    """Change of pH by a share `f` of a water."""
    if not water.mixes:
        return f * water.alkalinity
    before = np.clip(value, *_BUFFERED)
    sewage = np.full(len(value), ALKALINITY)
    whole = ph(
        (1.0 - f) * sewage + f * water.alkalinity,
        (1.0 - f) * carbon(before, sewage) + f * water.carbon,
    )
    return whole - before


def _displayed(value: Values, channel: Channel) -> Values:
    """Give values within the instrument's range, in its steps."""
    if channel.resolution > 0.0:
        value = np.round(value / channel.resolution) * channel.resolution
    return np.clip(value, channel.low, channel.high)

"""From the number an instrument sends to the value of a channel: scale, unit, 4-20 mA.

The same for every driver: a driver takes `SIGNAL` into its table of settings, asks `signal_faults`
in its `wrong`, and puts all numbers of a channel through the channel's `Signal`.

A 4-20 mA current is judged by NAMUR NE 43 [1]_: below 3.6 and above 21 mA the instrument says that
it is broken. Up to 3.8 and from 20.5 mA on it is saturated: the number is kept, lies beyond the
measuring range, and fails as such (`saturation`).

References
----------
.. [1] NAMUR NE 43, "Standardisation of the Signal Level for the Failure Information of Digital
   Transmitters," 2003.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mulmok.model.block import Bytes, Values
from mulmok.model.channel import Channel
from mulmok.model.status import Status
from mulmok.model.text import Text, text
from mulmok.model.unit import UNITS, parse_unit
from mulmok.source.settings import Given, SettingKey

#: NE 43 [mA]: beyond these the signal is failure information.
BROKEN = (3.6, 21.0)
#: NE 43 [mA]: the current goes no further to show a measurement.
SATURATED = (3.8, 20.5)
_ZERO, _FULL = 4.0, 20.0

#: The settings every driver of numbers takes.
SIGNAL: tuple[SettingKey, ...] = (
    SettingKey("scale", "plain", text("what the number that comes is multiplied by"), "0.01", usual="1", each=True),
    SettingKey("offset", "plain", text("what is added to it after that"), "-5", usual="0", each=True),
    SettingKey("unit", "unit", text("unit of the number after scale and offset"), '"mS/cm"', usual="the quantity's own", each=True),
    SettingKey("current", "span", text("the number is a current of 4 to 20 mA: the amounts at 4 and at 20 mA, judged by NAMUR NE 43"), '["0 mg/L", "1500 mg/L"]', each=True),
    SettingKey("counts", "numbers", text("with current: the numbers that stand for 4 and for 20 mA"), "[0, 27648]", usual="the number is the current in mA", each=True),
    SettingKey("missing", "numbers", text("numbers that say that there is no value"), "[-9999, 65535]", usual="none", each=True),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signal:
    """How the numbers of one channel become values.

    scale, offset   number * scale + offset
    factor, shift   of its unit: canonical = factor * that + shift
    current         values at 4 and at 20 mA [canonical unit]; None: the number is no current
    counts          numbers at 4 and at 20 mA; None: the number is the current [mA]
    missing         numbers that stand for no value
    """

    scale: float = 1.0
    offset: float = 0.0
    factor: float = 1.0
    shift: float = 0.0
    current: tuple[float, float] | None = None
    counts: tuple[float, float] | None = None
    missing: tuple[float, ...] = ()

    @classmethod
    def of(cls, channel: Channel, given: Mapping[str, Given]) -> Signal:
        """Make it from a channel's own settings, which the table has checked."""
        symbol = given.get("unit")
        unit = parse_unit(symbol) if isinstance(symbol, str) else UNITS[channel.quantity.unit]
        return cls(
            scale=_number(given.get("scale"), 1.0),
            offset=_number(given.get("offset"), 0.0),
            factor=unit.factor,
            shift=unit.offset,
            current=_pair(given.get("current")),
            counts=_pair(given.get("counts")),
            missing=_in_either_precision(_numbers(given.get("missing"))),
        )

    def values(self, number: Values) -> tuple[Values, Bytes]:
        """Values [canonical unit] of numbers as they came, and what the signal says of itself.

        Missing and NaN are NaN; the status is DEVICE_FAULT where the current says so, else NORMAL.
        Where a number means no value it says nothing of the current either.
        """
        number = np.asarray(number, np.float64)
        # Garbage of a wrong byte order overflows, which is no fault of ours to be warned of.
        with np.errstate(over="ignore", invalid="ignore"):
            return self._values(number)

    def _values(self, number: Values) -> tuple[Values, Bytes]:
        status = np.full(number.shape, Status.NORMAL, np.uint8)
        gone = np.isnan(number)
        if self.missing:
            gone = gone | np.isin(number, self.missing)
        value = np.where(gone, np.nan, number) * self.scale + self.offset
        if self.current is None:
            return value * self.factor + self.shift, status
        if self.counts is not None:
            low, high = self.counts
            value = _ZERO + (value - low) * ((_FULL - _ZERO) / (high - low))
        status[(value < BROKEN[0]) | (value > BROKEN[1])] = Status.DEVICE_FAULT
        return at_current(self.current, value), status

    def value(self, number: float) -> tuple[float, Status]:
        """Give what `values` gives, of one number, for those to whom numbers come one by one."""
        if number in self.missing:
            number = math.nan
        value = number * self.scale + self.offset
        if self.current is None:
            return value * self.factor + self.shift, Status.NORMAL
        if self.counts is not None:
            low, high = self.counts
            value = _ZERO + (value - low) * ((_FULL - _ZERO) / (high - low))
        broken = value < BROKEN[0] or value > BROKEN[1]
        low, high = self.current
        value = low + (value - _ZERO) * ((high - low) / (_FULL - _ZERO))
        return value, Status.DEVICE_FAULT if broken else Status.NORMAL

    def number(self, value: float) -> float:
        """Give the number an instrument with this signal would send for a value [canonical unit]."""
        if self.current is None:
            number = (value - self.shift) / self.factor
        else:
            low, high = self.current
            number = _ZERO + (value - low) * ((_FULL - _ZERO) / (high - low))
            if self.counts is not None:
                first, last = self.counts
                number = first + (number - _ZERO) * ((last - first) / (_FULL - _ZERO))
        return (number - self.offset) / self.scale


def at_current(span: tuple[float, float], current: NDArray[np.float64]) -> Values:
    """Values at a current [mA] where `span` [canonical unit] lies from 4 to 20 mA."""
    low, high = span
    value: Values = low + (current - _ZERO) * ((high - low) / (_FULL - _ZERO))
    return value


def saturation(span: tuple[float, float]) -> tuple[float, float]:
    """Give the ends of the measuring range of a 4-20 mA instrument [canonical unit]: 3.8 and 20.5 mA."""
    ends = at_current(span, np.array(SATURATED))
    return float(ends.min()), float(ends.max())


def signal_faults(given: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
    """Say what of a channel's signal settings does not go together: key and fault."""
    if given.get("scale") == 0:
        yield "scale", text("a scale of 0 leaves nothing of the number")
    counts = given.get("counts")
    if counts is not None:
        if "current" not in given:
            yield "counts", text("stands with current only; without it want scale and offset")
        if not isinstance(counts, tuple) or len(counts) != 2 or counts[0] == counts[1]:
            yield "counts", text("want two different numbers: at 4 and at 20 mA")
    if "current" in given and "unit" in given:
        yield "unit", text("does not go with current, whose amounts have their unit")


def _number(given: Given | None, usual: float) -> float:
    return float(given) if isinstance(given, int | float) else usual


def _numbers(given: Given | None) -> tuple[float, ...]:
    if not isinstance(given, tuple):
        return ()
    return tuple(float(one) for one in given)


def _in_either_precision(numbers: tuple[float, ...]) -> tuple[float, ...]:
    """Give numbers, and what becomes of them in a 32-bit float: -9999.9 comes as -9999.900390625."""
    with np.errstate(over="ignore"):
        singles = [float(np.float32(one)) for one in numbers]
    return tuple(dict.fromkeys((*numbers, *filter(math.isfinite, singles))))


def _pair(given: Given | None) -> tuple[float, float] | None:
    pair = _numbers(given)
    return (pair[0], pair[1]) if len(pair) == 2 else None

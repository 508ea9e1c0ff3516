"""Small pictures drawn on the server: where a value stands, and how it got there in a day.

Everything is in the units of the picture's own view box; the pages' style sheet gives size and colour.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from mulmok.model.block import Values

#: View boxes of the analog bar and of the sparkline.
BAR_WIDTH, SPARK_WIDTH, SPARK_HEIGHT = 240.0, 200.0, 32.0
_NICE = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """What the left and right end of a bar stand for [canonical unit]."""

    low: float
    high: float

    def place(self, value: float, width: float = BAR_WIDTH) -> float:
        """Give where a value stands, kept within the ends."""
        share = (value - self.low) / (self.high - self.low)
        return round(min(max(share, 0.0), 1.0) * width, 1)

    def is_beyond(self, value: float) -> bool:
        """Whether a value is further out than the bar shows."""
        return not self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Bar:
    """An analog bar: the normal band, and the limits that raise an alarm as (place, priority)."""

    scale: Scale
    limits: tuple[tuple[float, int], ...]


def nice_scale(known: Iterable[float], *, floor: float, ceiling: float) -> Scale:
    """Ends around everything that is known to matter, on round numbers so that they seldom move.

    floor, ceiling   what is physically possible; used when nothing is known
    """
    values = [value for value in known if math.isfinite(value)]
    if not values:
        return Scale(floor, ceiling)
    low, high = min(values), max(values)
    margin = 0.1 * (high - low) or abs(high) * 0.5 or 1.0
    low, high = low - margin, high + margin
    if floor >= 0 and low < 0.3 * high:
        low = max(floor, 0.0)
    step = _step(high - low)
    low, high = math.floor(low / step) * step, math.ceil(high / step) * step
    return Scale(max(low, floor), min(high, ceiling))


def _step(span: float) -> float:
    """A round tenth of a span."""
    size = 10.0 ** math.floor(math.log10(span / 10))
    return next(nice for nice in _NICE if nice * size >= span / 10 * 0.999) * size


@dataclass(frozen=True, slots=True)
class Spark:
    """A day in small: the line of means, the area from smallest to largest, and the normal band."""

    line: str
    area: str
    band: str


NO_SPARK = Spark("", "", "")


def sparkline(mean: Values, smallest: Values, largest: Values, low: Values, high: Values) -> Spark:
    """Draw evenly spaced buckets; NaN is a gap, and nothing is drawn across it."""
    drawn = np.concatenate([smallest, largest])
    drawn = drawn[np.isfinite(drawn)]
    if len(drawn) == 0:
        return NO_SPARK
    bottom, top = float(drawn.min()), float(drawn.max())
    if top - bottom < 1e-9:
        bottom, top = bottom - 1.0, top + 1.0
    x = np.linspace(0.0, SPARK_WIDTH, len(mean))

    def height(values: Values) -> Values:
        share = np.clip((values - bottom) / (top - bottom), 0.0, 1.0)
        scaled: Values = 1.5 + (1.0 - share) * (SPARK_HEIGHT - 3.0)
        return scaled

    return Spark(
        line=_line(x, height(mean)),
        area=_area(x, height(smallest), height(largest)),
        band=_area(x, height(low), height(high)),
    )


def _pieces(known: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[slice]:
    """Stretches without a gap."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(np.int8)))
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _points(x: Values, y: Values) -> str:
    return "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x.tolist(), y.tolist(), strict=True))


def _line(x: Values, y: Values) -> str:
    drawn = []
    for piece in _pieces(np.isfinite(y)):
        if piece.stop - piece.start == 1:
            drawn.append(f"M{x[piece.start]:.1f} {y[piece.start]:.1f}h0.1")
        else:
            drawn.append("M" + _points(x[piece], y[piece]))
    return "".join(drawn)


def _area(x: Values, one: Values, other: Values) -> str:
    known = np.isfinite(one) & np.isfinite(other)
    return "".join(
        f"M{_points(x[piece], one[piece])}L{_points(x[piece][::-1], other[piece][::-1])}Z"
        for piece in _pieces(known)
        if piece.stop - piece.start > 1
    )

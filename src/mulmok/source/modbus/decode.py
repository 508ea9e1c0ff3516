"""Words to readings, all channels of a turn at once; the way there is laid once for each plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mulmok.model.block import Bytes, Values
from mulmok.model.status import Status
from mulmok.source.modbus.layout import NUMPY, Layout
from mulmok.source.modbus.plan import Plan, Point
from mulmok.source.modbus.status import worst

Words = NDArray[np.uint16]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """What the channels of a plan show, in its order of points.

    number   as it came, before scale and unit; NaN where nothing was read
    value    [canonical unit]
    status   COMM_FAIL where the number or its status was not read
    read     whether the number was read
    unknown  rows whose status word has a number without a meaning
    odd      rows of longer numbers that can hardly be what was measured, when nothing else says why:
             no number, or outside what the quantity can be at all
    tiny     rows of longer numbers as good as zero, and yet not zero
    """

    number: Values
    value: Values
    status: Bytes
    read: Mask
    unknown: tuple[int, ...] = ()
    odd: tuple[int, ...] = ()
    tiny: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """Numbers of one layout: which rows, and where the words of each stand, the highest first."""

    rows: NDArray[np.intp]
    at: NDArray[np.intp]
    layout: Layout
    mask: NDArray[np.uint16] | None = None

    def numbers(self, words: Words) -> Values:
        found = words[self.at]
        if self.layout.bytes_turned:
            found = found.byteswap()
        if self.mask is not None:
            return np.where(found[:, 0] & self.mask, 1.0, 0.0)
        raw = found.astype(">u2").view(f">{NUMPY[self.layout.type]}")
        numbers: Values = raw[:, 0].astype(np.float64)
        return numbers


@dataclass(eq=False)
class Decoder:
    """Decodes the words that a plan reads."""

    plan: Plan
    _groups: list[_Group] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Lay the way."""
        points, place = self.plan.points, self.plan.place
        count = len(points)
        self.index = np.array([point.index for point in points], np.int16)
        together: dict[Layout, list[int]] = {}
        for row, point in enumerate(points):
            together.setdefault(_alike(point.layout), []).append(row)
        for layout, rows in together.items():
            order = range(layout.words)[:: -1 if layout.words_turned else 1]
            at = [[place[points[row].span] + word for word in order] for row in rows]
            masks = [_mask(points[row].layout) for row in rows] if layout.is_logical else None
            self._groups.append(
                _Group(
                    np.array(rows, np.intp),
                    np.array(at, np.intp),
                    layout,
                    None if masks is None else np.array(masks, np.uint16),
                )
            )
        # Each number's first and last word: what was read of a request was read as a whole.
        self._first = np.array([place[point.span] for point in points], np.intp)
        self._last = self._first + np.array([point.span.count - 1 for point in points], np.intp)
        signals = [point.signal for point in points]
        self._scale = np.array([signal.scale for signal in signals])
        self._offset = np.array([signal.offset for signal in signals])
        self._factor = np.array([signal.factor for signal in signals])
        self._shift = np.array([signal.shift for signal in signals])
        self._special = [
            (row, signal)
            for row, signal in enumerate(signals)
            if signal.current is not None or signal.missing
        ]
        self._told = [
            (row, point.status, place[point.status.span])
            for row, point in enumerate(points)
            if point.status is not None
        ]
        self._low = np.array([point.channel.quantity.low for point in points])
        self._high = np.array([point.channel.quantity.high for point in points])
        self._least = np.array([point.channel.resolution / 1000 for point in points])
        self._long = np.zeros(count, np.bool_)
        self._long[:] = [point.layout.words > 1 for point in points]

    def decode(self, words: Words, got: Mask) -> Decoded:
        """Give what `words` show; `got` says which of them were read."""
        with np.errstate(invalid="ignore", over="ignore"):
            return self._decode(words, got)

    def _decode(self, words: Words, got: Mask) -> Decoded:
        number = np.empty(len(self.index))
        for group in self._groups:
            number[group.rows] = group.numbers(words)
        read = got[self._first] & got[self._last]
        number[~read] = np.nan
        value = (number * self._scale + self._offset) * self._factor + self._shift
        status = np.where(read, np.uint8(Status.NORMAL), np.uint8(Status.COMM_FAIL))
        for row, signal in self._special:
            if read[row]:
                value[row], status[row] = signal.value(float(number[row]))
        unknown = self._say(words, got, read, status)
        quiet = read & self._long & (status == Status.NORMAL)
        # A number that stands for no value has none, and nothing is odd about it.
        odd = quiet & (~np.isfinite(number) | (value < self._low) | (value > self._high))
        size = np.abs(value)
        tiny = quiet & (size > 0) & (size < self._least) & ~odd
        return Decoded(number, value, status, read, unknown, _rows(odd), _rows(tiny))

    def _say(self, words: Words, got: Mask, read: Mask, status: Bytes) -> tuple[int, ...]:
        """Put in what the status words say; give the rows where that is not known."""
        unknown = []
        for row, word, place in self._told:
            if not read[row]:
                continue
            if not got[place]:
                # Nobody knows what the number is worth: it is kept and counts as missing.
                status[row] = Status.COMM_FAIL
                continue
            said = word.status(int(words[place]))
            if said is None:
                unknown.append(row)
                said = Status.DEVICE_FAULT
            if said is not Status.NORMAL:
                status[row] = worst(Status(int(status[row])), said)
        return tuple(unknown)


def in_other_orders(point: Point, words: Sequence[int]) -> Iterator[tuple[str, float]]:
    """Give orders in which a point's words would be a value it can have, and that value.

    A value that is all but zero, which any words turned wrong are likely to be, is none; nor is there
    one to the NaN that devices send for no value.
    """
    if point.layout.is_no_value(words):
        return
    for layout in point.layout.others():
        value, _ = point.signal.value(layout.number(words))
        likely = point.channel.low <= value <= point.channel.high
        if likely and abs(value) >= point.channel.resolution:
            yield layout.order, value


def _alike(layout: Layout) -> Layout:
    """Layout of all that are decoded together: bits of a word differ in the mask alone."""
    return Layout("bool", layout.order) if layout.is_logical else layout


def _mask(layout: Layout) -> int:
    return 0xFFFF if layout.bit is None else 1 << layout.bit


def _rows(mask: Mask) -> tuple[int, ...]:
    return tuple(np.flatnonzero(mask).tolist()) if mask.any() else ()

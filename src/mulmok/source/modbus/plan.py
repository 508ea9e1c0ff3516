"""What to ask: the registers of many channels in few requests.

Made once for the channels that are due together, and again when a device has shown that registers
cannot be read together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from mulmok.model.channel import Channel
from mulmok.source.modbus.address import BIT_TABLES, Span
from mulmok.source.modbus.layout import Layout
from mulmok.source.modbus.settings import GAP, layout_of, located
from mulmok.source.modbus.status import StatusWord
from mulmok.source.port import Setup
from mulmok.source.settings import Given
from mulmok.source.signal import Signal

#: Most that one request may ask for: sections 6.1 to 6.4 of the specification.
MOST_REGISTERS = 125
MOST_BITS = 2000
#: Bits in a register: a gap of bits costs a sixteenth.
_BITS = 16


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """One channel in a device."""

    index: int
    channel: Channel
    span: Span
    layout: Layout
    signal: Signal
    status: StatusWord | None = None

    @classmethod
    def of(cls, index: int, channel: Channel, given: Mapping[str, Given], signal: Signal) -> Point:
        """Make it from a channel's own settings, which have been checked."""
        layout, unit = layout_of(given), int(str(given.get("unit_id", 1)))
        table, address = located(given, "register", layout.words)
        span = Span(unit, table, address, layout.words)
        return cls(index, channel, span, layout, signal, StatusWord.of(given, unit))

    def needs(self) -> Iterator[Span]:
        """Give what must be read for it."""
        yield self.span
        if self.status is not None:
            yield self.status.span


def points_of(setup: Setup) -> tuple[Point, ...]:
    """Give the channels of a source."""
    signals = setup.signals()
    return tuple(
        Point.of(index, channel, setup.each.get(channel.id, {}), signals[index])
        for index, channel in setup.feeding()
    )


@dataclass(slots=True)
class Barriers:
    """What a device has shown that it does not give together.

    alone  spans it refuses: they are asked for by themselves, so that nothing else falls with them
    cuts   first spans of what cannot be read together with what stands before it
    """

    alone: set[Span] = field(default_factory=set)
    cuts: set[Span] = field(default_factory=set)

    def part(self, begin: Span, need: Span) -> bool:
        """Whether a request that begins with `begin` must not reach to `need`."""
        if not self.alone and not self.cuts:
            return False
        if begin in self.alone or need in self.alone:
            return True
        whole = hull((begin, need))
        return any(
            begin.address < cut.address <= need.address
            for cut in self.cuts
            if (cut.unit, cut.table) == (need.unit, need.table)
        ) or any(
            one.address < whole.end and whole.address < one.end
            for one in self.alone
            if (one.unit, one.table) == (need.unit, need.table)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """One request.

    span    what is asked for
    needs   spans it is made for, by address
    offset  where its first word stands among all that the plan reads
    """

    span: Span
    needs: tuple[Span, ...]
    offset: int


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Requests for some points.

    size    words and bits that all requests read
    place   span -> where it stands among them
    home    span -> request that reads it
    units   number of a unit -> its requests
    """

    points: tuple[Point, ...]
    blocks: tuple[Block, ...]
    size: int
    place: Mapping[Span, int]
    home: Mapping[Span, Block]
    units: Mapping[int, tuple[Block, ...]]


def hull(needs: Sequence[Span]) -> Span:
    """Give all from the first to the last of some spans of one table."""
    first, end = needs[0], max(need.end for need in needs)
    begin = min(need.address for need in needs)
    return Span(first.unit, first.table, begin, end - begin)


def plan(points: Iterable[Point], gap: int = GAP, barriers: Barriers | None = None) -> Plan:
    """Group what the points need into requests."""
    points, barriers = tuple(points), barriers or Barriers()
    groups: list[list[Span]] = []
    for need in sorted({need for point in points for need in point.needs()}):
        if groups and _joins(groups[-1], need, gap, barriers):
            groups[-1].append(need)
        else:
            groups.append([need])
    blocks, size = [], 0
    for group in groups:
        blocks.append(Block(hull(group), tuple(group), size))
        size += blocks[-1].span.count
    home = {need: block for block in blocks for need in block.needs}
    return Plan(
        points,
        tuple(blocks),
        size,
        {need: block.offset + need.address - block.span.address for need, block in home.items()},
        home,
        {
            unit: tuple(block for block in blocks if block.span.unit == unit)
            for unit in sorted({block.span.unit for block in blocks})
        },
    )


def _joins(group: Sequence[Span], need: Span, gap: int, barriers: Barriers) -> bool:
    whole = hull(group)
    if (whole.unit, whole.table) != (need.unit, need.table):
        return False
    bits = need.table in BIT_TABLES
    if max(whole.end, need.end) - whole.address > (MOST_BITS if bits else MOST_REGISTERS):
        return False
    if need.address - whole.end > gap * (_BITS if bits else 1):
        return False
    return not barriers.part(group[0], need)

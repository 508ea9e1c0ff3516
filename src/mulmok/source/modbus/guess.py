"""What numbers could stand in registers of which nothing is known but what they hold."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from mulmok.source.discovery import Proposal
from mulmok.source.modbus.address import Span, Table
from mulmok.source.modbus.layout import ORDERS, Layout

#: A float between these looks like a measurement: words that are none rarely fall between.
_LEAST, _MOST = 1e-3, 1e6
#: What unused registers hold.
_UNUSED = (0, 0xFFFF)


def proposals(unit: int, table: Table, words: Mapping[int, int]) -> Iterator[Proposal]:
    """Give what could stand in words by their address.

    Devices keep to one order of bytes, and number their floats in steps of two: in each run of
    registers, floats are looked for where most of them are. Of such a pair other orders are proposed
    after it if they too would look like a measurement. What is left is proposed as whole numbers.
    """
    for run in _runs(words):
        best, parity = _way(words, run)
        address = run.start
        while address < run.stop:
            paired = address % 2 == parity and address + 1 < run.stop
            if paired and _looks(words, address, best):
                for order in (best, *(order for order in ORDERS if order != best)):
                    if _looks(words, address, order):
                        yield _proposal(unit, table, address, words, Layout("float32", order))
                address += 2
                continue
            if words[address] not in _UNUSED:
                yield _proposal(unit, table, address, words, Layout("uint16"))
            address += 1


def _runs(words: Mapping[int, int]) -> list[range]:
    runs: list[range] = []
    for address in sorted(words):
        if runs and runs[-1].stop == address:
            runs[-1] = range(runs[-1].start, address + 1)
        else:
            runs.append(range(address, address + 1))
    return runs


def _way(words: Mapping[int, int], run: range) -> tuple[str, int]:
    """Give the order and the parity of addresses in which a run has most floats."""

    def worth(way: tuple[str, int]) -> tuple[int, bool]:
        # Begun one register later, words can look as good: a run begins with a number's first.
        return _score(words, run, *way), way[1] == run.start % 2

    return max(((order, parity) for order in ORDERS for parity in (0, 1)), key=worth)


def _score(words: Mapping[int, int], run: range, order: str, parity: int) -> int:
    pairs = (at for at in run if at % 2 == parity and at + 1 < run.stop)
    return sum(_looks(words, at, order) for at in pairs)


def _looks(words: Mapping[int, int], address: int, order: str) -> bool:
    number = Layout("float32", order).number([words[address], words[address + 1]])
    return math.isfinite(number) and _LEAST <= abs(number) < _MOST


def _proposal(
    unit: int, table: Table, address: int, words: Mapping[int, int], layout: Layout
) -> Proposal:
    number = layout.number([words[address + at] for at in range(layout.words)])
    own = {"unit_id": unit, "table": table, "register": address, "type": layout.type}
    if layout.words > 1:
        own["order"] = layout.order
    place = Span(unit, table, address, layout.words).place
    return Proposal("", own, f"{number:.5g} ({place})")

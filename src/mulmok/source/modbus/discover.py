"""What devices are on a line, which of their registers can be read, and what could stand in them.

It asks for little at a time with a pause after each request, and never writes. A range that a device
refuses is halved, the largest pieces first, so that what little time there is finds the most.

Nothing says what a register means: numbers that look like a measurement are proposed, and a person
with the manual decides.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from mulmok.model.errors import SourceError
from mulmok.model.text import Text, text
from mulmok.model.time import SECOND
from mulmok.source.discovery import Found, Proposal
from mulmok.source.modbus.address import Span, Table
from mulmok.source.modbus.guess import proposals
from mulmok.source.modbus.line import Answer, Line, Refusal, Silence
from mulmok.source.modbus.plan import MOST_REGISTERS
from mulmok.source.modbus.refusal import OF_THE_UNIT
from mulmok.source.modbus.settings import PLACE, place_faults
from mulmok.source.settings import Given, SettingKey

#: Pause after each request [s]: a controller has other things to do. Site choice.
_PAUSE_S = 0.02
#: Units on a line that are looked for in one go, and registers of a unit.
_UNITS, _REGISTERS = "1-5", "0-124"
_TABLES: tuple[Table, ...] = ("holding", "input")
_RANGE = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
#: What the site file needs to find the place again.
_KEPT = ("host", "port", "framer", "device", "baud", "parity", "stop_bits")


@dataclass
class _Search:
    """What was found of one unit.

    words   by table and address
    unread  whether something was not looked at for want of time
    """

    words: dict[Table, dict[int, int]] = field(default_factory=dict)
    unread: bool = False


class ModbusDiscoverer:
    """Looks for units, readable registers and likely numbers on one line."""

    settings: ClassVar[tuple[SettingKey, ...]] = (
        *(key for key in PLACE if key.name != "timeout"),
        SettingKey("timeout", "duration", text("how long to wait for an answer"), '"1 s"', usual='"0.5 s"'),
        SettingKey("unit_ids", "text", text("units to look for"), "1-3", usual=_UNITS),
        SettingKey("registers", "text", text("addresses to look at, counted from 0"), "0-299", usual=_REGISTERS),
        SettingKey("table", "choice", text("table to look into"), "input", usual="holding and input", choices=_TABLES),
    )  # fmt: skip

    @staticmethod
    async def discover(given: Mapping[str, Given], patience_s: float) -> list[Found]:
        """Look for at most `patience_s` seconds. Raises SourceError when the place does not answer."""
        for key, fault in place_faults(given):
            raise SourceError(text("{field}: {problem}", field=key, problem=fault), retry=False)
        units = _numbers(given, "unit_ids", _UNITS, 255)
        registers = _numbers(given, "registers", _REGISTERS, 65535)
        table = given.get("table")
        tables = tuple(one for one in _TABLES if table in (None, one))
        loop = asyncio.get_running_loop()
        line = Line({"timeout": SECOND // 2, **given}, lambda: round(loop.time() * SECOND))
        try:
            await line.open()
            found = await _look(line, units, registers, tables, loop.time() + patience_s)
        finally:
            line.close()
        return [_told(given, found, units)]


async def _look(
    line: Line, units: range, registers: range, tables: tuple[Table, ...], deadline: float
) -> dict[int, _Search]:
    loop, found = asyncio.get_running_loop(), dict[int, _Search]()
    for unit in units:
        if loop.time() >= deadline:
            break
        try:
            if await _is_there(line, Span(unit, tables[0], registers.start)):
                found[unit] = _Search()
        except SourceError:
            # Some devices close the connection on a unit they are not.
            line.close()
            await line.open()
    jobs = [(unit, table) for unit in found for table in tables]
    for done, (unit, table) in enumerate(jobs):
        # Each has its share of the time that is left: what one does not need, the next may have.
        share = (deadline - loop.time()) / (len(jobs) - done)
        found[unit].words[table] = {}
        try:
            await _read_all(line, unit, table, registers, found[unit], loop.time() + share)
        except SourceError:
            found[unit].unread = True
            line.close()
            await line.open()
    return found


async def _is_there(line: Line, span: Span) -> bool:
    match await _ask(line, span):
        case Silence():
            return False
        case Refusal(code):
            return code not in OF_THE_UNIT
    return True


async def _read_all(
    line: Line, unit: int, table: Table, registers: range, search: _Search, deadline: float
) -> None:
    """Read what can be read, the largest pieces first."""
    loop = asyncio.get_running_loop()
    pieces = deque(
        Span(unit, table, begin, min(MOST_REGISTERS, registers.stop - begin))
        for begin in range(registers.start, registers.stop, MOST_REGISTERS)
    )
    while pieces:
        if loop.time() >= deadline:
            search.unread = True
            return
        span = pieces.popleft()
        answer = await _ask(line, span)
        if isinstance(answer, Answer):
            search.words[table] |= dict(enumerate(answer.words.tolist(), start=span.address))
        elif isinstance(answer, Refusal) and answer.code == 1:
            return  # it has no such table
        elif span.count > 1:
            half = span.count // 2
            pieces.append(Span(unit, table, span.address, half))
            pieces.append(Span(unit, table, span.address + half, span.count - half))


async def _ask(line: Line, span: Span) -> Answer | Refusal | Silence:
    answer = await line.read(span)
    await asyncio.sleep(_PAUSE_S)
    return answer


def _told(given: Mapping[str, Given], found: Mapping[int, _Search], units: range) -> Found:
    remarks, offered = [], list[Proposal]()
    if not found:
        remarks.append(
            text(
                "none of the units {first} to {last} answers",
                first=units.start,
                last=units.stop - 1,
            )
        )
    for unit, search in found.items():
        for table, words in search.words.items():
            offered += proposals(unit, table, words)
            remarks.append(_readable(unit, table, words))
        if search.unread:
            remarks.append(
                text(
                    "unit {unit} was not looked at register by register: time was up, --wait gives more",
                    unit=unit,
                )
            )
    if offered:
        remarks.append(
            text("all numbers are guesses, some twice in another byte order: the manual knows")
        )
    kept = {key: given[key] for key in _KEPT if key in given}
    return Found(kept, tuple(offered), tuple(remarks))


def _readable(unit: int, table: Table, words: Mapping[int, int]) -> Text:
    if not words:
        return text("unit {unit} gives no {table} register of those", unit=unit, table=table)
    runs = ", ".join(_as_runs(sorted(words)))
    return text("unit {unit} gives the {table} registers {runs}", unit=unit, table=table, runs=runs)


def _as_runs(addresses: list[int]) -> Iterator[str]:
    begin = last = addresses[0]
    for address in [*addresses[1:], -1]:
        if address != last + 1:
            yield str(begin) if begin == last else f"{begin}-{last}"
            begin = address
        last = address


def _numbers(given: Mapping[str, Given], key: str, usual: str, most: int) -> range:
    """Read a range such as 1-3. Raises SourceError."""
    words = str(given.get(key, usual))
    match = _RANGE.fullmatch(words.strip())
    if match is not None:
        first, last = int(match[1]), int(match[2] or match[1])
        if first <= last <= most:
            return range(first, last + 1)
    raise SourceError(
        text(
            '{field}: have "{have}", want a number or a range up to {most}, such as 1-3',
            field=key,
            have=words,
            most=most,
        ),
        retry=False,
    )

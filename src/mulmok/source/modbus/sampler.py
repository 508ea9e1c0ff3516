"""An auto-sampler on a Modbus line: a coil or register that starts it, registers that say what it did."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator, Mapping
from typing import Literal

from mulmok.model.errors import SourceError
from mulmok.model.text import Text, text
from mulmok.model.time import SECOND
from mulmok.source.modbus.address import BIT_TABLES, TABLES, AddressError, Span, Table, locate
from mulmok.source.modbus.layout import TYPES, Layout
from mulmok.source.modbus.line import Answer, Line
from mulmok.source.modbus.write import Write
from mulmok.source.port import Sampled
from mulmok.source.settings import Given, SettingKey

SAMPLER: tuple[SettingKey, ...] = (
    SettingKey("unit_id", "whole", text("number of the sampler on the line"), "5", usual="1"),
    SettingKey("register", "whole", text("coil or holding register that starts a sample, written like that of a channel"), "1", required=True),
    SettingKey("table", "choice", text("its table, where register is an address counted from 0"), '"coil"', usual="told by register", choices=TABLES),
    SettingKey("value", "whole", text("what is written to start"), "1", usual="1"),
    SettingKey("pulse", "duration", text("how long it stands before 0 is written back"), '"0.5 s"', usual="it stays; the sampler takes it back"),
    SettingKey("answers", "duration", text("how long after the start the sampler knows its bottle"), '"10 s"', usual='"2 s"'),
    SettingKey("bottle_register", "whole", text("register of the bottle's place, written like that of a channel"), "40020", usual="it does not say"),
    SettingKey("temperature_register", "whole", text("register of its cabinet's temperature"), "40021", usual="it does not say"),
    SettingKey("temperature_type", "choice", text("type of that number"), '"int16"', usual='"int16"', choices=TYPES),
    SettingKey("temperature_scale", "plain", text("what that number is multiplied by to give degC"), "0.1", usual="1"),
)  # fmt: skip
_ANSWERS = 2 * SECOND


def sampler_faults(given: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
    """Say what of a sampler's settings does not go together: key and fault."""
    for key in ("register", "bottle_register", "temperature_register"):
        if key not in given:
            continue
        try:
            table, _ = _place(given, key)
        except AddressError as fault:
            yield key, fault.text
            continue
        if key == "register" and table not in ("coil", "holding"):
            yield key, text("want a coil or a holding register: no other can be written")
        if key != "register" and table in BIT_TABLES:
            yield key, text("want a holding or input register")


async def sample(line: Line, given: Mapping[str, Given]) -> Sampled:
    """Start a sample on the line, and ask which it was. Raises SourceError where it was not started."""
    unit = _whole(given, "unit_id", 1)
    table, address = _place(given, "register")
    kind: Literal["coil", "holding"] = "coil" if table == "coil" else "holding"
    await line.write(Write(unit, kind, address, _whole(given, "value", 1)))
    if "pulse" in given:
        await asyncio.sleep(_whole(given, "pulse", 0) / SECOND)
        await line.write(Write(unit, kind, address, 0))
    await asyncio.sleep(_whole(given, "answers", _ANSWERS) / SECOND)
    # From here on it has been started: what cannot be read is not known, and no second bottle.
    bottle = await _number(line, unit, given, "bottle_register", Layout())
    layout = Layout(str(given.get("temperature_type", "int16")))
    warmth = await _number(line, unit, given, "temperature_register", layout)
    scale = given.get("temperature_scale", 1.0)
    return Sampled(
        None if math.isnan(bottle) else int(bottle),
        warmth * float(scale) if isinstance(scale, int | float) else warmth,
    )


async def _number(
    line: Line, unit: int, given: Mapping[str, Given], key: str, layout: Layout
) -> float:
    if key not in given:
        return math.nan
    table, address = _place(given, key)
    try:
        answer = await line.read(Span(unit, table, address, layout.words))
    except SourceError:
        return math.nan
    return layout.number(answer.words.tolist()) if isinstance(answer, Answer) else math.nan


def _place(given: Mapping[str, Given], key: str) -> tuple[Table, int]:
    table = given.get("table") if key == "register" else None
    return locate(_whole(given, key, 0), None if table is None else str(table))


def _whole(given: Mapping[str, Given], key: str, usual: int) -> int:
    have = given.get(key, usual)
    return have if isinstance(have, int) else usual

"""Units: one exact table from what people write to the canonical unit of a dimension.

`parse_amount("1500 mg/L")` understands ASCII and typographic forms. Conversion is affine:
canonical = factor * value + offset.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from mulmok.model.time import DAY, HOUR, MINUTE, SECOND


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: how it is written, what it measures, how it becomes the dimension's canonical unit."""

    symbol: str
    dimension: str
    factor: float = 1.0
    offset: float = 0.0


#: Canonical units first in each dimension (factor 1, offset 0).
_TABLE = (
    Unit("m3/h", "flow"),
    Unit("m3/d", "flow", 1 / 24),
    Unit("m3/min", "flow", 60.0),
    Unit("m3/s", "flow", 3600.0),
    Unit("L/s", "flow", 3.6),
    Unit("L/min", "flow", 0.06),
    Unit("L/h", "flow", 0.001),
    Unit("ML/d", "flow", 1000 / 24),
    Unit("mg/L", "concentration"),
    Unit("g/m3", "concentration"),
    Unit("ppm", "concentration"),
    Unit("ug/L", "concentration", 0.001),
    Unit("ppb", "concentration", 0.001),
    Unit("g/L", "concentration", 1000.0),
    Unit("kg/m3", "concentration", 1000.0),
    Unit("uS/cm", "conductivity"),
    Unit("mS/cm", "conductivity", 1000.0),
    Unit("mS/m", "conductivity", 10.0),
    Unit("S/m", "conductivity", 10_000.0),
    Unit("degC", "temperature"),
    Unit("degF", "temperature", 5 / 9, -160 / 9),
    Unit("K", "temperature", 1.0, -273.15),
    Unit("NTU", "turbidity"),
    Unit("FNU", "turbidity"),
    Unit("FTU", "turbidity"),
    Unit("mV", "potential"),
    Unit("V", "potential", 1000.0),
    Unit("1/m", "absorbance"),
    Unit("1/cm", "absorbance", 100.0),
    Unit("m", "length"),
    Unit("cm", "length", 0.01),
    Unit("mm", "length", 0.001),
    Unit("mm/h", "rain"),
    Unit("%", "fraction"),
    Unit("pH", "ph"),
    Unit("TU", "toxicity"),
    Unit("m3", "volume"),
    Unit("L", "volume", 0.001),
    Unit("ML", "volume", 1000.0),
    Unit("s", "time", float(SECOND)),
    Unit("min", "time", float(MINUTE)),
    Unit("h", "time", float(HOUR)),
    Unit("d", "time", float(DAY)),
)

UNITS = {unit.symbol: unit for unit in _TABLE}

_TYPOGRAPHIC = str.maketrans(
    {
        "³": "3",
        "²": "2",
        "µ": "u",
        "μ": "u",
        "⁻": "-",
        "¹": "1",
        "㎥": "m3",
        "·": "*",
        "\u00a0": " ",
    }
)
_ALIASES = {
    "°C": "degC",
    "℃": "degC",
    "C": None,
    "°F": "degF",
    "m-1": "1/m",
    "/m": "1/m",
    "mg/l": "mg/L",
    "ug/l": "ug/L",
    "g/l": "g/L",
    "l/s": "L/s",
    "㎎/L": "mg/L",
    "㎲/㎝": "uS/cm",
    "CMD": "m3/d",
    "CMH": "m3/h",
}

#: How a canonical unit is shown to people.
DISPLAY = {
    "m3/h": "m³/h",
    "m3/d": "m³/d",
    "uS/cm": "µS/cm",
    "degC": "°C",
    "1/m": "m⁻¹",
    "pH": "",
    "m3": "m³",
}

_AMOUNT = re.compile(r"\s*([+-]?(?:\d+(?:[.,]\d+)?|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*?)\s*")


def parse_unit(symbol: str) -> Unit:
    """Unit written as `symbol`, in ASCII or typographic form. Raises ValueError if unknown."""
    plain = _ALIASES.get(symbol.strip(), symbol.strip()) or ""
    plain = plain.translate(_TYPOGRAPHIC)
    plain = _ALIASES.get(plain, plain) or ""
    unit = UNITS.get(plain)
    if unit is None:
        msg = f'unknown unit "{symbol}"'
        raise ValueError(msg)
    return unit


def parse_amount(words: str) -> tuple[float, str]:
    """Number and unit symbol (may be empty) of a text such as `1500 mg/L`.

    Raises ValueError when there is no number or it is not finite.
    """
    match = _AMOUNT.fullmatch(words)
    if match is None or "," in match[1]:
        msg = f'no number in "{words}"'
        raise ValueError(msg)
    number = float(match[1])
    if not math.isfinite(number):
        msg = f'"{words}" is too large'
        raise ValueError(msg)
    return number, match[2]


def to_canonical(value: float, unit: Unit) -> float:
    """Value in the canonical unit of its dimension."""
    return value * unit.factor + unit.offset


def span_to_canonical(value: float, unit: Unit) -> float:
    """Size of a difference in the canonical unit (no offset: 1 K of change is 1 degC of change)."""
    return value * unit.factor

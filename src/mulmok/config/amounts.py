"""Amounts as a site file writes them: `"1500 mg/L"`, `"10 min"`, `"0.5 /min"`."""

from __future__ import annotations

import math
from collections.abc import Callable

from mulmok.config.explain import unfit
from mulmok.model.text import Text, text
from mulmok.model.time import DAY, MINUTE
from mulmok.model.unit import (
    UNITS,
    Unit,
    parse_amount,
    parse_unit,
    span_to_canonical,
    to_canonical,
)

#: Of each dimension: what it is called, an example of it, and the unit for an example.
_DIMENSIONS = {
    "flow": (text("a flow"), "30000", "m3/d"),
    "concentration": (text("a concentration"), "1500", "mg/L"),
    "conductivity": (text("a conductivity"), "1200", "uS/cm"),
    "temperature": (text("a temperature"), "25", "degC"),
    "turbidity": (text("a turbidity"), "400", "NTU"),
    "potential": (text("a voltage"), "-50", "mV"),
    "absorbance": (text("an absorbance"), "35", "1/m"),
    "length": (text("a length"), "2.5", "m"),
    "rain": (text("a rain intensity"), "12", "mm/h"),
    "fraction": (text("a share in per cent"), "20", "%"),
    "ph": (text("a pH, in quotation marks and without a unit,"), "6.8", ""),
    "toxicity": (text("a toxicity"), "2", "TU"),
    "volume": (text("a volume"), "7000", "m3"),
    "time": (text("a duration"), "10", "min"),
}
_THOUSAND_YEARS = 365_250 * DAY


def wanted(dimension: str, number: str | None = None, per: str = "") -> Text:
    """Say what an amount of a dimension looks like, with the number that was given if there was one."""
    noun, usual, unit = _DIMENSIONS[dimension]
    example = f"{number or usual} {unit}{per}".strip()
    if per:
        return text('the change in a time, such as "{example}"', example=example)
    return text('{noun} such as "{example}"', noun=noun, example=example)


def _parsed(have: object, words: object, dimension: str, per: str = "") -> tuple[float, Unit]:
    """Give number and unit of an amount of `dimension`; faults speak of `have`. Raises UnfitError."""
    if not isinstance(words, str):
        raise unfit(have, wanted(dimension, per=per))
    try:
        number, symbol = parse_amount(words)
    except ValueError:
        raise unfit(have, wanted(dimension, per=per)) from None
    plain = f"{number:.10g}" if abs(number) < 1e6 else None
    try:
        unit = UNITS["pH"] if not symbol and dimension == "ph" else parse_unit(symbol)
    except ValueError:
        raise unfit(have, wanted(dimension, plain, per)) from None
    if unit.dimension != dimension:
        raise unfit(have, wanted(dimension, plain, per))
    return number, unit


def _finite(value: float, have: object) -> float:
    if not math.isfinite(value):
        raise unfit(have, text("a number that is not so large"))
    return value


def amount(words: object, dimension: str) -> float:
    """Canonical value of an amount of `dimension`. Raises UnfitError."""
    return _finite(to_canonical(*_parsed(words, words, dimension)), words)


def difference(words: object, dimension: str) -> float:
    """Canonical size of a difference (a deadband, a resolution): 1 K is 1 degC. Raises UnfitError."""
    return _finite(span_to_canonical(*_parsed(words, words, dimension)), words)


def per_minute(words: object, dimension: str) -> float:
    """Change per minute [canonical unit]: `"0.5 /min"`, `"30 mg/L/h"`. Raises UnfitError."""
    head, slash, per = words.rpartition("/") if isinstance(words, str) else ("", "", "")
    time = UNITS.get(per.strip())
    if not slash or time is None or time.dimension != "time":
        # Without a time the number itself may still be right: the example then repeats it.
        _parsed(words, words, dimension, "/min")
        raise unfit(words, wanted(dimension, str(words).split()[0], "/min"))
    number, unit = _parsed(words, head, dimension, "/min")
    return _finite(span_to_canonical(number, unit) / (time.factor / MINUTE), words)


def duration(words: object) -> int:
    """Duration [ns], 0 or more: `"90 s"`, `"10 min"`, `"2 h"`, `"30 d"`. Raises UnfitError."""
    span = amount(words, "time")
    if not 0 <= span <= _THOUSAND_YEARS:
        raise unfit(words, text("a duration from 0 s to 365000 d"))
    return round(span)


def positive(read: Callable[[object], float]) -> Callable[[object], float]:
    """Make a converter that wants more than 0 of what `read` gives."""

    def convert(words: object) -> float:
        value = read(words)
        if value <= 0:
            raise unfit(words, text("more than 0"))
        return value

    return convert


def interval(words: object) -> int:
    """Duration above 0 [ns]. Raises UnfitError."""
    span = duration(words)
    if span == 0:
        raise unfit(words, text("a duration above 0"))
    return span

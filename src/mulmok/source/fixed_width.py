"""What simulated devices write into the fields of their records."""

from __future__ import annotations

import math
from collections.abc import Mapping

from mulmok.model.channel import Channel
from mulmok.model.status import TO_RIVER_NETWORK, Status
from mulmok.source.settings import Given
from mulmok.source.signal import Signal

_NUMBER, _UNIT = 10, 3
#: Units of which three letters say what they are.
_LETTERS = {
    "m3/h": "m3h", "m3/d": "m3d", "m3/s": "m3s", "mg/L": "mgl", "ug/L": "ugl", "uS/cm": "uS",
    "mS/cm": "mS", "degC": "oC", "mm/h": "mmh",
}  # fmt: skip


def number_field(signal: Signal, value: float, status: Status) -> str:
    """Ten letters of a value [canonical unit]; 0 where there is none, as loggers send it."""
    number = signal.number(value)
    if math.isnan(number) or status is Status.COMM_FAIL:
        number = 0.0
    for decimals in (4, 3, 2, 1, 0):
        words = f"{number:{_NUMBER}.{decimals}f}"
        if len(words) <= _NUMBER:
            return words
    return "9" * _NUMBER


def unit_field(channel: Channel, own: Mapping[str, Given]) -> str:
    """Three letters of the unit of a channel's numbers; blank where three do not say it."""
    symbol = str(own.get("unit", channel.quantity.unit))
    letters = "" if "current" in own else _LETTERS.get(symbol, symbol)
    return f"{letters if len(letters) <= _UNIT else '':<{_UNIT}}"


def codes_of(given: Mapping[str, Given]) -> dict[Status, str]:
    """Two letters of each status."""
    own = given.get("statuses")
    named = {Status[name]: code for code, name in own.items()} if isinstance(own, Mapping) else {}
    return {status: f"{code:<2.2}" for status, code in (TO_RIVER_NETWORK | named).items()}

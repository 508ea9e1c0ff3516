"""What a driver's setting may hold: one converter for each kind (`source.settings.Kind`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfoNotFoundError

from mulmok.config.amounts import amount, interval
from mulmok.config.build_channels import within
from mulmok.config.explain import nearest, unfit
from mulmok.config.values import number, plain, reference, scalars, texts, words
from mulmok.config.zone import load_zone
from mulmok.model.quantity import Quantity
from mulmok.model.status import Status, parse_status
from mulmok.model.text import text
from mulmok.model.unit import UNITS, parse_unit
from mulmok.source.files.header import STATUS
from mulmok.source.settings import Given, SettingKey

#: What a column of a readings file may be besides a channel.
_COLUMNS = ("time", "date", "channel", "value", "status")


@dataclass(frozen=True, slots=True)
class Around:
    """What settings are read against.

    channels  ids of the channels of the works
    beside    folder of the site file
    quantity  what the channel measures whose own settings they are; None: they are a source's
    """

    channels: Collection[str]
    beside: Path
    quantity: Quantity | None = None


def converter(key: SettingKey, around: Around) -> Callable[[object], Given | None]:
    """Make what gives the value of a setting, or raises UnfitError."""
    made: Mapping[str, Callable[[object], Given]] = {
        "text": partial(_text, name=key.name),
        "folder": words,
        "zone": _zone,
        "duration": interval,
        "whole": _whole,
        "number": number,
        "plain": plain,
        "numbers": _numbers,
        "texts": texts,
        "choice": partial(_choice, choices=key.choices),
        "switch": _switch,
        "columns": partial(_columns, channels=around.channels),
        "statuses": _statuses,
        "unit": partial(_unit, quantity=around.quantity),
        "span": partial(_span, quantity=around.quantity),
        "secret": reference,
    }
    return made[key.kind]


def _text(value: object, *, name: str) -> Given:
    """Take a text; one that would hold a secret must be a reference."""
    return scalars({name: words(value)})[name]


def _zone(value: object) -> str:
    name = words(value)
    if name == "works":
        return name
    try:
        return load_zone(name).name
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise unfit(name, text('"works", or a time zone such as "Asia/Seoul"')) from None


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise unfit(value, text("a whole number, 0 or more"))
    return value


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise unfit(value, text("true or false, without quotation marks"))
    return value


def _columns(value: object, *, channels: Collection[str]) -> dict[str, str]:
    """Take a table of what the columns of files are; each must be something a file may have."""
    if not isinstance(value, dict) or not value:
        example = '{ "PH_IN" = "inlet.ph" }'
        raise unfit(value, text("a table such as {example}", example=example))
    for meant in value.values():
        plain = meant.removesuffix(STATUS) if isinstance(meant, str) else ""
        if plain not in channels and meant not in _COLUMNS:
            raise unfit(meant, nearest(meant, channels, text("the id of a channel, or time")))
    return dict(value)


def _choice(value: object, *, choices: tuple[str, ...]) -> str:
    """Take one of a few words. All of them are named: the nearest, such as a byte order, may be wrong."""
    if not isinstance(value, str) or value not in choices:
        raise unfit(value, text("one of {choices}", choices=" ".join(choices)))
    return value


def _numbers(value: object) -> tuple[float, ...]:
    if not isinstance(value, list) or not value:
        raise unfit(value, text("a list of numbers, such as [0, 27648]"))
    return tuple(plain(one) for one in value)


def _statuses(value: object) -> dict[str, str]:
    """Take a table of what the codes of an instrument say; each must be a status there is."""
    if not isinstance(value, dict) or not value:
        example = '{ "0" = "NORMAL", "4" = "MAINTENANCE" }'
        raise unfit(value, text("a table such as {example}", example=example))
    found = {}
    for code, meant in value.items():
        try:
            found[code] = parse_status(meant if isinstance(meant, str) else "?").name
        except ValueError:
            names = [status.name for status in Status]
            raise unfit(meant, nearest(meant, names)) from None
    return found


def _unit(value: object, *, quantity: Quantity | None) -> str:
    """Take a unit; of the channel's quantity, where it is known."""
    symbol = words(value)
    try:
        unit = parse_unit(symbol)
    except ValueError:
        unit = None
    if unit is None or (quantity is not None and unit.dimension != quantity.dimension):
        near = [
            each.symbol
            for each in UNITS.values()
            if quantity is None or each.dimension == quantity.dimension
        ]
        raise unfit(symbol, text("one of {choices}", choices=" ".join(near)))
    return unit.symbol


def _span(value: object, *, quantity: Quantity | None) -> tuple[float, ...]:
    """Take two different amounts of the channel's quantity [canonical unit]."""
    if quantity is None:
        raise unfit(value, text("it in the tables of the channels: each has its own"))
    if not isinstance(value, list) or len(value) != 2:
        raise unfit(value, text("two amounts: at 4 and at 20 mA"))
    low, high = (amount(end, quantity.dimension) for end in value)
    have = f"{value[0]} .. {value[1]}"
    if low == high:
        raise unfit(have, text("two different amounts"))
    if max(low, high) <= quantity.low or min(low, high) >= quantity.high:
        raise unfit(have, within(quantity))
    return low, high

"""Numbers as people read them: fixed decimals, so that nothing jumps; missing is a dash, never 0.

No number is wider than a column: what is far beyond any instrument is written with a power of ten.
"""

from __future__ import annotations

import math

from mulmok.model.channel import Channel
from mulmok.model.number import WIDE, powered
from mulmok.model.unit import DISPLAY

MISSING = "—"
#: Most digits after the point.
_FINEST = 6
#: A share beyond it is only said to be beyond it.
_MOST = 99.99


def show_number(value: float, decimals: int) -> str:
    """Digits with thousands separators and a true minus sign.

    Korean and English write numbers alike.
    """
    if not math.isfinite(value):
        return MISSING
    if abs(value) >= WIDE:
        return powered(value)
    shown = f"{value:,.{decimals}f}"
    if shown.startswith("-"):
        return shown[1:] if not shown.strip("-0.,") else "\u2212" + shown[1:]
    return shown


def decimals_of(channel: Channel) -> int:
    """Digits after the point of a channel's values: no finer than it is measured.

    The quantity's own at its usual resolution; an instrument of another resolution has its own.
    """
    quantity = channel.quantity
    if channel.resolution == quantity.resolution:
        return quantity.decimals
    steps = (channel.resolution * 10**digits for digits in range(_FINEST))
    return next(
        (digits for digits, step in enumerate(steps) if abs(step - round(step)) < 1e-6 <= step),
        _FINEST,
    )


def show_value(value: float, channel: Channel) -> str:
    """Give a value of a channel, no finer than it is measured."""
    return show_number(value, decimals_of(channel))


def show_mass(value: float) -> str:
    """Mass to three digits that mean something [kg]."""
    if not math.isfinite(value):
        return MISSING
    return show_number(value, 0 if abs(value) >= 100 else 1)


def show_unit(symbol: str) -> str:
    """Unit as people write it; pH has none."""
    return DISPLAY.get(symbol, symbol)


def share(value: float) -> str:
    """Whole percent."""
    if not math.isfinite(value):
        return MISSING
    return f"{value * 100:,.0f} %" if value <= _MOST else f"> {_MOST * 100:,.0f} %"

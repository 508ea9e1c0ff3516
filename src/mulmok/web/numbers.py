"""Numbers as people read them: fixed decimals, so that nothing jumps; missing is a dash, never 0."""

from __future__ import annotations

import math

from mulmok.model.channel import Channel
from mulmok.model.unit import DISPLAY

MISSING = "—"


def show_number(value: float, decimals: int) -> str:
    """Digits with thousands separators and a true minus sign.

    Korean and English write numbers alike.
    """
    if not math.isfinite(value):
        return MISSING
    shown = f"{value:,.{decimals}f}"
    if shown.startswith("-"):
        return shown[1:] if not shown.strip("-0.,") else "\u2212" + shown[1:]
    return shown


def show_value(value: float, channel: Channel) -> str:
    """Give a value of a channel with the decimals of its quantity, no finer than it is measured."""
    return show_number(value, channel.quantity.decimals)


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
    return f"{value * 100:.0f} %" if math.isfinite(value) else MISSING

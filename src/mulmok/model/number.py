"""Numbers in words, exact and never wide."""

from __future__ import annotations

#: From this size on a number is written with a power of ten: no instrument of ours shows so much, and
#: one wild reading must not push a page apart.
WIDE = 1e7


def exact(value: float) -> str:
    """Give a number as somebody wrote it, with thousands separators and a true minus sign.

    For limits and what passed them: rounding `7.6` to the instrument's step would tell another limit.
    Ten digits are kept, which hides what a conversion of units leaves behind.
    """
    if abs(value) >= WIDE:
        return powered(value)
    return f"{value:,.10g}".replace("-", "\u2212")


def powered(value: float) -> str:
    """Give two digits and a power of ten: `1.0e308`."""
    digits, _, power = f"{value:.1e}".partition("e")
    return f"{digits}e{int(power)}".replace("-", "\u2212")

"""Where the last whole line of a text file ends: what stands after it may be cut short.

A value cut short is a wrong value that looks right (7.1 of 7.13, 4 of 413), so a line counts only
once its line end is there.
"""

from __future__ import annotations

_UNITS = {b"\xff\xfe": (b"\n\0", b"\r\0"), b"\xfe\xff": (b"\0\n", b"\0\r")}


def whole_lines(data: bytes) -> int:
    """Give the length in bytes of the part that ends with the last line end; 0 when there is none."""
    ends = _UNITS.get(data[:2])
    if ends is None:
        return max(data.rfind(b"\n"), data.rfind(b"\r")) + 1
    return max(_last_unit(data, end) for end in ends) + 2


def _last_unit(data: bytes, end: bytes) -> int:
    """Place of the last UTF-16 unit that is `end`; -2 when there is none."""
    at = data.rfind(end)
    while at >= 0 and at % 2:
        at = data.rfind(end, 0, at + 1)
    return at if at >= 0 else -2

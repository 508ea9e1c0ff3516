"""Where the last whole line of a text file ends: what stands after it may be cut short.

A value cut short is a wrong value that looks right (7.1 of 7.13, 4 of 413), so a line counts only
once its line end is there.
"""

from __future__ import annotations

_MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_ENDS = {"utf-16-le": (b"\n\0", b"\r\0"), "utf-16-be": (b"\0\n", b"\0\r")}
#: Text of two bytes a letter is known by so many bytes, at least so many letters, and this share of
#: NUL among every other byte: digits and commas have one, Korean letters none. Site choice.
_LOOKED_AT, _FEWEST, _SHARE = 4096, 8, 0.2


def wide_encoding(data: bytes) -> str | None:
    """Give the encoding of text in two bytes a letter, with mark or without; None: it is none."""
    marked = _MARKS.get(data[:2])
    if marked is not None:
        return marked
    head = data[:_LOOKED_AT]
    first, second = head[0::2], head[1::2]
    if len(second) < _FEWEST or b"\0" not in head:
        return None
    for encoding, full, bare in (("utf-16-le", first, second), ("utf-16-be", second, first)):
        if not full.count(0) and bare.count(0) >= _SHARE * len(bare):
            return encoding
    return None


def whole_lines(data: bytes) -> int:
    """Give the length in bytes of the part that ends with the last line end; 0 when there is none."""
    encoding = wide_encoding(data)
    if encoding is None:
        return max(data.rfind(b"\n"), data.rfind(b"\r")) + 1
    return max(_last_unit(data, end) for end in _ENDS[encoding]) + 2


def _last_unit(data: bytes, end: bytes) -> int:
    """Place of the last UTF-16 unit that is `end`; -2 when there is none."""
    at = data.rfind(end)
    while at >= 0 and at % 2:
        at = data.rfind(end, 0, at + 1)
    return at if at >= 0 else -2

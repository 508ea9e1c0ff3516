"""Exceptions with which a device refuses a request, by the names the specification gives them.

MODBUS Application Protocol Specification V1.1b3, section 7. Manuals use these names, in every
language.
"""

from __future__ import annotations

_NAMES = {
    1: "ILLEGAL FUNCTION",
    2: "ILLEGAL DATA ADDRESS",
    3: "ILLEGAL DATA VALUE",
    4: "SERVER DEVICE FAILURE",
    5: "ACKNOWLEDGE",
    6: "SERVER DEVICE BUSY",
    8: "MEMORY PARITY ERROR",
    10: "GATEWAY PATH UNAVAILABLE",
    11: "GATEWAY TARGET DEVICE FAILED TO RESPOND",
}
#: A part of what was asked for may be there all the same: some devices say 3 where others say 2.
OF_A_PART = (2, 3)
#: What holds for all a unit could be asked at this moment.
OF_THE_UNIT = (5, 6, 10, 11)
#: A gateway says that the unit behind it is silent.
SILENT = (10, 11)


def name_of(code: int) -> str:
    """Name and number of an exception."""
    return f"{_NAMES.get(code, 'EXCEPTION')} ({code:02X})"

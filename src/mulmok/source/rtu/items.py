"""Items of sewer RTUs: what their six letters say, and what their numbers are multiplied by.

As seen in field software: all numbers are hundredths but that of the total. Of codes that are not
here, numbers are taken as they come.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mulmok.model.quantity import QUANTITIES
from mulmok.model.text import Names


@dataclass(frozen=True, slots=True)
class Item:
    """What an item is.

    quantity  id of what it measures; "" where it is no quantity of ours
    scale     what its numbers are multiplied by
    """

    name: Names
    quantity: str = ""
    scale: float = 1.0


_HUNDREDTHS = 0.01
ITEMS: Mapping[str, Item] = {
    "FVOLUD": Item(Names("유량", "flow"), "flow", _HUNDREDTHS),
    "FLEVED": Item(Names("수위", "level"), "level", _HUNDREDTHS),
    "FLRATD": Item(Names("유속", "velocity"), "", _HUNDREDTHS),
    "FTOTAD": Item(Names("적산유량", "total flow")),
    "FSUBLD": Item(Names("보조수위", "second level"), "level", _HUNDREDTHS),
    "CONRAD": Item(Names("전도도", "conductivity"), "ec", _HUNDREDTHS),
    "RAIN1D": Item(Names("일강우", "rain of the day"), "", _HUNDREDTHS),
    "SAM00": Item(Names("채수기 온도", "sampler temperature"), "temperature"),
    "SAM01": Item(Names("채수병 위치", "sampler bottle")),
    "SAM02": Item(Names("채수기 문", "sampler door")),
    "DORON": Item(Names("출입문", "door")),
    "PWRON": Item(Names("입력전원", "mains")),
    "FMLON": Item(Names("채수펌프 A", "sampling pump A")),
    "FMRON": Item(Names("채수펌프 B", "sampling pump B")),
}
SCALES: Mapping[str, float] = {code: item.scale for code, item in ITEMS.items()}


def known_item(code: str) -> Item | None:
    """Give what a code says: of the sewers, or of the quantities' own; None when neither has it."""
    if code in ITEMS:
        return ITEMS[code]
    for quantity in QUANTITIES.values():
        if quantity.code and quantity.code == code:
            return Item(quantity.name, quantity.id)
    return None

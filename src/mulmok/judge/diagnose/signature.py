"""Signatures: which foreign water makes which channels rise or fall, and how much that says.

A first, transparent ranking: each cause says for each quantity whether it goes up, down, or stays
(start values from practice, site choice). A cause earns for every quantity seen to move as it says, pays
for one that moves against it, that should have moved and did not, or that moved unasked. `unknown`
stands for everything nobody has described. The masses behind it come with the mass-balance solver.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from mulmok.model.event import Cause

#: What a signature says of a quantity: from least to most, in steps of -2 (at most half) to 2 (at
#: least twice what was expected).
_SAYS = {
    "~": (0, 0),
    "~+": (0, 1),
    "+": (1, 1),
    "++": (1, 2),
    "~-": (-1, 0),
    "-": (-1, -1),
    "--": (-2, -1),
    "?": (-2, 2),
}
#: Quantities in the matrix's order. Those that show the same thing share a column.
_COLUMNS = (
    ("flow",), ("ph",), ("ec",), ("nh4_n", "tn"), ("cod", "toc", "bod", "cod_mn", "uv254"),
    ("tss", "turbidity"), ("tp", "po4_p"), ("orp",), ("temperature",), ("chloride",),
)  # fmt: skip
#: Quantities in the columns as above.
_MATRIX = {
    "livestock":     "~   ~+  +   ++  ++  ++  ++  --  ~   ~+",
    "septage":       "~   ~   ~+  +   ++  ++  ++  --  ~   ~",
    "food_waste":    "~   --  +   +   ++  +   +   -   ~   ~+",
    "leachate":      "~   ~+  ++  ++  +   ~   ~   ~-  ~   ++",
    "plating":       "~   ?   ++  ~   ~+  +   ~+  ++  ~   +",
    "acid":          "~   --  ++  ~   ~   ~   ~   +   ~   ~",
    "alkali":        "~   ++  ++  ~   ~   ~   ~   -   ~   ~",
    "oil":           "~   ~   ~   ~   ++  ~+  ~   ~-  ~   ~",
    "seawater":      "~+  ~+  ++  ~-  ~-  ~   ~-  ~   ?   ++",
    "infiltration":  "++  ~   -   -   -   -   -   +   ~-  -",
    "storm":         "++  ~-  --  --  ?   ++  ?   +   -   --",
    "textile":       "~+  +   ++  ~   +   ~+  ~   -   ++  ++",
    "food_industry": "~+  ?   +   ~+  ++  +   +   -   +   ~",
    "construction":  "~   ++  +   ~   ~   ++  ~   ~   ~   ~",
    "oxidant":       "~   ~+  ~+  ~-  ~   ~   ~   ++  ~   +",
    "septicity":     "~-  ~-  ~   ~   ~   ~   ~   --  ~   ~",
}  # fmt: skip
SIGNATURES: dict[str, dict[str, tuple[int, int]]] = {
    cause: {
        quantity: _SAYS[cell]
        for cell, quantities in zip(row.split(), _COLUMNS, strict=True)
        for quantity in quantities
    }
    for cause, row in _MATRIX.items()
}
#: Causes that explain more water rather than foreign water.
HYDRAULIC = ("storm", "infiltration")

#: What one agreement or contradiction is worth, in natural logarithms of odds. Site choice.
_AGREES, _SIZE_FITS, _CONTRADICTS, _SILENT, _UNASKED = 1.2, 0.5, -2.0, -0.7, -1.2


def ranked(
    moved: Mapping[str, int], measured: frozenset[str], among: Iterable[str] = SIGNATURES
) -> tuple[Cause, ...]:
    """Causes by probability, `unknown` among them; they sum to 1.

    moved      quantity -> -2..2 as above, only those seen to move
    measured   quantities that could have been seen to move by now
    among      causes in question
    """
    worth = {cause: _worth(SIGNATURES[cause], moved, measured) for cause in among}
    worth["unknown"] = 0.0
    top = max(worth.values())
    odds = {cause: math.exp(value - top) for cause, value in worth.items()}
    total = sum(odds.values())
    ordered = sorted(odds.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Cause(cause, share / total) for cause, share in ordered)


def _worth(
    signs: Mapping[str, tuple[int, int]], moved: Mapping[str, int], measured: frozenset[str]
) -> float:
    worth = 0.0
    for quantity in sorted(measured | moved.keys()):
        seen = moved.get(quantity, 0)
        least, most = signs.get(quantity, (0, 0))
        expected = least > 0 or most < 0
        if seen == 0:
            worth += _SILENT * max(abs(least), abs(most)) / 2 if expected else 0.0
        elif least <= 0 <= most and (most if seen > 0 else -least) > 0:
            worth += _AGREES / 2
        elif not expected:
            worth += _UNASKED
        elif (seen > 0) == (most > 0):
            worth += _AGREES + (_SIZE_FITS if least <= seen <= most else 0.0)
        else:
            worth += _CONTRADICTS
    return worth

"""Signatures: which foreign water makes which channels rise or fall, and how much that says.

A first, transparent ranking: each cause says for each quantity whether it goes up, down, or stays
(magnitudes after docs/explanation/signatures.md). A cause earns for every quantity seen to move as
it says, pays for one that moves against it or that should have moved and did not. `unknown` stands
for everything nobody has described. The masses behind it come with the mass-balance solver.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from mulmok.model.event import Cause

#: +2 at least doubled, +1 up, 0 unchanged, -1 down, -2 far down; quantities not named: no opinion.
SIGNATURES: dict[str, dict[str, int]] = {
    "livestock": {"ec": 1, "nh4_n": 2, "tn": 2, "cod": 2, "toc": 2, "tss": 2, "turbidity": 2, "tp": 2, "orp": -2, "ph": 0, "flow": 0},
    "septage": {"ec": 0, "nh4_n": 1, "tn": 1, "cod": 2, "toc": 2, "tss": 2, "turbidity": 2, "tp": 2, "orp": -2, "ph": 0, "flow": 0},
    "food_waste": {"ph": -1, "ec": 1, "nh4_n": 0, "tn": 1, "cod": 2, "toc": 2, "tss": 1, "turbidity": 1, "tp": 1, "orp": -1, "flow": 0},
    "leachate": {"ec": 2, "nh4_n": 2, "tn": 2, "cod": 1, "toc": 1, "tss": 0, "turbidity": 0, "tp": 0, "flow": 0},
    "plating": {"ph": -2, "ec": 2, "nh4_n": 0, "cod": 0, "toc": 0, "tss": 1, "turbidity": 1, "flow": 0},
    "acid": {"ph": -2, "ec": 1, "nh4_n": 0, "cod": 0, "toc": 0, "tss": 0, "tp": 0, "flow": 0},
    "alkali": {"ph": 2, "ec": 1, "nh4_n": 0, "cod": 0, "toc": 0, "tss": 0, "tp": 0, "flow": 0},
    "oil": {"cod": 2, "toc": 2, "ec": 0, "nh4_n": 0, "tn": 0, "ph": 0, "flow": 0, "turbidity": 1},
    "seawater": {"ec": 2, "nh4_n": -1, "cod": -1, "tn": -1, "tp": -1, "tss": 0, "ph": 0},
    "infiltration": {"flow": 1, "ec": -1, "nh4_n": -1, "cod": -1, "tn": -1, "tp": -1, "tss": -1, "orp": 1, "temperature": -1},
    "storm": {"flow": 2, "ec": -2, "nh4_n": -1, "tss": 2, "turbidity": 2, "cod": 1, "temperature": -1},
    "textile": {"ph": 1, "ec": 2, "cod": 1, "toc": 1, "temperature": 2, "nh4_n": 0, "tp": 0, "orp": -1},
    "food_industry": {"ec": 1, "cod": 2, "toc": 2, "tss": 1, "turbidity": 1, "tp": 1, "temperature": 1, "nh4_n": 0, "orp": -1},
    "construction": {"ph": 2, "tss": 2, "turbidity": 2, "cod": 0, "toc": 0, "nh4_n": 0, "ec": 0},
    "oxidant": {"orp": 2, "nh4_n": -1, "ec": 0, "cod": 0, "tss": 0},
    "septicity": {"orp": -2, "ph": 0, "cod": 0, "ec": 0, "tss": 0, "nh4_n": 0, "flow": -1},
}

#: What one agreement or contradiction is worth, in natural logarithms of odds. Site choice.
_AGREES, _STRENGTH_FITS, _CONTRADICTS, _SILENT, _UNEXPECTED = 1.2, 0.5, -2.0, -0.7, -1.2
_UNKNOWN = 0.0


def ranked(moved: Mapping[str, int], measured: frozenset[str]) -> tuple[Cause, ...]:
    """Causes by probability, `unknown` among them; they sum to 1.

    moved      quantity -> -2..2 as above, only those seen to move
    measured   quantities the works measures there at all
    """
    worth = {cause: _worth(signs, moved, measured) for cause, signs in SIGNATURES.items()}
    worth["unknown"] = _UNKNOWN
    top = max(worth.values())
    odds = {cause: math.exp(value - top) for cause, value in worth.items()}
    total = sum(odds.values())
    ordered = sorted(odds.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Cause(cause, share / total) for cause, share in ordered)


def _worth(signs: Mapping[str, int], moved: Mapping[str, int], measured: frozenset[str]) -> float:
    worth = 0.0
    for quantity in sorted(measured):
        says, seen = signs.get(quantity), moved.get(quantity, 0)
        if says is None:
            worth += _UNEXPECTED / 2 if seen else 0.0
        elif says == 0:
            worth += _UNEXPECTED if seen else 0.0
        elif seen == 0:
            worth += _SILENT * abs(says) / 2
        elif seen * says > 0:
            worth += _AGREES + (_STRENGTH_FITS if abs(seen) == abs(says) else 0.0)
        else:
            worth += _CONTRADICTS
    return worth

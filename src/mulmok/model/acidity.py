"""Acidity of sewage: the carbonate buffer, which hides acid and alkali until it is used up.

Alkalinity and total inorganic carbon mix linearly; pH does not. Equilibrium constants at 25 degC
and zero ionic strength: pK1 6.35, pK2 10.33, pKw 14.0 (W. Stumm and J. J. Morgan, "Aquatic
Chemistry", 3rd ed., 1996). Ammonia, phosphate and volatile acids are left out.
"""

from __future__ import annotations

import numpy as np

from mulmok.model.block import Values

_K1, _K2, _KW = 10.0**-6.35, 10.0**-10.33, 10.0**-14.0
#: Halvings of the bracket 0..14: down to 1e-8 pH.
_HALVINGS = 30


def _charge_per_carbon(h: Values) -> Values:
    """Mean negative charge of inorganic carbon at [H+] `h` [mol/L]."""
    charge: Values = (_K1 * h + 2 * _K1 * _K2) / (h * h + _K1 * h + _K1 * _K2)
    return charge


def carbon(ph: Values, alkalinity: Values) -> Values:
    """Total inorganic carbon [mmol/L] of a water of this pH and alkalinity [meq/L]."""
    h = 10.0**-ph
    total: Values = (alkalinity - 1000.0 * (_KW / h - h)) / _charge_per_carbon(h)
    return total


def ph(alkalinity: Values, inorganic_carbon: Values) -> Values:
    """Give the pH of a water of this alkalinity [meq/L] and inorganic carbon [mmol/L]."""
    low, high = np.zeros_like(alkalinity), np.full_like(alkalinity, 14.0)
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        h = 10.0**-middle
        has = inorganic_carbon * _charge_per_carbon(h) + 1000.0 * (_KW / h - h)
        above = has < alkalinity
        low = np.where(above, middle, low)
        high = np.where(above, high, middle)
    return 0.5 * (low + high)

"""pH of a closed water from its charge balance.

Strong ions and ammonium against carbonate, phosphate, volatile acids and water itself [meq/L]:

    S + N a(NH4+) + [H+] = C (a1 + 2 a2) + P (1 + b) + V a(Ac-) + [OH-]

Constants at 20 degC and the ionic strength of sewage, apparent. Everything but pH mixes by mass.
"""

from __future__ import annotations

import numpy as np

from benchmarks.detection.noise import Array

_K1, _K2 = 10.0**-6.30, 10.0**-10.15
_K_AMMONIUM, _K_ACETIC, _K_PHOSPHATE = 10.0**-9.40, 10.0**-4.68, 10.0**-6.95
_KW = 10.0**-13.95
#: mg N in 1 mmol; mg P in 1 mmol, of which some 60 % is dissolved phosphate.
N_MASS, P_MASS, P_DISSOLVED = 14.0, 31.0, 0.6


def _charge(h: Array) -> Array:
    """Charge a mole of inorganic carbon carries."""
    return (h * _K1 + 2.0 * _K1 * _K2) / (h * h + h * _K1 + _K1 * _K2)


def rest(h: Array, nh4: Array, tp: Array, vfa: Array) -> Array:
    """Charge that all but strong ions and carbonate ask for [meq/L]."""
    phosphate = (
        np.maximum(tp, 0.0) * (P_DISSOLVED / P_MASS) * (1.0 + _K_PHOSPHATE / (_K_PHOSPHATE + h))
    )
    acids = vfa * (_K_ACETIC / (_K_ACETIC + h))
    ammonium = np.maximum(nh4, 0.0) / N_MASS * (h / (h + _K_AMMONIUM))
    out: Array = phosphate + acids + 1e3 * (_KW / h - h) - ammonium
    return out


def carbon_of(ph: Array, alkalinity: Array) -> Array:
    """Inorganic carbon [mmol/L] that holds so much carbonate alkalinity [meq/L] at a pH."""
    return alkalinity / _charge(10.0**-ph)


def strong_ions(ph: Array, ct: Array, nh4: Array, tp: Array, vfa: Array) -> Array:
    """Strong-ion difference [meq/L] of a water of known pH."""
    h = 10.0 ** -np.asarray(ph, np.float64)
    return ct * _charge(h) + rest(h, nh4, tp, vfa)


def solve(sid: Array, ct: Array, nh4: Array, tp: Array, vfa: Array) -> Array:
    """Find the pH by halving: the balance rises with pH throughout."""
    low, high = np.full(len(sid), 0.0), np.full(len(sid), 14.0)
    for _ in range(22):
        middle = 0.5 * (low + high)
        below = strong_ions(middle, ct, nh4, tp, vfa) < sid
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return 0.5 * (low + high)

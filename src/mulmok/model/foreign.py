"""Foreign water: a water that does not belong into the sewer, and how it mixes with sewage.

Of a water of share f in the whole flow: C = (1 - f) C_sewage + f C_foreign, Q = Q_sewage / (1 - f).
Alkalinity and inorganic carbon mix likewise, and pH follows from them (`model.acidity`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mulmok.model.text import Names

#: What is not given follows from what is: quantity -> (from, factor). Typical of sewage and wastes
#: (docs/explanation/signatures.md); the `spread` covers their differences.
_FOLLOWS = {
    "toc": ("cod", 1 / 3),
    "bod": ("cod", 1 / 2),
    "cod_mn": ("cod", 0.35),
    "uv254": ("cod", 0.1),
    "turbidity": ("tss", 0.9),
    "po4_p": ("tp", 0.6),
    "tn": ("nh4_n", 1.2),
}


@dataclass(frozen=True, slots=True)
class ForeignWater:
    """One water of the library, or a discharger a works knows.

    id          its own name; `cause` of the events it explains (`model.cause`)
    holds       strength by quantity [canonical unit]; what is not named and does not follow is not known
    alkalinity  [meq/L], negative for acids; carbon [mmol/L] total inorganic
    orp         how far plenty of it pushes the redox potential [mV]
    temperature [degC]; None: as the sewage
    share       least and largest share of the flow in which it comes [1]
    spread      how far a strength may be off, as standard deviation of its logarithm
    hydraulic   more water rather than foreign water: rain, groundwater
    mixes       whether it is a water at all, or a state of the sewage that only moves pH and ORP
    """

    id: str
    cause: str
    holds: Mapping[str, float] = field(default_factory=dict)
    alkalinity: float = 0.0
    carbon: float = 0.0
    orp: float = 0.0
    temperature: float | None = None
    share: tuple[float, float] = (0.001, 0.25)
    spread: float = 0.45
    hydraulic: bool = False
    mixes: bool = True
    name: Names | None = None

    def strength(self, quantity: str) -> float:
        """Strength of a quantity [canonical unit]; NaN when nothing is known of it."""
        given = self.holds.get(quantity)
        if given is not None:
            return given
        parent, factor = _FOLLOWS.get(quantity, ("", 0.0))
        return self.holds.get(parent, float("nan")) * factor

"""What foreign waters are made of.

Strengths of livestock, septage, food waste, leachate and seawater are field figures (README.md
beside this file); all other numbers are site choice: orders of magnitude that act
on sewage as the signature matrix there says. A component that is not named is 0, temperature
is `WARM`. Metals appear only where the matrix names them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: Temperature of a foreign water of which nothing else is known [degC].
WARM = 18.0


@dataclass(frozen=True, slots=True)
class Foreign:
    """A water that does not belong into the sewer.

    holds   component: strength [canonical unit of the quantity]; besides quantities `alkalinity`
            [meq/L] and `carbon` (total inorganic) [mmol/L]
    orp     how far it pushes the potential when there is plenty of it [mV]
    usual   share of the flow [1] and duration [min] in which it comes
    mixes   whether it is a water at all, or only a state of the sewage: then its share is how far it
            has come, to which `orp` and `acidity` are in proportion
    acidity  change of pH of a state that has come all the way
    """

    holds: Mapping[str, float] = field(default_factory=dict)
    orp: float = 0.0
    usual: tuple[float, float] = (0.02, 60.0)
    mixes: bool = True
    acidity: float = 0.0

    def strength(self, component: str) -> float:
        """Give the strength of one component."""
        return self.holds.get(component, WARM if component == "temperature" else 0.0)


def _water(usual: tuple[float, float], orp: float = 0.0, **holds: float) -> Foreign:
    """Fill in what follows from COD where it is not given."""
    cod = holds.get("cod", 0.0)
    ratios = {"toc": cod / 3, "bod": cod / 2, "uv254": cod * 0.1, "cod_mn": cod * 0.35}
    ratios["po4_p"] = 0.6 * holds.get("tp", 0.0)
    return Foreign({**ratios, **holds}, orp, usual)


FOREIGN: dict[str, Foreign] = {
    "livestock": _water(
        (0.025, 100),
        -220,
        cod=20_600,
        tss=6_933,
        nh4_n=2_100,
        tn=2_820,
        tp=700,
        ec=18_000,
        chloride=1_200,
        alkalinity=180,
        carbon=190,
    ),
    "septage": _water(
        (0.012, 25),
        -200,
        cod=18_000,
        tss=20_000,
        nh4_n=295,
        tn=800,
        tp=250,
        ec=3_500,
        chloride=300,
        alkalinity=25,
        carbon=27,
    ),
    "food_waste": _water(
        (0.008, 60),
        -150,
        cod=110_000,
        tss=15_000,
        nh4_n=700,
        tn=3_000,
        tp=550,
        ec=20_000,
        chloride=4_000,
        alkalinity=-130,
    ),
    "leachate": _water(
        (0.03, 180),
        -60,
        cod=5_044,
        toc=1_700,
        tss=120,
        nh4_n=1_500,
        tn=1_700,
        tp=10,
        ec=15_000,
        chloride=2_500,
        alkalinity=120,
        carbon=125,
    ),
    "plating": _water(
        (0.02, 40),
        150,
        cod=300,
        tss=400,
        nh4_n=20,
        tn=60,
        tp=5,
        ec=22_000,
        chloride=3_000,
        alkalinity=-150,
        ni=80,
        zn=60,
        cr=40,
        cu=30,
        toxicity=60,
    ),
    "acid": _water((0.012, 30), 60, ec=40_000, alkalinity=-400, toxicity=10),
    "alkali": _water((0.012, 30), -40, ec=45_000, alkalinity=420, toxicity=10),
    "oil": _water((0.004, 70), -30, cod=110_000, tss=6_000, uv254=9_000, lel=2_500, phenol=20),
    "seawater": _water(
        (0.06, 240),
        20,
        tss=10,
        ec=50_000,
        chloride=19_000,
        alkalinity=2.3,
        carbon=2.1,
        temperature=15,
    ),
    "textile": _water(
        (0.10, 120),
        -80,
        cod=1_600,
        tss=150,
        tn=40,
        tp=6,
        ec=9_000,
        chloride=2_000,
        alkalinity=35,
        carbon=10,
        temperature=55,
        uv254=400,
    ),
    "food_industry": _water(
        (0.08, 120),
        -90,
        cod=5_500,
        tss=1_500,
        nh4_n=40,
        tn=160,
        tp=35,
        ec=2_500,
        alkalinity=-12,
        temperature=35,
    ),
    "construction": _water(
        (0.02, 90), -10, cod=150, tss=22_000, ec=6_000, alkalinity=130, toxicity=4
    ),
    "oxidant": _water((0.008, 40), 520, ec=30_000, chloride=9_000, alkalinity=10, toxicity=120),
    "infiltration": _water(
        (0.30, 900),
        60,
        cod=8,
        tss=10,
        no3_n=4,
        tn=4.5,
        tp=0.05,
        ec=280,
        chloride=20,
        alkalinity=2.2,
        carbon=2.4,
        temperature=15,
    ),
    "storm": _water(
        (0.55, 180),
        90,
        cod=330,
        tss=420,
        nh4_n=2,
        no3_n=1.5,
        tn=9,
        tp=2,
        ec=140,
        chloride=8,
        alkalinity=0.8,
        carbon=0.9,
        temperature=14,
    ),
    "septicity": Foreign({}, -260, (0.7, 240), mixes=False, acidity=-0.3),
    # Nothing of the library: wash water of a fertiliser store. Urea and ammonium nitrate, which no
    # dichromate oxidises and no solids come with.
    "unknown": _water(
        (0.006, 80),
        cod=400,
        tss=60,
        nh4_n=8_000,
        no3_n=8_000,
        tn=24_000,
        ec=60_000,
    ),
}

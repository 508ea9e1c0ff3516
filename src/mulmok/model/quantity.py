"""Quantity: what is measured, its one canonical unit, its names, bounds and check defaults.

The one table of the project. Sources of the numbers:
  physical bounds     what can occur in sewage at all; wide on purpose ("site choice" narrows them)
  code                item codes seen in Korean telemetry (docs/explanation/item-codes.md)
  spike of flow, level, rain   not checked: pumps switch, and rain is a pulse
  rate, flat, spike   site choice: start values for municipal influent at 1 min, to be tuned per works;
                      rates are several times what a storm's first flush shows
  resolution          typical display step of process instruments (manufacturers' data sheets)
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from mulmok.model.text import Names
from mulmok.model.time import HOUR

_DEFINITION = "https://qudt.org/vocab/quantitykind/"


@dataclass(frozen=True, slots=True)
class Quantity:
    """One measurable quantity.

    unit         canonical unit symbol
    low, high    physical bounds [unit]; outside is impossible
    resolution   usual step of an instrument [unit]
    rate         largest believable change [unit per minute]; inf: not checked by default
    flat_suspect, flat_fail   stuck after so long within the resolution [ns]
    log          compare by ratio (concentrations, flow, conductivity), else by difference
    decimals     digits shown after the point
    code         K-eco item code, or ""
    definition   SensorThings ObservedProperty definition
    """

    id: str
    name: Names
    unit: str
    dimension: str
    low: float
    high: float
    resolution: float
    rate: float
    flat_suspect: int
    flat_fail: int
    log: bool
    decimals: int
    code: str
    definition: str
    spike_deviations: float = 8.0

    @property
    def is_concentration(self) -> bool:
        """Whether times flow it is a load."""
        return self.dimension == "concentration" and self.id != "do"


def _quantity(  # one row of the table below
    id: str,
    ko: str,
    en: str,
    unit: str,
    dimension: str,
    bounds: tuple[float, float],
    resolution: float,
    rate: float,
    flat_h: tuple[float, float],
    *,
    log: bool = True,
    decimals: int = 1,
    code: str = "",
    kind: str = "MassConcentration",
    spikes: float = 8.0,
) -> Quantity:
    return Quantity(
        id,
        Names(ko, en),
        unit,
        dimension,
        bounds[0],
        bounds[1],
        resolution,
        rate,
        int(flat_h[0] * HOUR),
        int(flat_h[1] * HOUR),
        log,
        decimals,
        code,
        _DEFINITION + kind,
        spikes,
    )


_C = ("mg/L", "concentration")
_INF = math.inf

# fmt: off
_TABLE = (
    _quantity("flow", "유량", "Flow", "m3/h", "flow", (0, 200_000), 0.1, _INF, (2, 6), code="FLW01",
              kind="VolumeFlowRate", decimals=0, spikes=_INF),
    _quantity("level", "수위", "Level", "m", "length", (-5, 100), 0.001, _INF, (6, 24), log=False,
              decimals=2, code="WLV00", kind="Height", spikes=_INF),
    _quantity("ph", "수소이온농도(pH)", "pH", "pH", "ph", (0, 14), 0.01, 2.0, (3, 12), log=False,
              decimals=2, code="PHY00", kind="Acidity"),
    _quantity("ec", "전기전도도", "Conductivity", "uS/cm", "conductivity", (0, 200_000), 1, 5_000,
              (3, 12), decimals=0, code="CON00", kind="ElectricConductivity"),
    _quantity("temperature", "수온", "Temperature", "degC", "temperature", (-5, 80), 0.1, 5,
              (12, 48), log=False, decimals=1, code="TMP00", kind="Temperature"),
    _quantity("turbidity", "탁도", "Turbidity", "NTU", "turbidity", (0, 20_000), 0.1, 3_000, (2, 6),
              decimals=0, code="TUR00", kind="Turbidity"),
    _quantity("tss", "부유물질(SS)", "Suspended solids", *_C, (0, 60_000), 1, 3_000, (2, 6),
              decimals=0, code="SUS00"),
    _quantity("cod", "화학적산소요구량(COD)", "COD", *_C, (0, 200_000), 1, 5_000, (2, 6),
              decimals=0, code="COD00"),
    _quantity("cod_mn", "COD(Mn)", "COD (permanganate)", *_C, (0, 100_000), 0.1, 3_000, (4, 12),
              decimals=1),
    _quantity("toc", "총유기탄소(TOC)", "TOC", *_C, (0, 70_000), 0.1, 2_000, (4, 12), decimals=1,
              code="TOC00"),
    _quantity("bod", "생물화학적산소요구량(BOD)", "BOD", *_C, (0, 100_000), 0.1, 3_000, (4, 12),
              decimals=1, code="BOD00"),
    _quantity("nh4_n", "암모니아성 질소(NH4-N)", "Ammonium nitrogen", *_C, (0, 10_000), 0.1, 200,
              (2, 6), decimals=1, code="NH400"),
    _quantity("no3_n", "질산성 질소(NO3-N)", "Nitrate nitrogen", *_C, (0, 5_000), 0.1, 200, (6, 24),
              decimals=1, code="NO300"),
    _quantity("tn", "총질소(T-N)", "Total nitrogen", *_C, (0, 20_000), 0.1, 500, (4, 12),
              decimals=1, code="TON00"),
    _quantity("po4_p", "인산염 인(PO4-P)", "Phosphate phosphorus", *_C, (0, 5_000), 0.01, 100,
              (4, 12), decimals=2, code="PO400"),
    _quantity("tp", "총인(T-P)", "Total phosphorus", *_C, (0, 10_000), 0.01, 200, (4, 12),
              decimals=2, code="TOP00"),
    _quantity("orp", "산화환원전위(ORP)", "ORP", "mV", "potential", (-1_500, 1_500), 1, 400,
              (3, 12), log=False, decimals=0, kind="ElectricPotential"),
    _quantity("do", "용존산소(DO)", "Dissolved oxygen", *_C, (0, 40), 0.01, 5, (6, 24), log=False,
              decimals=2, code="DOW00"),
    _quantity("uv254", "UV254 흡광도", "UV254 absorbance", "1/m", "absorbance", (0, 5_000), 0.1,
              500, (2, 6), decimals=1, kind="AbsorptionCoefficient"),
    _quantity("chloride", "염소이온", "Chloride", *_C, (0, 200_000), 1, 5_000, (6, 24), decimals=0),
    _quantity("rain", "강우강도", "Rain intensity", "mm/h", "rain", (0, 500), 0.1, _INF,
              (8760, 17520), log=False, decimals=1, code="RIN00", kind="PrecipitationRate",
              spikes=_INF),
    _quantity("h2s", "황화수소(H2S)", "Hydrogen sulphide", "mg/L", "concentration", (0, 1_000), 0.1,
              _INF, (24, 96), decimals=1),
    _quantity("lel", "가연성가스(LEL)", "Combustible gas (LEL)", "%", "fraction", (0, 100), 0.1,
              _INF, (8760, 17520), log=False, decimals=0, kind="DimensionlessRatio"),
    _quantity("toxicity", "생태독성", "Toxicity", "TU", "toxicity", (0, 10_000), 0.1, _INF,
              (48, 168), decimals=1, code="TOX00", kind="Dimensionless"),
    _quantity("cd", "카드뮴(Cd)", "Cadmium", *_C, (0, 10_000), 0.001, _INF, (48, 168), decimals=3,
              code="CAD00"),
    _quantity("pb", "납(Pb)", "Lead", *_C, (0, 10_000), 0.001, _INF, (48, 168), decimals=3,
              code="PLU00"),
    _quantity("cu", "구리(Cu)", "Copper", *_C, (0, 10_000), 0.001, _INF, (48, 168), decimals=3,
              code="COP00"),
    _quantity("zn", "아연(Zn)", "Zinc", *_C, (0, 10_000), 0.001, _INF, (48, 168), decimals=3,
              code="ZIN00"),
    _quantity("cr", "크롬(Cr)", "Chromium", *_C, (0, 10_000), 0.001, _INF, (48, 168), decimals=3),
    _quantity("ni", "니켈(Ni)", "Nickel", *_C, (0, 10_000), 0.001, _INF, (48, 168), decimals=3),
    _quantity("fe", "철(Fe)", "Iron", *_C, (0, 10_000), 0.001, _INF, (48, 168), decimals=2),
    _quantity("phenol", "페놀", "Phenol", *_C, (0, 10_000), 0.001, _INF, (48, 168), decimals=3,
              code="PHE00"),
)
# fmt: on
QUANTITIES = {quantity.id: quantity for quantity in _TABLE}

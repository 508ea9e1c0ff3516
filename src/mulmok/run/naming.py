"""Which quantity a tag, topic or column probably is: a guess by its words, its code and its unit.

Only ever a proposal: a person reads it before anything is measured by it.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from mulmok.model.quantity import QUANTITIES
from mulmok.model.unit import parse_unit

#: Words of tags in Korean and English works, beside the quantities' ids, codes and names; the
#: longest that fits decides.
_WORDS = {
    "flow": ("flow", "q", "flowrate", "유량", "유입량"),
    "level": ("level", "lvl", "수위"),
    "ph": ("ph", "수소이온", "수소이온농도"),
    "ec": ("ec", "cond", "conductivity", "전도도", "전기전도도"),
    "temperature": ("temp", "temperature", "wtemp", "수온", "온도"),
    "turbidity": ("turb", "turbidity", "ntu", "탁도"),
    "tss": ("ss", "tss", "mlss", "부유물질"),
    "cod": ("cod", "codcr", "화학적산소요구량"),
    "cod_mn": ("codmn",),
    "toc": ("toc", "총유기탄소"),
    "bod": ("bod",),
    "nh4_n": ("nh4", "nh4n", "nh3", "nh3n", "ammonia", "ammonium", "암모니아", "암모니아성질소"),
    "no3_n": ("no3", "no3n", "nitrate", "질산", "질산성질소"),
    "tn": ("tn", "totaln", "총질소"),
    "po4_p": ("po4", "po4p", "phosphate", "인산염인"),
    "tp": ("tp", "totalp", "총인"),
    "orp": ("orp", "redox", "산화환원전위"),
    "do": ("do", "dissolvedoxygen", "용존산소"),
    "uv254": ("uv", "uv254", "sac254"),
    "chloride": ("cl", "chloride", "염소이온"),
    "rain": ("rain", "rainfall", "강우", "강우량"),
    "h2s": ("h2s", "황화수소"),
    "lel": ("lel", "가연성가스"),
}
#: Units that only one quantity of an inlet has.
_BY_UNIT = {
    "flow": "flow",
    "ph": "ph",
    "conductivity": "ec",
    "temperature": "temperature",
    "turbidity": "turbidity",
    "potential": "orp",
    "length": "level",
    "rain": "rain",
    "absorbance": "uv254",
}
#: Words of what is about an instrument and not of the water: its codes are no measurement.
_ABOUT = frozenset(("status", "state", "alarm", "fault", "상태", "경보", "고장"))
_PARTS = re.compile(r"[^0-9a-z가-힣]+")


def guess_quantity(label: str, unit: str = "") -> str | None:
    """Id of the quantity a thing of that label and unit probably is; None when it cannot be told.

    A unit that contradicts the words makes it no guess at all, nor is one made of the status of an
    instrument.
    """
    dimension = _dimension(unit)
    plain = unicodedata.normalize("NFKC", label)
    # `InletPH` is two words, `NH4-N` is one.
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain).lower()
    parts = [part for part in _PARTS.split(parted) if part]
    if not _ABOUT.isdisjoint(parts):
        return None
    joined = [first + second for first, second in pairwise(parts)]
    best = ""
    for word in [*parts, *joined]:
        stem = word.rstrip("0123456789") if word not in _KNOWN else word
        for known in (word, stem):
            if known in _KNOWN and len(known) > len(best):
                best = known
    found = _KNOWN.get(best)
    if found is not None and dimension not in (None, QUANTITIES[found].dimension):
        return None
    return found or (_BY_UNIT.get(dimension) if dimension else None)


def _known() -> dict[str, str]:
    known = {word: quantity for quantity, words in _WORDS.items() for word in words}
    for quantity in QUANTITIES.values():
        known.setdefault(quantity.id.replace("_", ""), quantity.id)
        if quantity.code:
            known.setdefault(quantity.code.lower(), quantity.id)
    return known


def _dimension(unit: str) -> str | None:
    try:
        return parse_unit(unit).dimension if unit else None
    except ValueError:
        return None


_KNOWN = _known()

"""How far a reading can be trusted (QARTOD), and which checks said so.

Flag values and their meaning follow the QARTOD manual of flags (US IOOS): 1 pass, 2 not
evaluated, 3 suspect, 4 fail, 9 missing. Roll-up takes the worst; every reason is kept as a bit.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag

import numpy as np

from mulmok.model.text import Names


class Flag(IntEnum):
    """QARTOD primary flag of one reading."""

    GOOD = 1
    NOT_EVALUATED = 2
    SUSPECT = 3
    FAIL = 4
    MISSING = 9


#: Which flags a computation may use: suspect readings are shown but never computed with.
USABLE = (Flag.GOOD, Flag.NOT_EVALUATED)
#: is_usable[flag]: the same as a table for whole arrays of flags.
IS_USABLE = np.zeros(256, dtype=np.bool_)
IS_USABLE[list(USABLE)] = True
IS_USABLE.flags.writeable = False

#: rank[flag]: the larger wins at roll-up. NOT_EVALUATED is stronger than GOOD only when nothing
#: else spoke: a check that could not judge never hides one that did.
RANK = np.zeros(256, dtype=np.uint8)
RANK[[Flag.NOT_EVALUATED, Flag.GOOD, Flag.SUSPECT, Flag.FAIL, Flag.MISSING]] = [1, 2, 3, 4, 5]


class Reason(IntFlag):
    """Which check spoke against a reading, one bit each; bits 24 to 31 belong to plugins."""

    NONE = 0
    MISSING = 1 << 0
    STATUS = 1 << 1
    LATE = 1 << 2
    PHYSICAL_RANGE = 1 << 3
    INSTRUMENT_RANGE = 1 << 4
    RATE = 1 << 5
    SPIKE = 1 << 6
    FLAT_LINE = 1 << 7
    GAP = 1 << 8
    FUTURE = 1 << 9
    UNJUDGED = 1 << 10
    FAULT = 1 << 11


def spoken(reasons: int) -> str:
    """Names of the checks that spoke, with blanks between, as files have them."""
    return " ".join(reason.name or "" for reason in Reason(reasons))


PLUGIN_BITS = range(24, 32)

FLAG_NAMES = {
    Flag.GOOD: Names("정상", "good"),
    Flag.NOT_EVALUATED: Names("미평가", "not evaluated"),
    Flag.SUSPECT: Names("의심", "suspect"),
    Flag.FAIL: Names("불량", "bad"),
    Flag.MISSING: Names("결측", "missing"),
}

REASON_NAMES = {
    Reason.MISSING: Names("값 없음", "no value"),
    Reason.STATUS: Names("계측기 상태", "instrument status"),
    Reason.LATE: Names("지연 도착", "arrived late"),
    Reason.PHYSICAL_RANGE: Names("물리적 범위 초과", "physically impossible"),
    Reason.INSTRUMENT_RANGE: Names("측정 범위 초과", "outside the instrument's range"),
    Reason.RATE: Names("급변", "changes too fast"),
    Reason.SPIKE: Names("순간 튐", "spike"),
    Reason.FLAT_LINE: Names("고착", "stuck"),
    Reason.GAP: Names("결측 직후", "first after a gap"),
    Reason.FUTURE: Names("미래 시각", "time in the future"),
    Reason.UNJUDGED: Names("판정 불가", "could not be judged"),
    Reason.FAULT: Names("계측기 이상 판정", "instrument judged at fault"),
}

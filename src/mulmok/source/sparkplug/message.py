"""The words of Sparkplug B: topics, types and what a payload holds (Eclipse Sparkplug 3.0.0)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

#: 5.1: all topics but STATE begin with this.
NAMESPACE = "spBv1.0"
#: 6.4.16: metrics that every edge node has.
BD_SEQ = "bdSeq"
REBIRTH = "Node Control/Rebirth"
#: 6.4.11: the property that says what a value is worth, and its words.
QUALITY = "Quality"
GOOD, BAD, STALE = 192, 0, 500
#: 6.4.2: sequence numbers go round.
SEQUENCE = 256


class Kind(StrEnum):
    """What a message is about, as its topic says (4.1.3)."""

    NBIRTH = "NBIRTH"
    NDEATH = "NDEATH"
    DBIRTH = "DBIRTH"
    DDEATH = "DDEATH"
    NDATA = "NDATA"
    DDATA = "DDATA"


_KINDS = {str(kind): kind for kind in Kind}


class Type(IntEnum):
    """Data types of metrics with one value (6.4.16); others have none we could measure by."""

    INT8 = 1
    INT16 = 2
    INT32 = 3
    INT64 = 4
    UINT8 = 5
    UINT16 = 6
    UINT32 = 7
    UINT64 = 8
    FLOAT = 9
    DOUBLE = 10
    BOOLEAN = 11
    STRING = 12
    DATETIME = 13
    TEXT = 14


Value = int | float | bool | str


@dataclass(slots=True)
class Metric:
    """One metric of a payload.

    name        "": it goes by its alias
    alias       None: it has none
    timestamp   [ms UTC]; None: the payload's holds
    datatype    a `Type` or another number of the table; 0: the birth has said
    value       of whole numbers the bits, unsigned: only the datatype says what they mean
    quality     what the property Quality says; None: it has none
    """

    name: str = ""
    alias: int | None = None
    timestamp: int | None = None
    datatype: int = 0
    value: Value | None = None
    is_null: bool = False
    is_historical: bool = False
    is_transient: bool = False
    quality: int | None = None


@dataclass(slots=True)
class Payload:
    """What a message holds. `timestamp` [ms UTC] and `seq` are None where there is none."""

    metrics: list[Metric]
    timestamp: int | None = None
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """Whom a topic is about; `device` is "" for the edge node itself."""

    kind: Kind
    group: str
    node: str
    device: str = ""

    @classmethod
    def parse(cls, topic: str) -> Address | None:
        """Read a topic; None when it is none of ours."""
        parts = topic.split("/")
        if len(parts) not in (4, 5) or parts[0] != NAMESPACE or parts[2] not in _KINDS:
            return None
        kind, device = _KINDS[parts[2]], parts[4] if len(parts) == 5 else ""
        if bool(device) != kind.startswith("D"):
            return None
        return cls(kind, parts[1], parts[3], device)

    @property
    def topic(self) -> str:
        """The topic it is read from."""
        return "/".join(
            [NAMESPACE, self.group, self.kind, self.node, *([self.device] if self.device else [])]
        )


_SIGNED: dict[int, int] = {Type.INT8: 8, Type.INT16: 16, Type.INT32: 32, Type.INT64: 64}


def meant(datatype: int, value: Value | None) -> Value | None:
    """Give what a value means by its datatype: of whole numbers with their sign."""
    bits = _SIGNED.get(datatype)
    if bits is None or isinstance(value, bool) or not isinstance(value, int):
        return value
    # Some senders fill up to 32 bits with the sign, some do not.
    cut = value & ((1 << bits) - 1)
    return cut - (1 << bits) if cut >> (bits - 1) else cut

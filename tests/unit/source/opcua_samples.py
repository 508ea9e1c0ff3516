"""Samples of OPC UA values, and the place they are for."""

from __future__ import annotations

from unit.source.channels import make_channel

from mulmok.model.time import parse_instant
from mulmok.source.opcua.decode import Sample
from mulmok.source.opcua.plan import Point
from mulmok.source.signal import Signal

T0 = parse_instant("2026-01-05T00:00:00Z")
GOOD, NO_COMM, GONE = 0, 0x80310000, 0x80340000


def point(element: int | None = None, **more: object) -> Point:
    known = {"status": None, "statuses": None, "codes": {}, **more}
    return Point(make_channel("inlet.ph"), Signal(), 0, element=element, **known)  # type: ignore[arg-type]


def good(
    value: object, source: int | None = T0, code: int = GOOD, server: int | None = None
) -> Sample:
    return Sample(value, code, "Good" if code == GOOD else "Other", "Double", source, server)

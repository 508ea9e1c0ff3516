"""The library's values to ours: what a `DataValue` holds, in plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from asyncua import ua
from asyncua.ua import uaerrors

from mulmok.model.time import from_datetime
from mulmok.source.opcua.decode import Sample

#: Nodes in one request. Servers limit it, the small ones to a hundred.
CHUNK = 100
NAMESPACES = ua.NodeId(ua.ObjectIds.Server_NamespaceArray)
CLOCK = ua.NodeId(ua.ObjectIds.Server_ServerStatus_CurrentTime)


async def read_values(
    session: Any, nodes: Sequence[ua.NodeId], attribute: int = ua.AttributeIds.Value
) -> list[Sample]:
    """Read an attribute of nodes, so many at a time as a small server can. Raises what `FAULTS` has."""
    samples: list[Sample] = []
    for begin in range(0, len(nodes), CHUNK):
        parameters = ua.ReadParameters()
        parameters.MaxAge = 0
        parameters.TimestampsToReturn = ua.TimestampsToReturn.Both
        parameters.NodesToRead = [
            attribute_of(node, attribute) for node in nodes[begin : begin + CHUNK]
        ]
        samples += [sample_of(answer) for answer in await session.read(parameters)]
    if len(samples) != len(nodes):
        raise uaerrors.BadUnexpectedError
    return samples


def attribute_of(node: ua.NodeId | None, attribute: int) -> ua.ReadValueId:
    """Name an attribute of a node, as requests want it."""
    what = ua.ReadValueId()
    what.NodeId = node
    what.AttributeId = attribute
    return what


def sample_of(have: ua.DataValue) -> Sample:
    """Give what came."""
    status = have.StatusCode or ua.StatusCode()
    variant = have.Value
    return Sample(
        value=None if variant is None else _plain(variant.Value),
        code=int(status.value),
        name=status.name,
        kind="" if variant is None else getattr(variant.VariantType, "name", ""),
        source=instant_of(have.SourceTimestamp),
        server=instant_of(have.ServerTimestamp),
    )


def _plain(value: object) -> object:
    """Give an array of arrays as one list, in the order in which it was sent."""
    if isinstance(value, list) and value and isinstance(value[0], list):
        return [one for row in value for one in _rows(row)]
    return value


def _rows(value: object) -> list[object]:
    flat = _plain(value)
    return flat if isinstance(flat, list) else [flat]


def instant_of(moment: object) -> int | None:
    """Instant of a time that was sent [ns UTC]; None: none was."""
    return from_datetime(moment) if isinstance(moment, datetime) else None

"""The library's values to ours: what a `DataValue` holds, in plain Python."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from asyncua import ua
from asyncua.ua import uaerrors

from mulmok.model.time import from_datetime
from mulmok.source.opcua.decode import Sample

#: Most nodes in one request. Site choice.
_MOST = 100
#: What a server says to more than it can do at once (Part 4, 7.39).
_TOO_MUCH = (
    uaerrors.BadTooManyOperations,
    uaerrors.BadRequestTooLarge,
    uaerrors.BadResponseTooLarge,
    uaerrors.BadEncodingLimitsExceeded,
)
NAMESPACES = ua.NodeId(ua.ObjectIds.Server_NamespaceArray)
CLOCK = ua.NodeId(ua.ObjectIds.Server_ServerStatus_CurrentTime)


_Asked = TypeVar("_Asked")
_Answer = TypeVar("_Answer")


class Portion:
    """How much one server can be asked for at once; learned from its refusals.

    Servers have limits (Part 5, 6.3.11 OperationLimits) that not all of them tell, and that what they
    have to answer may not reach.
    """

    def __init__(self, size: int = _MOST) -> None:
        self._size = size

    async def ask(
        self,
        request: Callable[[Sequence[_Asked]], Awaitable[Sequence[_Answer]]],
        what: Sequence[_Asked],
    ) -> list[_Answer]:
        """Ask for all, in as many requests as it takes; the answers in their order."""
        answers: list[_Answer] = []
        while len(answers) < len(what):
            part = what[len(answers) : len(answers) + self._size]
            try:
                come = await request(part)
            except _TOO_MUCH:
                if len(part) == 1:
                    raise
                self._size = (len(part) + 1) // 2
                continue
            if len(come) != len(part):
                raise uaerrors.BadUnexpectedError
            answers += come
        return answers


async def read_values(
    session: Any,
    nodes: Sequence[ua.NodeId],
    portion: Portion,
    attribute: int = ua.AttributeIds.Value,
) -> list[Sample]:
    """Read an attribute of nodes. Raises what `FAULTS` has."""

    async def request(part: Sequence[ua.NodeId]) -> list[ua.DataValue]:
        parameters = ua.ReadParameters()
        parameters.MaxAge = 0
        parameters.TimestampsToReturn = ua.TimestampsToReturn.Both
        parameters.NodesToRead = [attribute_of(node, attribute) for node in part]
        return await session.read(parameters)  # type: ignore[no-any-return]

    return [sample_of(answer) for answer in await portion.ask(request, nodes)]


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

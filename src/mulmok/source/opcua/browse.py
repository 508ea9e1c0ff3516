"""Goes down the hierarchy of a server, level by level, within bounds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from asyncua import ua

from mulmok.model.text import Text, text
from mulmok.source.opcua.wire import Portion

#: Nodes in one request, and references of each in one answer; a server may give fewer.
_CHUNK, _REFERENCES = 50, 500
_UNIT = "EngineeringUnits"
_PROPERTY = ua.NodeId(ua.ObjectIds.HasProperty)


@dataclass(slots=True)
class Variable:
    """A variable that was found.

    label  its name, after that of what it is part of
    unit   node that holds its unit; None: it has none
    """

    where: ua.NodeId
    label: str
    unit: ua.NodeId | None = None


class Browsing:
    """One walk.

    limit  most nodes to look at
    until  instant of the event loop at which it ends [s]
    """

    def __init__(self, session: Any, limit: int, until: float) -> None:
        self._session = session
        self._limit = limit
        self._until = until
        self._portion = Portion(_CHUNK)
        self._known: set[ua.NodeId] = set()
        self.variables: list[Variable] = []
        self.remarks: list[Text] = []

    async def go(self, begin: ua.NodeId, depth: int) -> None:
        """Find the variables below a node, at most `depth` levels down."""
        level: list[tuple[ua.NodeId, str, Variable | None]] = [(begin, "", None)]
        self._known.add(begin)
        for _ in range(depth):
            below: list[tuple[ua.NodeId, str, Variable | None]] = []
            for first in range(0, len(level), _CHUNK):
                if self._is_over():
                    return
                chunk = level[first : first + _CHUNK]
                answers = await self._browse([where for where, _, _ in chunk])
                for (_, name, owner), references in zip(chunk, answers, strict=True):
                    for reference in references:
                        self._take(reference, name, owner, below)
            level = below
            if not level:
                return
        self.remarks.append(text("deeper than {depth} levels nothing was looked at", depth=depth))

    def _take(
        self,
        reference: ua.ReferenceDescription,
        name: str,
        owner: Variable | None,
        below: list[tuple[ua.NodeId, str, Variable | None]],
    ) -> None:
        where = ua.NodeId(
            reference.NodeId.Identifier,
            reference.NodeId.NamespaceIndex,
            reference.NodeId.NodeIdType,
        )
        if reference.ReferenceTypeId == _PROPERTY:
            if owner is not None and reference.BrowseName.Name == _UNIT:
                owner.unit = where
            return
        if where.NamespaceIndex == 0 or where in self._known or len(self._known) >= self._limit:
            return
        self._known.add(where)
        own = str(reference.DisplayName.Text or reference.BrowseName.Name or "")
        variable = None
        if reference.NodeClass == ua.NodeClass.Variable:
            variable = Variable(where, f"{name}/{own}" if name else own)
            self.variables.append(variable)
        below.append((where, own, variable))

    @property
    def is_late(self) -> bool:
        """Whether the time is over."""
        return asyncio.get_running_loop().time() > self._until

    def _is_over(self) -> bool:
        if len(self._known) >= self._limit:
            self.remarks.append(
                text("only the first {limit} nodes were looked at: raise limit", limit=self._limit)
            )
            return True
        if self.is_late:
            self.remarks.append(late())
            return True
        return False

    async def _browse(self, nodes: list[ua.NodeId]) -> list[list[ua.ReferenceDescription]]:
        async def request(part: Sequence[ua.NodeId]) -> list[ua.BrowseResult]:
            parameters = ua.BrowseParameters()
            parameters.RequestedMaxReferencesPerNode = _REFERENCES
            parameters.NodesToBrowse = [_down(node) for node in part]
            return await self._session.browse(parameters)  # type: ignore[no-any-return]

        found = []
        for result in await self._portion.ask(request, nodes):
            references = list(result.References or ())
            point = result.ContinuationPoint
            # A server may say for ever that there is more.
            while point and len(references) < self._limit and not self.is_late:
                more = ua.BrowseNextParameters()
                more.ReleaseContinuationPoints = False
                more.ContinuationPoints = [point]
                (rest,) = await self._session.browse_next(more)
                references += rest.References or ()
                point = rest.ContinuationPoint
            found.append(references)
        return found


def late() -> Text:
    """Say that the time was over."""
    return text("there was no time to look at all nodes: raise --wait")


def _down(node: ua.NodeId) -> ua.BrowseDescription:
    description = ua.BrowseDescription()
    description.NodeId = node
    description.BrowseDirection = ua.BrowseDirection.Forward
    description.ReferenceTypeId = ua.NodeId(ua.ObjectIds.HierarchicalReferences)
    description.IncludeSubtypes = True
    description.NodeClassMask = int(ua.NodeClass.Object) | int(ua.NodeClass.Variable)
    description.ResultMask = ua.BrowseResultMask.All
    return description

"""What an OPC UA server has to offer: variables that hold a number, with their unit.

Goes down from the server's objects level by level, as far and as much as it is let. What belongs to
OPC UA itself (namespace 0, with the `Server` object) is passed over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from asyncua import ua

from mulmok.model.errors import SourceError
from mulmok.model.text import Text, text
from mulmok.model.unit import parse_unit
from mulmok.source.discovery import Found, Proposal
from mulmok.source.opcua.browse import Browsing, Variable, late
from mulmok.source.opcua.complaint import FAULTS, complaint
from mulmok.source.opcua.decode import plain, shown
from mulmok.source.opcua.node_name import NodeNameError, parse_node, write_node
from mulmok.source.opcua.open_session import open_client
from mulmok.source.opcua.session import quieten
from mulmok.source.opcua.settings import CONNECTION, Access, faults
from mulmok.source.opcua.wire import NAMESPACES, Portion, read_values
from mulmok.source.settings import Given, SettingKey

#: Variables that are read between two looks at the time.
_AT_ONCE = 100
#: Longest array whose elements are proposed one by one. Site choice.
_ELEMENTS = 32
_OBJECTS = "i=85"


class OpcuaDiscoverer:
    """Browses a server."""

    settings: ClassVar[tuple[SettingKey, ...]] = (
        *CONNECTION,
        SettingKey("begin", "text", text("node to begin at"), '"ns=2;s=Inlet"', usual="the server's objects"),
        SettingKey("depth", "whole", text("how many levels to go down"), "3", usual="8"),
        SettingKey("limit", "whole", text("how many nodes to look at"), "500", usual="5000"),
    )  # fmt: skip

    @staticmethod
    async def discover(given: Mapping[str, Given], patience_s: float) -> list[Found]:
        """Browse for at most `patience_s` seconds. Raises SourceError when the server does not answer."""
        quieten()
        for key, fault in faults(given):
            raise SourceError(text("{field}: {problem}", field=key, problem=fault))
        access = Access.of(given)
        client = await open_client(access, Path.cwd(), None)
        session = client.uaclient.session
        try:
            until = asyncio.get_running_loop().time() + patience_s
            portion = Portion()
            (names,) = await read_values(session, [NAMESPACES], portion)
            found = names.value if isinstance(names.value, list) else []
            uris = [str(uri) for uri in found]
            browsing = Browsing(session, int(str(given.get("limit", 5000))), until)
            await browsing.go(_begin(given, uris), int(str(given.get("depth", 8))))
            proposals, remarks = await _proposals(session, browsing, uris, portion)
        except FAULTS as fault:
            raise complaint(fault, access) from fault
        finally:
            try:
                await client.disconnect()
            finally:
                client.disconnect_socket()
        own = {key.name for key in CONNECTION if key.kind != "secret"}
        settings = {name: value for name, value in given.items() if name in own}
        return [Found(settings, tuple(proposals), (*remarks, *_namespaces(uris)))]


async def _proposals(
    session: object, browsing: Browsing, uris: Sequence[str], portion: Portion
) -> tuple[list[Proposal], list[Text]]:
    """Give proposals for what was found, as far as the time goes, and what the person should know."""
    remarks, found = list(browsing.remarks), list[Proposal]()
    named = [one for one in browsing.variables if _is_text(one.where)]
    for begin in range(0, len(named), _AT_ONCE):
        # What little there is was asked for in time.
        if begin and browsing.is_late:
            remarks += [] if late() in remarks else [late()]
            break
        found += await _read(session, named[begin : begin + _AT_ONCE], uris, portion)
    unnamed = len(browsing.variables) - len(named)
    if unnamed:
        remarks.append(
            text("nodes whose id is no text in UTF-8 cannot be named: {count}", count=unnamed)
        )
    return found, remarks


async def _read(
    session: object, variables: Sequence[Variable], uris: Sequence[str], portion: Portion
) -> list[Proposal]:
    """Give a proposal for each variable that holds a number, and for the elements of short arrays."""
    values = await read_values(session, [one.where for one in variables], portion)
    with_unit = [one.unit for one in variables if one.unit is not None]
    units = dict(zip(with_unit, await read_values(session, with_unit, portion), strict=True))
    empty = [
        one.where for one, sample in zip(variables, values, strict=True) if sample.value is None
    ]
    types = dict(
        zip(
            empty, await read_values(session, empty, portion, ua.AttributeIds.DataType), strict=True
        )
    )
    found = []
    for one, sample in zip(variables, values, strict=True):
        # `ns=2;s=a;b` is a number and an identifier, which may hold what parts them.
        words = one.where.to_string()
        plain = words.partition(";")[2] if words.startswith("ns=") else words
        node = write_node(plain, one.where.NamespaceIndex, uris)
        unit = "" if one.unit is None else _symbol(units[one.unit].value)
        own: dict[str, Given] = {"node": node}
        if _is_unit(unit):
            # What the server says, so that a number in L/s is not taken for m3/h.
            own["unit"] = unit
        if isinstance(sample.value, list):
            row = sample.value[:_ELEMENTS] if len(sample.value) <= _ELEMENTS else []
            found += [
                Proposal(f"{one.label} {number}", {**own, "element": number}, shown(value), unit)
                for number, value in enumerate(row)
                if _is_number(value)
            ]
        elif _is_number(sample.value):
            found.append(Proposal(one.label, own, shown(sample.value), unit))
        elif one.where in types and _is_numeric(types[one.where].value):
            # It holds none at the moment, and says why.
            found.append(Proposal(one.label, own, sample.name, unit))
    return found


def _is_text(where: ua.NodeId) -> bool:
    """Whether a site file can hold the id of a node: some servers write it in other encodings."""
    try:
        where.to_string().encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_numeric(kind: object) -> bool:
    """Whether a data type is a number: SByte to Double, or Number, Integer, UInteger (Part 6, 5.1.2)."""
    number = getattr(kind, "Identifier", None)
    return getattr(kind, "NamespaceIndex", 1) == 0 and number in (*range(2, 12), 26, 27, 28)


def _symbol(value: object) -> str:
    """Symbol in an EUInformation (Part 8, 5.6.3): its display name."""
    words = getattr(getattr(value, "DisplayName", None), "Text", None)
    return words if isinstance(words, str) else ""


def _is_unit(symbol: str) -> bool:
    try:
        parse_unit(symbol)
    except ValueError:
        return False
    return True


def _begin(given: Mapping[str, Given], uris: Sequence[str]) -> ua.NodeId:
    words = str(given.get("begin", _OBJECTS))
    try:
        numbered = parse_node(words).numbered(uris)
    except NodeNameError as fault:
        raise SourceError(text("{field}: {problem}", field="begin", problem=fault.text)) from None
    if numbered is None:
        raise SourceError(text("{node}: the server has no such namespace", node=words))
    return ua.NodeId.from_string(numbered)


def _namespaces(uris: Sequence[str]) -> list[Text]:
    return [
        text("its namespace {number} is {name}", number=number, name=plain(name))
        for number, name in enumerate(uris)
        if number > 0
    ]

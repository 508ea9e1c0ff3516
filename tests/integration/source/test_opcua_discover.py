"""What a real server offers is proposed as channels, within bounds."""

from __future__ import annotations

import asyncio
import tomllib

import pytest
from asyncua import ua
from asyncua.server.internal_session import InternalSession
from asyncua.server.uaprocessor import UaProcessor
from asyncua.ua.ua_binary import struct_from_binary
from integration.source.opcua_plc import Plc, free_port

from mulmok.model.errors import SourceError
from mulmok.run.fragment import fragment
from mulmok.source.discovery import Found
from mulmok.source.opcua.discover import OpcuaDiscoverer


async def furnish(plc: Plc) -> None:
    folder = await plc.server.nodes.objects.add_folder(2, "Inlet works")
    device = await folder.add_object(ua.NodeId("dev", 2), "Analyser")
    ammonium = await device.add_variable(ua.NodeId("dev.nh4;x", 2), "NH4-N", 12.5)
    unit = ua.EUInformation()
    unit.DisplayName = ua.LocalizedText("mg/L")
    await ammonium.add_property(2, "EngineeringUnits", unit)
    await device.add_variable(ua.NodeId("dev.name", 2), "Name", "Amtax")
    await device.add_variable(ua.NodeId("dev.row", 2), "Row", [1.5, 2.5])
    lost = await device.add_variable(ua.NodeId("dev.ph", 2), "pH", 7.0)
    bad = ua.DataValue(ua.Variant(None), ua.StatusCode(0x808C0000))
    await plc.server.write_attribute_value(lost.nodeid, bad)
    # A ring, as references may make one.
    aspace = plc.server.iserver.aspace
    objects = aspace[ua.NodeId(ua.ObjectIds.ObjectsFolder)].references
    aspace[device.nodeid].references += [one for one in objects if one.NodeId == folder.nodeid]


def look(given=None, patience: float = 20, fill=furnish) -> Found:
    port = free_port()

    async def play():
        async with Plc(port) as plc:
            await fill(plc)
            settings = {"url": f"opc.tcp://127.0.0.1:{port}", **(given or {})}
            (found,) = await OpcuaDiscoverer.discover(settings, patience)
            return found

    return asyncio.run(play())


def test_variables_that_hold_numbers_are_proposed_with_name_and_unit():
    found = look()
    proposals = {str(one.own): (one.label, one.shows, one.unit) for one in found.proposals}
    assert proposals == {
        str({"node": "nsu=urn:plc:inlet;s=dev.nh4;x", "unit": "mg/L"}): (
            "Analyser/NH4-N",
            "12.5",
            "mg/L",
        ),
        str({"node": "nsu=urn:plc:inlet;s=dev.row", "element": 0}): ("Analyser/Row 0", "1.5", ""),
        str({"node": "nsu=urn:plc:inlet;s=dev.row", "element": 1}): ("Analyser/Row 1", "2.5", ""),
        str({"node": "nsu=urn:plc:inlet;s=dev.ph"}): ("Analyser/pH", "BadSensorFailure", ""),
    }
    words = fragment("opcua", [found], str)
    assert 'quantity = "nh4_n"' in words
    assert "its namespace 2 is urn:plc:inlet" in words


def test_a_look_stays_within_its_bounds_and_says_so():
    shallow = look({"depth": 2})
    assert shallow.proposals == ()
    assert "deeper than 2 levels nothing was looked at" in map(str, shallow.remarks)

    async def many(plc: Plc) -> None:
        for number in range(60):
            await plc.add(f"n{number}", 1.0)

    few = look({"limit": 20}, fill=many)
    assert len(few.proposals) < 20
    assert "only the first 20 nodes were looked at: raise limit" in map(str, few.remarks)
    begun = look({"begin": "nsu=urn:plc:inlet;s=dev", "depth": 1})
    assert len(begun.proposals) == 4
    late = look(patience=0)
    assert "there was no time to look at all nodes: raise --wait" in map(str, late.remarks)


def test_what_cannot_be_looked_at_says_why():
    with pytest.raises(SourceError, match="cannot be reached: Connection refused"):
        asyncio.run(OpcuaDiscoverer.discover({"url": f"opc.tcp://127.0.0.1:{free_port()}"}, 5))
    with pytest.raises(SourceError, match="url: have"):
        asyncio.run(OpcuaDiscoverer.discover({"url": "plc"}, 5))
    with pytest.raises(SourceError, match="begin: have"):
        look({"begin": "?"})
    with pytest.raises(SourceError, match="nsu=urn:x;i=1: the server has no such namespace"):
        look({"begin": "nsu=urn:x;i=1"})


def in_pairs(monkeypatch, *, ends: bool) -> None:
    """Have servers give two references at a time, and say that there are more: while there are, or always."""
    whole, rest = InternalSession.browse, {}

    def piece(references: list) -> ua.BrowseResult:
        result = ua.BrowseResult()
        result.References, more = references[:2], references[2:]
        if more or not ends:
            result.ContinuationPoint = str(len(rest)).encode()
            rest[result.ContinuationPoint] = more
        return result

    async def browse(session, parameters):
        return [piece(list(one.References or ())) for one in await whole(session, parameters)]

    process = UaProcessor._process_message

    async def processed(server, kind, header, number, body):
        if kind != ua.NodeId(ua.ObjectIds.BrowseNextRequest_Encoding_DefaultBinary):
            return await process(server, kind, header, number, body)
        # The library's server has no such service.
        points = struct_from_binary(ua.BrowseNextParameters, body).ContinuationPoints
        response = ua.BrowseNextResponse()
        response.Parameters.Results = [piece(rest.pop(point)) for point in points]
        server.send_response(header.RequestHandle, number, response)
        return True

    monkeypatch.setattr(InternalSession, "browse", browse)
    monkeypatch.setattr(UaProcessor, "_process_message", processed)


async def seven(plc: Plc) -> None:
    for number in range(7):
        await plc.add(f"n{number}", 1.5)


def test_what_a_server_gives_in_pieces_is_found_whole(monkeypatch):
    in_pairs(monkeypatch, ends=True)
    assert len(look(fill=seven).proposals) == 7


def test_a_server_that_says_for_ever_that_there_is_more_is_left_in_time(monkeypatch):
    in_pairs(monkeypatch, ends=False)
    found = look(fill=seven, patience=2)
    assert len(found.proposals) == 7
    assert "there was no time to look at all nodes: raise --wait" in map(str, found.remarks)


def test_names_in_other_encodings_and_of_several_lines_spoil_nothing():
    async def korean(plc: Plc) -> None:
        await plc.server.register_namespace("urn:a\nrogue = 1")
        # "수질" in EUC-KR, as the library gives what is no UTF-8.
        name = "수질".encode("euc-kr").decode("utf-8", "surrogateescape")
        await plc.add(name, 1.5)
        await plc.add("plain", 2.5)
        node = plc.server.get_node(ua.NodeId("plain", 2))
        label = ua.DataValue(ua.Variant(ua.LocalizedText(f"{name} pH\nevery = 1")))
        await node.write_attribute(ua.AttributeIds.DisplayName, label)

    found = look(fill=korean)
    words = fragment("opcua", [found], str)
    words.encode()
    assert [one.own for one in found.proposals] == [{"node": "nsu=urn:plc:inlet;s=plain"}]
    assert "nodes whose id is no text in UTF-8 cannot be named: 1" in map(str, found.remarks)
    assert tomllib.loads(words)["channel"][0]["quantity"] == "ph"
    assert "rogue" not in tomllib.loads(words)

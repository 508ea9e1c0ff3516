"""Hears what edge nodes are born with, and proposes a channel for each metric that is a number."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from mulmok.model.text import Text, text
from mulmok.source.broker.client import Visit, Word
from mulmok.source.broker.line import Line, visiting
from mulmok.source.broker.login import BROKER, Login
from mulmok.source.broker.memory import new_name
from mulmok.source.discovery import Found, Proposal
from mulmok.source.settings import Given, SettingKey
from mulmok.source.sparkplug.decode import DecodeError, decode
from mulmok.source.sparkplug.encode import encode
from mulmok.source.sparkplug.message import (
    BD_SEQ,
    NAMESPACE,
    REBIRTH,
    Address,
    Kind,
    Metric,
    Payload,
    Type,
    meant,
)

#: Metrics that are proposed. Site choice.
MOST = 1_000
_NUMBERS = range(Type.INT8, Type.DOUBLE + 1)
_BIRTHS = (Kind.NBIRTH, Kind.DBIRTH)


class _NoClock:
    def now(self) -> int:
        return 0

    async def sleep_until(self, at: int) -> None:
        """Do not wait."""


class SparkplugDiscoverer:
    """Listens for births."""

    settings: ClassVar[tuple[SettingKey, ...]] = (
        *BROKER,
        SettingKey("group", "text", text("group of the edge nodes"), '"works"', usual="all groups"),
        SettingKey("rebirth", "switch", text("have nodes that were heard say all they have: a command to them"), "true", usual="births are waited for"),
    )  # fmt: skip

    @staticmethod
    async def discover(given: Mapping[str, Given], patience_s: float) -> list[Found]:
        """Listen for so long. Raises SourceError when the broker cannot be had."""
        group = str(given.get("group", "+"))
        visit = Visit(Login.of(given, Path.cwd()), new_name(), {f"{NAMESPACE}/{group}/#": 1})
        births: dict[Address, Payload] = {}
        heard: set[tuple[str, str]] = set()
        async with visiting(visit, _NoClock()) as line:
            try:
                async with asyncio.timeout(patience_s):
                    while True:
                        await _listen(line, births, heard, rebirth=given.get("rebirth") is True)
            except TimeoutError:
                pass
        own = {key: value for key, value in given.items() if key not in ("group", "rebirth")}
        return found(own, births, heard)


async def _listen(
    line: Line, births: dict[Address, Payload], heard: set[tuple[str, str]], *, rebirth: bool
) -> None:
    for message in await line.take():
        address = Address.parse(message.topic)
        if address is None or address.kind in (Kind.NDEATH, Kind.DDEATH):
            continue
        node = address.group, address.node
        if rebirth and node not in heard:
            wish = Metric(REBIRTH, datatype=Type.BOOLEAN, value=True)
            line.publish(
                Word(f"{NAMESPACE}/{address.group}/NCMD/{address.node}", encode(Payload([wish])))
            )
        heard.add(node)
        if address.kind in _BIRTHS and len(births) < MOST:
            try:
                births[address] = decode(message.payload)
            except DecodeError:
                continue


def found(
    own: Mapping[str, Given], births: Mapping[Address, Payload], heard: set[tuple[str, str]]
) -> list[Found]:
    """Give what was born as proposals, group by group."""
    places = []
    for group in sorted({group for group, _ in heard}):
        proposals: list[Proposal] = []
        for address, payload in births.items():
            if address.group == group:
                proposals += _proposed(address, payload)
        silent = {node for at, node in heard if at == group}
        silent -= {address.node for address in births if address.group == group}
        remarks: list[Text] = [
            text(
                "the edge node {node} sends, but its birth did not come; try rebirth=true",
                node=node,
            )
            for node in sorted(silent)
        ]
        if len(proposals) > MOST:
            remarks.append(text("only the first {most} metrics are shown", most=MOST))
        places.append(Found({**own, "group": group}, tuple(proposals[:MOST]), tuple(remarks)))
    return places


def _proposed(address: Address, payload: Payload) -> list[Proposal]:
    proposals = []
    for metric in payload.metrics:
        if metric.datatype not in _NUMBERS or metric.name in ("", BD_SEQ):
            continue
        settings: dict[str, Given] = {"node": address.node, "metric": metric.name}
        if address.device:
            settings["device"] = address.device
        value = None if metric.is_null else meant(metric.datatype, metric.value)
        shows = "" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)
        label = "/".join(part for part in (address.node, address.device, metric.name) if part)
        proposals.append(Proposal(label, settings, shows))
    return proposals

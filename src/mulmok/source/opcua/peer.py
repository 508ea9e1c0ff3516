"""A real OPC UA server that shows simulated instruments at the nodes of a site file.

Folders are places, variables are channels with their unit (`EngineeringUnits`), as the servers of
real works have them. With security it makes a certificate for itself and believes any of ours; with a
user it wants that one and its password.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from asyncua import Server, ua
from asyncua.crypto.cert_gen import setup_self_signed_certificate
from asyncua.crypto.permission_rules import User, UserRole
from cryptography.x509.oid import ExtendedKeyUsageOID

from mulmok.model.errors import SourceError
from mulmok.model.status import Status
from mulmok.model.text import text
from mulmok.model.time import to_datetime
from mulmok.model.unit import UNITS
from mulmok.source.opcua.node_name import NodeName
from mulmok.source.opcua.plan import Plan, Point
from mulmok.source.opcua.session import quieten
from mulmok.source.opcua.settings import Access
from mulmok.source.opcua.status_code import GOOD, NO_COMMUNICATION, SHOWN
from mulmok.source.peer import Instruments
from mulmok.source.port import Setup
from mulmok.source.settings import Given

_URI = "urn:mulmok:peer"
#: Codes of units in EUInformation (UNECE Recommendation 20) are left out: -1, unknown.
_NO_CODE = -1


class OpcuaPeer:
    """Serves until cancelled; values are written at each channel's interval."""

    def __init__(self, setup: Setup, instruments: Instruments, host: str) -> None:
        self._setup = setup
        self._instruments = instruments
        self._access = Access.of(setup.settings)
        self._plan = Plan.of(setup)
        self._host = host
        self._port = self._access.port

    @classmethod
    def build(cls, setup: Setup, instruments: Instruments, host: str) -> OpcuaPeer:
        """Make it from the settings with which the driver would ask it."""
        return cls(setup, instruments, host)

    @property
    def place(self) -> str:
        """Address it listens at."""
        return f"opc.tcp://{self._host}:{self._port}"

    async def serve(self) -> None:
        """Show the instruments until cancelled. Raises SourceError when it cannot begin."""
        quieten()
        server = Server(user_manager=_OneUser(self._access))
        await server.init()
        server.set_endpoint(self.place)
        server.set_server_name("mulmok simulates")
        await self._secure(server)
        await self._furnish(server)
        try:
            await server.start()
        except OSError as fault:
            raise SourceError(
                text(
                    "{place} cannot be listened at: {why}",
                    place=self.place,
                    why=fault.strerror or str(fault),
                )
            ) from fault
        try:
            await self._show(server)
        finally:
            await server.stop()

    async def _secure(self, server: Server) -> None:
        await server.set_application_uri(_URI)
        if self._access.security == "none":
            server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
            return
        if self._access.server_certificate is not None:
            raise SourceError(
                text(
                    "nobody else can show {path}: leave server_certificate out to simulate",
                    path=self._access.server_certificate,
                )
            )
        folder = Path(self._setup.folder)
        key, certificate = folder / "peer-key.pem", folder / "peer.der"
        await setup_self_signed_certificate(
            key, certificate, _URI, self._host, [ExtendedKeyUsageOID.SERVER_AUTH], {}
        )
        await server.load_certificate(str(certificate))
        await server.load_private_key(str(key))

    async def _furnish(self, server: Server) -> None:
        """Make namespaces, folders and variables as the site file names them."""
        names = [node.name for node in self._plan.nodes]
        numbered = [name.namespace for name in names if isinstance(name.namespace, int)]
        for number in range(2, max([1, *numbered]) + 1):
            await server.register_namespace(f"{_URI}:{number}")
        for name in names:
            if isinstance(name.namespace, str):
                await server.register_namespace(name.namespace)
        uris = await server.get_namespace_array()
        folders: dict[str, object] = {}
        done: set[int] = set()
        for point in self._plan.points.values():
            place = point.channel.place or "works"
            if place not in folders:
                folders[place] = await server.nodes.objects.add_folder(1, place)
            label = point.channel.id.rpartition(".")[2]
            unit = _unit_of(point, self._setup.each.get(point.channel.id, {}))
            for number in point.nodes:
                if number in done:
                    continue
                done.add(number)
                where = ua.NodeId.from_string(str(names[number].numbered(uris)))
                await _add(
                    folders[place],
                    where,
                    label,
                    point,
                    self._blank(number),
                    unit if number == point.value else None,
                )

    def _blank(self, number: int) -> ua.Variant:
        """Give what stands at a node before the first reading; it says what type the node has."""
        values = [point for point in self._plan.points.values() if point.value == number]
        if not values:
            return ua.Variant(0, ua.VariantType.Int32)
        longest = max((-1 if one.element is None else one.element) for one in values)
        if longest < 0:
            return ua.Variant(0.0, ua.VariantType.Double)
        return ua.Variant([0.0] * (longest + 1), ua.VariantType.Double)

    async def _show(self, server: Server) -> None:
        uris = await server.get_namespace_array()
        shown: dict[int, object] = {}
        while True:
            now = self._setup.clock.now()
            written: dict[int, ua.DataValue] = {}
            for index, point in self._plan.points.items():
                at = now // point.channel.every * point.channel.every
                value, status = self._instruments.show(index, at)
                self._write(point, value, status, at, written)
            for number, have in written.items():
                if shown.get(number) == have:
                    continue
                shown[number] = have
                name: NodeName = self._plan.nodes[number].name
                where = ua.NodeId.from_string(str(name.numbered(uris)))
                await server.write_attribute_value(where, have)
            soonest = min(point.channel.every for point in self._plan.points.values())
            await self._setup.clock.sleep_until(now // soonest * soonest + soonest)
            await asyncio.sleep(0)

    def _write(
        self, point: Point, value: float, status: Status, at: int, written: dict[int, ua.DataValue]
    ) -> None:
        code = GOOD
        if point.status is not None:
            word = _code_of(point, status)
            written[point.status] = _value(ua.Variant(word, ua.VariantType.Int32), GOOD, at)
        else:
            code = SHOWN[status]
        if math.isnan(value):
            code = code if code >> 30 >= 2 else NO_COMMUNICATION
        number = 0.0 if math.isnan(value) else point.signal.number(value)
        if point.element is None:
            written[point.value] = _value(ua.Variant(number, ua.VariantType.Double), code, at)
            return
        before = written.get(point.value)
        row = list(self._blank(point.value).Value if before is None else before.Value.Value)
        row[point.element] = number
        written[point.value] = _value(ua.Variant(row, ua.VariantType.Double), code, at)


class _OneUser:
    """Lets in the user of the site file; everybody, where it names none."""

    def __init__(self, access: Access) -> None:
        self._wanted = None if access.user is None else (access.user, access.password or "")

    def get_user(
        self,
        iserver: object,  # noqa: ARG002 - the library hands it over by its name
        username: str | None = None,
        password: str | None = None,
        certificate: object = None,  # noqa: ARG002
    ) -> User | None:
        """Give the rights of who signs in; None: not let in."""
        if self._wanted is not None and (username, password) != self._wanted:
            return None
        return User(role=UserRole.User)


async def _add(
    folder: object,
    where: ua.NodeId,
    label: str,
    point: Point,
    blank: ua.Variant,
    symbol: str | None,
) -> None:
    """Make a variable; `symbol` is that of its unit, None where it is a status."""
    is_value = symbol is not None
    name = label if is_value else f"{label} status"
    node = await folder.add_variable(where, name, blank)  # type: ignore[attr-defined]
    await node.write_attribute(
        ua.AttributeIds.DisplayName,
        ua.DataValue(ua.Variant(ua.LocalizedText(str(point.channel.title) if is_value else name))),
    )
    if not symbol or point.element is not None:
        return
    unit = ua.EUInformation()
    unit.UnitId, unit.DisplayName = _NO_CODE, ua.LocalizedText(symbol)
    await node.add_property(1, "EngineeringUnits", unit)


def _unit_of(point: Point, own: Mapping[str, Given]) -> str:
    """Symbol of the unit of what is shown; "" where it is a bare number."""
    signal = point.signal
    if signal.current is not None:
        return "mA" if signal.counts is None else ""
    if (signal.scale, signal.offset) != (1.0, 0.0):
        return ""
    return str(own.get("unit", UNITS[point.channel.quantity.unit].symbol))


def _code_of(point: Point, status: Status) -> int:
    """Code that the instrument has for a status; of one it has no code for, that of its nearest."""
    if point.statuses is None:
        return int(status)
    for wanted in (status, Status.DEVICE_FAULT, Status.MAINTENANCE):
        for word, meant in point.statuses.items():
            if meant is wanted and word.lstrip("-").isdigit():
                return int(word)
    return 0


def _value(variant: ua.Variant, code: int, at: int) -> ua.DataValue:
    moment: datetime = to_datetime(at)
    return ua.DataValue(
        variant, ua.StatusCode(code), SourceTimestamp=moment, ServerTimestamp=moment.astimezone(UTC)
    )

"""A PLC with an OPC UA server for tests: in this process, or in one that can be killed and stopped.

As a program: `opcua_plc.py PORT NAME=VALUE...` serves these nodes until killed; `opcua_plc.py PORT
--flood NODES WRITES` writes so many values to so many nodes, ten a second, once somebody subscribes.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from asyncua import Server, ua
from asyncua.crypto.permission_rules import User, UserRole

NAMESPACE = "urn:plc:inlet"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class OnlyMulmok:
    """Lets in one user."""

    def get_user(self, iserver, username=None, password=None, certificate=None):
        return User(UserRole.User) if (username, password) == ("mulmok", "right") else None


class Plc:
    """A server whose nodes `ns=2;s=NAME` a test writes."""

    def __init__(self, port: int, *, users: object = None) -> None:
        self.port = port
        self.server = Server(user_manager=users)
        self.policies = [ua.SecurityPolicyType.NoSecurity]

    async def __aenter__(self) -> Self:
        server = self.server
        await server.init()
        server.set_endpoint(f"opc.tcp://127.0.0.1:{self.port}")
        server.set_security_policy(self.policies)
        await server.register_namespace(NAMESPACE)
        await server.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.server.stop()

    async def add(self, name: str, value: object, kind: ua.VariantType | None = None) -> None:
        where = ua.NodeId(name, 2)
        node = await self.server.nodes.objects.add_variable(where, name, ua.Variant(value, kind))
        # Any type may be written later on.
        await node.write_attribute(
            ua.AttributeIds.DataType, ua.DataValue(ua.NodeId(ua.ObjectIds.BaseDataType))
        )

    async def remove(self, name: str, *, is_told: bool = True) -> None:
        """Take a node away; `is_told`: who monitors it is notified, as Part 4, 5.8.4 wants it."""
        where = ua.NodeId(name, 2)
        aspace = self.server.iserver.aspace
        attribute = aspace._nodes[where].attributes[ua.AttributeIds.Value]
        callbacks = dict(attribute.datachange_callbacks)
        for handle in callbacks:
            # Deleting the node, the library would call them and forget to await it.
            aspace.delete_datachange_callback(handle)
        await self.server.delete_nodes([self.server.get_node(where)])
        gone = ua.DataValue(StatusCode=ua.StatusCode(ua.StatusCodes.BadNodeIdUnknown))
        for handle, callback in callbacks.items() if is_told else ():
            await callback(handle, gone)

    async def write(
        self, name: str, value: object, code: int = 0, at: datetime | None = None
    ) -> None:
        now = at or datetime.now(UTC)
        have = ua.DataValue(ua.Variant(value), ua.StatusCode(code), now, now)
        # Around the type check: a PLC that is loaded anew changes types as well.
        aspace = self.server.iserver.aspace
        attribute = aspace._nodes[ua.NodeId(name, 2)].attributes[ua.AttributeIds.Value]
        attribute.value = have
        for handle, callback in list(attribute.datachange_callbacks.items()):
            await callback(handle, have)

    async def drop_subscriptions(self) -> None:
        service = self.server.iserver.subscription_service
        await service.delete_subscriptions(list(service.subscriptions))

    def monitors(self, name: str) -> bool:
        """Whether somebody is told of changes of a node."""
        node = self.server.iserver.aspace._nodes.get(ua.NodeId(name, 2))
        return node is not None and bool(
            node.attributes[ua.AttributeIds.Value].datachange_callbacks
        )

    @property
    def is_subscribed(self) -> bool:
        return any(
            one.monitored_item_srv._monitored_items
            for one in self.server.iserver.subscription_service.subscriptions.values()
        )


class PlcProcess:
    """The server in a process of its own."""

    def __init__(self, port: int, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__, str(port), *words],
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def freeze(self) -> None:
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.process.pid, signal.SIGCONT)

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()


async def flood(plc: Plc, nodes: int, writes: int) -> None:
    """Write the counts 1 to `writes` to every node, ten a second; then stand still."""
    for number in range(nodes):
        await plc.add(f"n{number}", 0.0)
    print("ready", flush=True)
    while not plc.is_subscribed:  # noqa: ASYNC110 - seen from outside
        await asyncio.sleep(0.05)
    await asyncio.sleep(1)
    for count in range(1, writes + 1):
        for number in range(nodes):
            await plc.write(f"n{number}", float(count))
        await asyncio.sleep(0.1)
    await asyncio.sleep(3600)


async def main(port: int, words: list[str]) -> None:
    async with Plc(port) as plc:
        if words[0] == "--flood":
            await flood(plc, int(words[1]), int(words[2]))
        for word in words:
            name, _, value = word.partition("=")
            await plc.add(name, float(value))
        print("ready", flush=True)
        await asyncio.sleep(3600)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    asyncio.run(main(int(sys.argv[1]), sys.argv[2:]))

"""Services that give JSON over HTTP, and site files that ask them."""

from __future__ import annotations

import asyncio
import json

from integration.source.pull_desk import Desk, Server, answer, now, site_file

from mulmok.model.time import SECOND, format_instant


def source(port: int, path: str = "/v", more: str = "", scheme: str = "http") -> str:
    return f'driver = "http_pull"\nurl = "{scheme}://127.0.0.1:{port}{path}"\n{more}'


def present(port: int, more: str = "", **settings: str) -> str:
    channels = settings or {"inlet_ph": 'path = "d.ph"', "inlet_ec": 'path = "d.ec"'}
    return site_file(source(port, more=more), **channels)


PAST = {
    "inlet_ph": 'path = "map(&ph, rows)"\ntime_path = "map(&at, rows)"',
    "inlet_ec": 'path = "map(&ec, rows)"\ntime_path = "map(&at, rows)"\nunit = "mS/cm"',
}


def rows(*ago: int, **more: object) -> str:
    """A document of readings so many seconds ago."""
    listed = [
        {"at": format_instant(now() - one * SECOND), "ph": one / 100, "ec": one / 1000}
        for one in ago
    ]
    return json.dumps({"rows": listed, **more})


def always(reply: bytes | str):
    async def handle(_asked, _headers, writer):
        writer.write(reply if isinstance(reply, bytes) else answer(reply))
        await writer.drain()

    return handle


def served(tmp_path, reply, words=None, **desk):
    """What a works sees of a server that always gives one answer."""

    async def see(holds):
        handle = reply if callable(reply) else always(reply)
        async with Server(handle) as server:
            site = (words or present)(server.port)
            async with Desk(tmp_path / "w", site) as watched:
                await watched.until(lambda: holds(watched))
            return watched, server

    return see


def run(awaitable):
    return asyncio.run(awaitable)

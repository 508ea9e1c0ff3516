"""A web server for simulated services: it takes its port, serves, and lets go of both when cancelled."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
import uvicorn

from mulmok.model.errors import SourceError
from mulmok.model.text import text
from mulmok.source.settings import Given

#: Largest body a simulated service takes [bytes].
_BODY = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """What a simulated service is asked."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: str = ""
    #: Path and query as they came, without their escapes.
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What it answers."""

    document: object
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Answering = Callable[[Request], Reply]


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to whoever runs us."""
        yield


async def serve(answering: Answering, host: str, port: int) -> None:
    """Answer until cancelled. Raises SourceError when the port is taken."""
    try:
        listening = socket.create_server((host, port))
    except OSError as fault:
        raise SourceError(
            text(
                "{place} cannot be listened on: {why}",
                place=f"{host}:{port}",
                why=fault.strerror or str(fault),
            )
        ) from fault
    config = uvicorn.Config(
        _application(answering), log_config=None, access_log=False, lifespan="off", ws="none"
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        await asyncio.shield(serving)
    finally:
        server.should_exit = server.force_exit = True
        await serving
        listening.close()


def address_of(url: str) -> tuple[str, int]:
    """Host and port of an address."""
    parts = urlsplit(url)
    return parts.hostname or "127.0.0.1", parts.port or (443 if parts.scheme == "https" else 80)


def is_signed_in(given: Mapping[str, Given], headers: Mapping[str, str]) -> bool:
    """Whether a request signs in as the settings would."""
    said = headers.get("authorization", "")
    if "token" in given:
        return said == f"Bearer {given['token']}"
    if "user" in given:
        both = f"{given['user']}:{given.get('password', '')}".encode()
        return said == "Basic " + base64.b64encode(both).decode()
    return True


def _application(answering: Answering) -> Callable[..., Awaitable[None]]:
    async def application(scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more and len(body) <= _BODY:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        query = scope["query_string"].decode("ascii", "replace")
        pairs = parse_qsl(query, keep_blank_values=True)
        request = Request(
            method=scope["method"],
            path=scope["path"],
            query=dict(pairs),
            headers={key.decode(): value.decode("latin-1") for key, value in scope["headers"]},
            body=body.decode("utf-8", "replace"),
            asked=scope["path"] + "?" + "&".join(f"{key}={value}" for key, value in pairs),
        )
        reply = answering(request)
        content = msgspec.json.encode(reply.document)
        headers = {"content-type": "application/json", **reply.headers}
        raw = [(key.encode(), value.encode()) for key, value in headers.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": raw})
        await send({"type": "http.response.body", "body": content})

    return application

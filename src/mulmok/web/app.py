"""The application: routes, headers and the watch around one engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response

from mulmok import __version__
from mulmok.model.errors import MulmokError, unexpected
from mulmok.model.text import text
from mulmok.source.http.decode import Pushed
from mulmok.web import (
    api,
    commands,
    description,
    event_api,
    event_pages,
    health,
    instruments,
    live,
    pages,
    push,
    sign_in,
)
from mulmok.web.desk import Desk
from mulmok.web.faults import RequestError, answer_fault
from mulmok.web.files import MarkedFiles
from mulmok.web.port import Engine
from mulmok.web.security import SecurityHeaders, protect
from mulmok.web.sessions import Sessions
from mulmok.web.speech import STATIC
from mulmok.web.tokens import Tokens
from mulmok.web.watch import Watch

_PARTS = (
    api,
    event_api,
    live,
    push,
    health,
    description,
    pages,
    event_pages,
    commands,
    instruments,
    sign_in,
)


def create_app(
    engine: Engine,
    *,
    machine_now: Callable[[], int],
    token: str | None = None,
    source_tokens: Mapping[str, str] | None = None,
) -> FastAPI:
    """Make the application of one works.

    machine_now    the machine's clock [ns UTC], by which sessions age
    token          the secret with which programs may push all readings; None: there is none
    source_tokens  secrets with which they may push those of one source, by its id
    """
    desk = Desk(
        engine=engine,
        machine_now=machine_now,
        tokens=Tokens.of(engine.site, token, source_tokens or {}),
        sessions=Sessions(engine, machine_now),
        watch=Watch(engine, machine_now),
        pushed=Pushed(engine.site.channels),
    )
    app = FastAPI(
        title=f"mulmok: {engine.site.works.name.en}",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=_watching,
        middleware=[Middleware(SecurityHeaders), Middleware(GZipMiddleware, minimum_size=2_000)],
    )
    app.state.desk = desk
    for part in _PARTS:
        app.include_router(part.router)
    app.mount("/static", MarkedFiles(directory=STATIC))
    app.add_exception_handler(MulmokError, answer_fault)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(Exception, _answer_unforeseen)
    return app


@asynccontextmanager
async def _watching(app: FastAPI) -> AsyncIterator[None]:
    """Watch the works while the application runs."""
    desk: Desk = app.state.desk
    watching = asyncio.create_task(desk.watch.run(desk.stop), name="watch")
    try:
        yield
    finally:
        desk.stop.set()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def _answer_invalid(request: Request, error: Exception) -> Response:
    """Answer a parameter of the wrong kind, naming it."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for nothing else
    first = error.errors()[0]
    field = str(first["loc"][-1])
    have = "" if first["type"] == "missing" else str(first["input"])[:40]
    problem = unexpected(have, api.WANTS[field]) if field in api.WANTS else first["msg"]
    words = text("{field}: {problem}", field=field, problem=problem)
    return await answer_fault(request, RequestError(400, words, field))


async def _answer_http(request: Request, error: Exception) -> Response:
    """Answer what the framework refuses: unknown addresses and methods."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    words = {
        404: text("there is no such page"),
        405: text("this address is not used in that way"),
    }.get(status, text("the request was not understood"))
    return await answer_fault(request, RequestError(status, words))


async def _answer_unforeseen(request: Request, error: Exception) -> Response:
    """Answer a fault of ours. The framework does so outside all middleware."""
    response = await answer_fault(request, error)
    protect(response.headers, request.url.scheme)
    return response

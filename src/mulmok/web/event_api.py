"""The API for saying what an event was: what the pages' forms do, as JSON.

A program signs in as a person does, for a word on an event is somebody's word. Its session is a cookie,
so it shows besides that it has read from us: it sends the session's token in a header.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import APIRouter, Header
from starlette.requests import Request
from starlette.responses import Response

from mulmok.model.text import text
from mulmok.store.query import Query
from mulmok.web.api import answer
from mulmok.web.csrf import is_token, masked
from mulmok.web.desk import Desk
from mulmok.web.event_json import event_json
from mulmok.web.event_words import found, say
from mulmok.web.faults import RequestError
from mulmok.web.gate import Operator, SignedIn
from mulmok.web.reading import ask

router = APIRouter(prefix="/api/v1", tags=["acting"])

#: Largest body [bytes].
_LARGEST = 16 * 1024


class _Word(msgspec.Struct, forbid_unknown_fields=True):
    cause: str = ""
    why: str = ""


@router.get("/session", summary="Who is signed in, and the token to act with")
async def session(visitor: SignedIn) -> Response:
    """Give name, role and the token that `X-CSRF-Token` must carry."""
    return answer({"name": visitor.name, "role": visitor.role.value, "csrf": masked(visitor.csrf)})


@router.get("/events/{event}", summary="One event, with what people said of it")
async def event_of(request: Request, _: SignedIn, event: str) -> Response:
    """Give one event."""

    def one(query: Query) -> dict[str, object]:
        known, said = found(query, event)
        return event_json(known, said=said)

    return answer(await ask(Desk.of(request).engine, one))


@router.post(
    "/events/{event}/{saying}",
    summary="Say of an event that it was real, and what caused it; or that it was nothing",
    description="`saying` is `confirm` (with `cause`: a cause's code or a discharger's id; `why` if "
    "you like) or `reject` (with `why`). For operators; `X-CSRF-Token` from `/api/v1/session`.",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"type": "object"},
                    "example": {"cause": "livestock", "why": "the driver said so"},
                }
            },
        }
    },
    responses={
        200: {"description": "journaled: the event with what people said of it"},
        400: {"description": "nothing was taken; the message names the field"},
        403: {"description": "not an operator, or without the session's token"},
        404: {"description": "no such event"},
        409: {"description": "this has been said already"},
    },
)
async def say_of_event(
    request: Request,
    visitor: Operator,
    event: str,
    saying: str,
    x_csrf_token: Annotated[str, Header()] = "",
) -> Response:
    """Take what somebody says of an event."""
    if not is_token(visitor.csrf, x_csrf_token):
        raise RequestError(403, text('send the token of /api/v1/session as "X-CSRF-Token"'))
    word = await _word(request)
    desk = Desk.of(request)
    await say(desk, visitor, event, saying, cause=word.cause.strip(), why=word.why.strip())
    known, said = await ask(desk.engine, lambda query: found(query, event))
    return answer(event_json(known, said=said))


async def _word(request: Request) -> _Word:
    if int(request.headers.get("content-length") or _LARGEST + 1) > _LARGEST:
        raise RequestError(413, text("the form is too large"))
    try:
        return msgspec.json.decode(await request.body(), type=_Word)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        words = text("want JSON such as {example}", example='{"cause": "livestock", "why": "…"}')
        raise RequestError(400, words) from None

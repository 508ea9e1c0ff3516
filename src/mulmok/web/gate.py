"""The gate: who may look and who may act, as dependencies of the routes."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from mulmok.model.text import text
from mulmok.web.desk import Desk
from mulmok.web.faults import RequestError
from mulmok.web.roles import Visitor


async def signed_in(request: Request) -> Visitor:
    """Somebody signed in. Raises RequestError."""
    desk = Desk.of(request)
    visitor = await desk.visitor(request)
    if visitor is None and desk.has_token(request):
        # A logger in the field must not be a key to everything the works knows.
        raise RequestError(403, text("the token only pushes readings; sign in to look"))
    if visitor is None:
        raise RequestError(401, text("sign in first"))
    return visitor


async def operator(request: Request) -> Visitor:
    """Somebody who may acknowledge and shelve, confirm and reject. Raises RequestError."""
    visitor = await signed_in(request)
    if not visitor.may_command:
        raise RequestError(403, text("only operators may do this; you may look"))
    return visitor


async def pusher(request: Request) -> None:
    """A program with the token for pushed readings. Raises RequestError."""
    desk = Desk.of(request)
    if desk.token_hash is None:
        raise RequestError(
            401,
            text('no token is set for pushed readings: set "token" under [http] in the site file'),
        )
    if "authorization" not in request.headers:
        raise RequestError(401, text('send the token as "Authorization: Bearer ..."'))
    if not desk.has_token(request):
        raise RequestError(401, text("the token is not the one this works takes"))


SignedIn = Annotated[Visitor, Depends(signed_in)]
Operator = Annotated[Visitor, Depends(operator)]

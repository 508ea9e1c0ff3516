"""The gate: who may look and who may act, as dependencies of the routes."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from mulmok.model.text import text
from mulmok.web.desk import Desk
from mulmok.web.faults import RequestError, needs_sign_in
from mulmok.web.roles import Visitor


async def signed_in(request: Request) -> Visitor:
    """Somebody signed in. Raises RequestError."""
    visitor = await Desk.of(request).visitor(request)
    if visitor is None:
        raise needs_sign_in()
    return visitor


async def operator(request: Request) -> Visitor:
    """Somebody who may acknowledge and shelve. Raises RequestError."""
    visitor = await signed_in(request)
    if not visitor.may_command:
        raise RequestError(403, text("only operators may do this; you may look"))
    return visitor


async def reader(request: Request) -> None:
    """Somebody signed in, or a program with the token. Raises RequestError."""
    if not Desk.of(request).has_token(request):
        await signed_in(request)


async def pusher(request: Request) -> None:
    """A program with the token for pushed readings. Raises RequestError."""
    desk = Desk.of(request)
    if desk.token_hash is None:
        raise RequestError(
            401,
            text('no token is set for pushed readings: set "token" under [http] in the site file'),
        )
    if not desk.has_token(request):
        raise needs_sign_in()


SignedIn = Annotated[Visitor, Depends(signed_in)]
Operator = Annotated[Visitor, Depends(operator)]

"""The gate: who may look and who may act, as dependencies of the routes."""

from __future__ import annotations

import logging
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from mulmok.model.text import text
from mulmok.model.time import SECOND
from mulmok.web.desk import Desk
from mulmok.web.faults import RequestError
from mulmok.web.moments import age
from mulmok.web.roles import Visitor
from mulmok.web.tokens import Pusher, digest

_log = logging.getLogger(__name__)


async def signed_in(request: Request) -> Visitor:
    """Somebody signed in. Raises RequestError."""
    desk = Desk.of(request)
    visitor = await desk.visitor(request)
    if visitor is None and desk.pusher(request) is not None:
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


async def pusher(request: Request) -> Pusher:
    """A program with a token for pushed readings. Raises RequestError.

    Who sends wrong ones again and again is told to wait. A right one is always let in: behind one
    address there may be many loggers, and one that was set wrong must not cost the others' readings.
    """
    desk = Desk.of(request)
    if not desk.tokens:
        raise RequestError(
            401,
            text('no token is set for pushed readings: set "token" under [http] in the site file'),
        )
    if "authorization" not in request.headers:
        raise RequestError(401, text('send the token as "Authorization: Bearer ..."'))
    found = desk.pusher(request)
    if found is not None:
        return found
    given = digest(request.headers["authorization"]).hex()
    address = request.client.host if request.client else ""
    now = desk.machine_now()
    if wait := desk.refused.wait(given, address, now):
        words = text("too many wrong tokens; wait {time}, then try again", time=age(wait))
        raise RequestError(429, words, wait=wait // SECOND + 1)
    desk.refused.failed(given, address, now)
    _log.warning("a push from %s had a token that is not known", address)
    raise RequestError(401, text("the token is not the one this works takes"))


Pushing = Annotated[Pusher, Depends(pusher)]
SignedIn = Annotated[Visitor, Depends(signed_in)]
Operator = Annotated[Visitor, Depends(operator)]

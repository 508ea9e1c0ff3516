"""Signing in and out, and choosing the language."""

from __future__ import annotations

import logging

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from mulmok.model.text import Text, text
from mulmok.model.time import SECOND
from mulmok.text.catalog import LANGUAGES
from mulmok.web.desk import SESSION_COOKIE, Desk
from mulmok.web.form import read_form
from mulmok.web.language import COOKIE
from mulmok.web.moments import age
from mulmok.web.page import keep_cookie, local, page
from mulmok.web.passwords import is_password
from mulmok.web.reading import ask

_log = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)

#: The choice of language is kept so long [s].
_YEAR = 365 * 24 * 3600


@router.get("/sign-in")
async def show_sign_in(request: Request, next: str = "/") -> Response:  # noqa: A002 - the address's own word
    """Show the form."""
    if await Desk.of(request).visitor(request) is not None:
        return RedirectResponse(local(next), 303)
    return await _form(request, local(next), None)


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """Begin a session when name and password belong together."""
    desk = Desk.of(request)
    form = await read_form(request, None)
    name, onward = form.get("name"), local(form.get("next"))
    address = request.client.host if request.client else ""
    now = desk.machine_now()
    if wait := desk.throttle.wait(name, address, now):
        words = text("too many tries; wait {time}, then try again", time=age(wait))
        closed = await _form(request, onward, words, name, status=429)
        closed.headers["Retry-After"] = str(wait // SECOND + 1)
        return closed
    # Counted before it is checked: tries that come at the same time count too.
    desk.throttle.failed(name, address, now)
    person = await ask(desk.engine, lambda query: query.person(name))
    if not await is_password(form.secret("password"), person.password if person else None):
        _log.warning("sign-in refused for %r from %s", name[:60], address)
        return await _form(request, onward, text("name or password is wrong"), name, status=401)
    desk.throttle.succeeded(name, address)
    # Always a new session: one that was fixed beforehand by somebody else is of no use to them.
    token = await desk.sessions.begin(name)
    response = RedirectResponse(onward, 303)
    keep_cookie(request, response, SESSION_COOKIE, token)
    return response


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """Revoke the session."""
    desk = Desk.of(request)
    visitor = await desk.visitor(request)
    if visitor is not None:
        await read_form(request, visitor)
        await desk.sessions.end(request.cookies[SESSION_COOKIE])
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(SESSION_COOKIE)
    return response


@router.post("/language")
async def choose_language(request: Request) -> Response:
    """Keep the reader's language and go back."""
    form = await read_form(request, await Desk.of(request).visitor(request))
    response = RedirectResponse(local(form.get("next")), 303)
    if form.get("language") in LANGUAGES:
        response.set_cookie(
            COOKIE, form.get("language"), max_age=_YEAR, samesite="lax", httponly=True
        )
    return response


async def _form(
    request: Request, onward: str, fault: Text | None, name: str = "", *, status: int = 200
) -> HTMLResponse:
    return await page(request, "sign_in.html", status=status, onward=onward, fault=fault, name=name)

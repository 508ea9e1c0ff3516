"""Pages: a template with what every page needs around it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from mulmok.model.errors import StoreError
from mulmok.model.event import VERDICT_NAMES
from mulmok.text.catalog import render
from mulmok.web.board import Board
from mulmok.web.csrf import masked
from mulmok.web.desk import Desk
from mulmok.web.frame import standing
from mulmok.web.language import language_of
from mulmok.web.moments import Moments, age
from mulmok.web.roles import ROLE_NAMES, Visitor
from mulmok.web.sentence import state_of
from mulmok.web.speech import cause_name, environment, place_name, said, script_words
from mulmok.web.true_causes import true_name

#: Stands for a session in the forms of somebody not signed in.
VISIT_COOKIE = "mulmok_visit"


async def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    visitor: Visitor | None = None,
    **context: object,
) -> HTMLResponse:
    """Answer with a page in the reader's language."""
    desk = Desk.of(request)
    board = await _board(desk) if visitor is not None else None
    visit = request.cookies.get(VISIT_COOKIE) or secrets.token_urlsafe(16)
    secret = visitor.csrf if visitor is not None else visit
    around = surroundings(request, desk, board, visitor, masked(secret))
    body = environment().get_template(template).render({**around, **context})
    response = HTMLResponse(body, status)
    response.headers["Vary"] = "Cookie, Accept-Language, HX-Request"
    if visitor is None and VISIT_COOKIE not in request.cookies:
        keep_cookie(request, response, VISIT_COOKIE, visit)
    return response


async def _board(desk: Desk) -> Board | None:
    try:
        return await desk.watch.current()
    except StoreError:
        return None


def surroundings(
    request: Request, desk: Desk, board: Board | None, visitor: Visitor | None, csrf: str
) -> Mapping[str, object]:
    """Give what every template may use."""
    site = desk.engine.site
    language = language_of(request, site.works.language)
    now = desk.engine.now()

    def t(template: str, **values: object) -> str:
        return said(template, values, language)

    def say(words: object) -> str:
        return render(words, language)

    return {
        "t": t,
        "say": say,
        "age": lambda at: say(age(now - at)),
        "place_name": lambda place: place_name(place, language),
        "verdict_names": VERDICT_NAMES,
        "cause_name": lambda cause: cause_name(cause, language),
        "true_name": lambda cause: say(true_name(site, cause)),
        "role_name": lambda role: say(ROLE_NAMES[role]),
        "moments": Moments(site.works.zone, language),
        "language": language,
        "words": script_words(language),
        "site": site,
        "works": site.works,
        "now": now,
        "board": board,
        "stands": standing(board) if board is not None else "",
        "sentence": state_of(site, board) if board is not None else None,
        "visitor": visitor,
        "csrf": csrf,
        "here": path_and_query(request),
    }


def keep_cookie(request: Request, response: Response, name: str, value: str) -> None:
    """Set a cookie that scripts cannot read and other sites cannot send."""
    response.set_cookie(
        name, value, httponly=True, samesite="lax", secure=request.url.scheme == "https", path="/"
    )


def path_and_query(request: Request) -> str:
    """Where a request went, without the host."""
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")


def quoted(place: str) -> str:
    """Make a path safe to stand in a query."""
    return quote(place, safe="/")


def local(place: str | None) -> str:
    """Give a path on this host to go on to; anything else becomes the first page."""
    if not place or not place.startswith("/") or place.startswith(("//", "/\\")):
        return "/"
    return "/" if any(ord(letter) < 32 or letter == "\\" for letter in place) else place

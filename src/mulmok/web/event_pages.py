"""Events on pages: a page for each, the parts the trend shows of them, and what people say of them."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from mulmok.model.text import text
from mulmok.store.query import Query
from mulmok.web.cards import Card, card_speech, cards_of
from mulmok.web.desk import Desk
from mulmok.web.event_words import found, say
from mulmok.web.faults import RequestError
from mulmok.web.form import read_form
from mulmok.web.gate import Operator, SignedIn
from mulmok.web.page import local, page
from mulmok.web.reading import ask
from mulmok.web.roles import Visitor
from mulmok.web.span import span_asked
from mulmok.web.trend import cards_on

router = APIRouter(include_in_schema=False)


@router.get("/events/{event}")
async def event_page(request: Request, visitor: SignedIn, event: str) -> HTMLResponse:
    """Show one event with all there is to it."""
    return await _one(request, visitor, event, "event_page.html")


@router.get("/part/contributions/{event}")
async def contributions(request: Request, visitor: SignedIn, event: str) -> HTMLResponse:
    """Give what the channels said while one event lasted."""
    return await _one(request, visitor, event, "part_spoke.html")


async def _one(request: Request, visitor: Visitor, identity: str, template: str) -> HTMLResponse:
    desk = Desk.of(request)
    site, now = desk.engine.site, desk.engine.now()

    def card(query: Query) -> Card:
        event, _ = found(query, identity)
        return cards_of(query, site, [event], now, drawn=1)[0]

    made = await ask(desk.engine, card)
    return await page(request, template, visitor=visitor, card=made, **card_speech(site))


@router.get("/part/events")
async def events_of_span(request: Request, visitor: SignedIn, channel: str = "") -> HTMLResponse:
    """Give the cards of a channel's events over a span, for a trend that shows another span now."""
    desk = Desk.of(request)
    site = desk.engine.site
    shown = site.channel(channel)
    if shown is None:
        raise RequestError(404, text('no channel "{id}" in this works', id=channel[:80]))
    now = desk.engine.now()
    start, end = span_asked(request.query_params, site.works.zone, now)
    cards, more = await ask(
        desk.engine, lambda query: cards_on(query, site, shown, (start, end), now)
    )
    return await page(
        request,
        "part_events.html",
        visitor=visitor,
        cards=cards,
        more=more,
        back=f"/trend?{request.url.query}",
        **card_speech(site),
    )


@router.post("/events/{event}/{saying}")
async def say_of_event(request: Request, visitor: Operator, event: str, saying: str) -> Response:
    """Take what somebody says of an event, and go back to where it was said."""
    form = await read_form(request, visitor)
    desk = Desk.of(request)
    await say(desk, visitor, event, saying, cause=form.get("cause"), why=form.get("why"))
    return RedirectResponse(local(form.get("next") or f"/events/{event}"), 303)

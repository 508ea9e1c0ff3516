"""The pages: the works at a glance, trends, alarms."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from mulmok.model.text import text
from mulmok.web.alarm_words import alarm_speech
from mulmok.web.cards import card_speech
from mulmok.web.cause_words import cause_words
from mulmok.web.desk import Desk
from mulmok.web.faults import RequestError
from mulmok.web.gate import SignedIn
from mulmok.web.groups import grouped
from mulmok.web.loads import loads_of
from mulmok.web.page import page, path_and_query
from mulmok.web.reading import ask
from mulmok.web.roles import Visitor
from mulmok.web.rows import rows_of
from mulmok.web.span import SPANS, span_asked
from mulmok.web.trend import cards_on, table_of

router = APIRouter(include_in_schema=False)

#: Changes of alarms shown on the alarm page.
_CHANGES = 200


@router.get("/")
async def now(request: Request, visitor: SignedIn) -> HTMLResponse:
    """Show the works at a glance."""
    return await glance(request, visitor, "now.html")


@router.get("/part/stands")
async def stands(request: Request, visitor: SignedIn) -> HTMLResponse:
    """Give the parts of the first page that change with alarms and events."""
    return await glance(request, visitor, "part_stands.html")


@router.get("/part/drawn")
async def drawn(request: Request, visitor: SignedIn) -> HTMLResponse:
    """Give the rows anew, with the day's pictures."""
    return await glance(request, visitor, "part_rows.html")


async def glance(
    request: Request, visitor: Visitor, template: str, *, refused: str = ""
) -> HTMLResponse:
    """Answer with the board in one of its templates."""
    desk = Desk.of(request)
    site, board = desk.engine.site, await desk.watch.current()
    return await page(
        request,
        template,
        visitor=visitor,
        groups=grouped(rows_of(site, board)),
        loads=loads_of(site, board),
        **alarm_speech(site),
        refused=refused,
        link="/?",
    )


@router.get("/alarms")
async def alarms(request: Request, visitor: SignedIn) -> HTMLResponse:
    """Show what stands, what is kept from the list, and what has changed."""
    return await alarm_page(request, visitor)


async def alarm_page(request: Request, visitor: Visitor, refused: str = "") -> HTMLResponse:
    """Answer with the alarm page."""
    desk = Desk.of(request)
    site = desk.engine.site
    changes = await ask(desk.engine, lambda query: query.transitions(_CHANGES))
    return await page(
        request,
        "alarms.html",
        visitor=visitor,
        changes=changes,
        cause_words=lambda change: cause_words(site, change),
        rules={rule.id: rule for rule in site.alarms},
        **alarm_speech(site),
        refused=refused,
    )


@router.get("/trend")
async def trend(request: Request, visitor: SignedIn, channel: str = "") -> Response:
    """Show one channel over a span of time."""
    desk = Desk.of(request)
    site = desk.engine.site
    shown = site.channel(channel) if channel else next(iter(site.channels), None)
    if shown is None:
        raise RequestError(404, text('no channel "{id}" in this works', id=channel))
    now = desk.engine.now()
    start, end = span_asked(request.query_params, site.works.zone, now)
    table, (cards, more) = await ask(
        desk.engine,
        lambda query: (
            table_of(query, shown, start, end),
            cards_on(query, site, shown, (start, end), now),
        ),
    )
    return await page(
        request,
        "trend.html",
        visitor=visitor,
        channel=shown,
        start=start,
        end=end,
        spans=SPANS,
        table=table,
        cards=cards,
        more=more,
        back=path_and_query(request),
        **card_speech(site),
    )

"""The API for reading: what the pages show, as JSON. Numbers are in canonical units."""

from __future__ import annotations

import math
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends
from fastapi import Query as Parameter
from starlette.requests import Request
from starlette.responses import Response

from mulmok.config.site import Site
from mulmok.model.alarm import AlarmView
from mulmok.model.channel import Channel
from mulmok.model.text import text
from mulmok.model.time import FOREVER, format_instant
from mulmok.model.trust import Trust
from mulmok.store.query import LatestRow, Query
from mulmok.text.catalog import render
from mulmok.web.alarm_words import alarm_name
from mulmok.web.desk import Desk
from mulmok.web.doubt import doubt_columns
from mulmok.web.event_json import event_json
from mulmok.web.faults import RequestError
from mulmok.web.gate import signed_in
from mulmok.web.language import language_of
from mulmok.web.loads import loads_of
from mulmok.web.numbers import decimals_of, show_unit
from mulmok.web.reading import ask
from mulmok.web.span import span_asked
from mulmok.web.trend import columns_of, found_of, limits_on

router = APIRouter(prefix="/api/v1", dependencies=[Depends(signed_in)], tags=["reading"])

#: Most buckets and events in one answer.
_BUCKETS, _EVENTS = 4_000, 1_000
#: What stands in a parameter that the framework checks, for people.
WANTS = {
    "channel": text("the id of a channel"),
    "buckets": text("a whole number from {low} to {high}", low=1, high=_BUCKETS),
}


def answer(body: object) -> Response:
    """Give JSON; NaN is null, because JSON has none."""
    return Response(msgspec.json.encode(body), media_type="application/json")


@router.get("/latest", summary="Newest reading of every channel, with its flag and normal band")
async def latest(request: Request) -> Response:
    """Give what the first page shows."""
    desk = Desk.of(request)
    board = await desk.watch.current()
    rows = [_latest(channel, board.latest.get(channel.id)) for channel in desk.engine.site.channels]
    return answer({"now": format_instant(board.status.now), "channels": rows})


def _latest(channel: Channel, row: LatestRow | None) -> dict[str, object]:
    known: dict[str, object] = {
        "channel": channel.id,
        "name": {"ko": channel.title.ko, "en": channel.title.en},
        "unit": show_unit(channel.quantity.unit),
    }
    if row is None:
        return {**known, "at": None, "value": None, "flag": 9}
    return {
        **known,
        "at": format_instant(row.at),
        "value": _number(row.value),
        "flag": row.flag,
        "status": row.status,
        "reasons": row.reasons,
        "band": [_number(row.low), _number(row.high)],
    }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


@router.get("/trust", summary="How far each channel can be believed, why, and what to do")
async def trust(request: Request) -> Response:
    """Give the trust in every channel, in the order of the site file."""
    desk = Desk.of(request)
    trusts = [_trust(desk.engine.site, one) for one in desk.engine.trusts()]
    return answer({"channels": trusts})


def _trust(site: Site, one: Trust) -> dict[str, object]:
    return {
        "channel": site.channels[one.channel].id,
        "trust": one.trust,
        "good_at": _instant(one.good_at),
        "reasons": {
            language: [render(reason, language) for reason in one.reasons]
            for language in ("ko", "en")
        },
    }


@router.get("/alarms", summary="Every alarm as it stands")
async def alarms(request: Request) -> Response:
    """Give the alarms, the most urgent first."""
    desk = Desk.of(request)
    site = desk.engine.site
    views = sorted(desk.engine.alarm_views(), key=lambda view: view.rule.priority)
    return answer({"alarms": [_alarm(site, view) for view in views]})


def _alarm(site: Site, view: AlarmView) -> dict[str, object]:
    name = alarm_name(site, view.rule)
    return {
        "alarm": view.rule.id,
        "name": {language: render(name, language) for language in ("ko", "en")},
        "priority": view.rule.priority,
        "state": view.state.value,
        "active_since": _instant(view.active_since),
        "returned_at": _instant(view.returned_at),
        "acked_at": _instant(view.acked_at),
        "acked_by": view.acked_by,
        "shelved_until": _instant(view.shelved_until),
        "suppressed_by": view.suppressed_by,
        "suppressed_why": view.suppressed_why,
        "cause": view.cause,
    }


def _instant(at: int | None) -> str | None:
    return None if at is None or abs(at) >= FOREVER else format_instant(at)


@router.get("/events", summary="Events that touch a span, newest first")
async def events(
    request: Request,
    start: Annotated[str, Parameter(description="ISO 8601; a day before `end`")] = "",
    end: Annotated[str, Parameter(description="ISO 8601; now")] = "",
) -> Response:
    """Give events as `events.jsonl` has them, with what each channel said, and what people did."""
    desk = Desk.of(request)
    zone = desk.engine.site.works.zone
    given = {"start": start, "end": end}
    first, last = span_asked(given, zone, desk.engine.now(), ("start", "end"))

    def told(query: Query) -> list[dict[str, object]]:
        found = query.events(first, last, _EVENTS)
        said = query.statements(event.id for event in found)
        return [event_json(event, said=said.get(event.id, ())) for event in found]

    return answer({"events": await ask(desk.engine, told)})


@router.get("/series", summary="One channel over a span, as smallest, largest and mean of buckets")
async def series(
    request: Request,
    channel: str,
    start: Annotated[str, Parameter(description="ISO 8601; a day before `end`")] = "",
    end: Annotated[str, Parameter(description="ISO 8601; now")] = "",
    buckets: Annotated[int, Parameter(ge=1, le=_BUCKETS)] = 800,
) -> Response:
    """Give the buckets with the normal band and worst flag of each, what is doubtful, and the rest."""
    desk = Desk.of(request)
    site = desk.engine.site
    shown = site.channel(channel)
    if shown is None:
        raise RequestError(404, text('no channel "{id}" in this works', id=channel[:80]), "channel")
    given = {"start": start, "end": end}
    now = desk.engine.now()
    first, last = span_asked(given, site.works.zone, now, ("start", "end"))
    language = language_of(request, site.works.language)
    found = await ask(
        desk.engine, lambda query: found_of(query, site, shown, (first, last), buckets)
    )
    return answer(
        {
            "channel": shown.id,
            "unit": show_unit(shown.quantity.unit),
            "decimals": decimals_of(shown),
            "now": now / 1e9,
            **columns_of(found.buckets, shown.every),
            "doubtful": doubt_columns(found.doubts),
            "possible": [shown.low, shown.high],
            "limits": limits_on(site, shown),
            "alarms": [
                {
                    "alarm": rule.id,
                    "name": render(alarm_name(site, rule), language),
                    "priority": rule.priority,
                    "from": since / 1e9,
                    "to": None if until is None else until / 1e9,
                }
                for rule, since, until in found.alarms
            ],
            "events": [
                event_json(event, language, found.said.get(event.id, ())) for event in found.events
            ],
        }
    )


@router.get("/loads", summary="Loads now and today so far, against the design")
async def loads(request: Request) -> Response:
    """Give the loads the first page shows."""
    desk = Desk.of(request)
    board = await desk.watch.current()
    return answer(
        {
            "loads": [
                {
                    "channel": row.channel.id,
                    "rate_kg_d": _number(row.rate),
                    "today_kg": _number(row.today),
                    "coverage": _number(row.coverage),
                    "design_kg_d": row.design,
                }
                for row in loads_of(desk.engine.site, board)
            ]
        }
    )

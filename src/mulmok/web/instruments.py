"""Instruments: each instrument as it sends, beside what is made of it, and its own display."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from mulmok.config.amounts import amount
from mulmok.config.explain import UnfitError
from mulmok.model.channel import Channel
from mulmok.model.instrument import Comparison, Instrument
from mulmok.model.message import Action, Command, SourceState
from mulmok.model.status import STATUS_NAMES
from mulmok.model.text import Names, Text, text
from mulmok.model.time import SECOND, format_duration, looks_like_a_zone
from mulmok.web.desk import Desk
from mulmok.web.faults import RequestError
from mulmok.web.form import read_form
from mulmok.web.gate import Operator, SignedIn
from mulmok.web.moments import Moments
from mulmok.web.numbers import show_number, show_value
from mulmok.web.page import page
from mulmok.web.reading import ask
from mulmok.web.roles import Role, Visitor

router = APIRouter(include_in_schema=False)

#: Comparisons and bottles that are shown.
_COMPARED = 50
#: Newest readings looked through for the one at the time of a comparison [ns].
_LOOKED = 3_600 * SECOND
STATE_NAMES = {
    SourceState.OK: Names("정상", "working"),
    SourceState.SILENT: Names("조용함", "silent"),
    SourceState.FAILING: Names("고장", "failing"),
}


@dataclass(frozen=True, slots=True)
class Feed:
    """A source with the instruments it feeds; `about` are the settings they share."""

    source: str
    about: str
    first: Instrument
    instruments: tuple[tuple[Channel, Instrument, str], ...]


@router.get("/instruments")
async def instruments(request: Request, visitor: SignedIn) -> HTMLResponse:
    """Show every instrument."""
    return await _show(request, visitor, "instruments.html")


@router.get("/part/instruments")
async def part(request: Request, visitor: SignedIn) -> HTMLResponse:
    """Give the instruments anew."""
    return await _show(request, visitor, "part_instruments.html")


@router.post("/instruments/{channel:path}")
async def compare(request: Request, visitor: SignedIn, channel: str) -> Response:
    """Keep what an instrument's display shows, beside the newest reading that came of it."""
    if not visitor.may_act_as(Role.ENGINEER):
        raise RequestError(403, text("only engineers may do this"))
    form = await read_form(request, visitor)
    desk = Desk.of(request)
    site, now = desk.engine.site, desk.engine.now()
    known = site.channel(channel)
    if known is None:
        raise RequestError(404, text('no channel "{id}" in this works', id=channel[:80]))
    shown = _amount(form.get("shown"), known)
    rows = await ask(
        desk.engine, lambda query: query.rows(channel, now - max(_LOOKED, 3 * known.every), now + 1)
    )
    usable = [place for place in range(len(rows)) if not math.isnan(rows.value[place])]
    if not usable:
        raise RequestError(409, text("nothing came of it lately that could be compared"))
    value, at = float(rows.value[usable[-1]]), int(rows.at[usable[-1]])
    one = Comparison(channel, now, visitor.name, shown, value, at, form.get("why"))
    await desk.engine.perform(lambda store: store.compare(one))
    return RedirectResponse("/instruments", 303)


@router.post("/samplers/{sampler}")
async def sample(request: Request, visitor: Operator, sampler: str) -> Response:
    """Ask a sampler for a sample."""
    form = await read_form(request, visitor)
    desk = Desk.of(request)
    if all(one.id != sampler for one in desk.engine.site.samplers):
        raise RequestError(404, text('there is no sampler "{id}"', id=sampler[:80]))
    why = form.get("why")
    if not why:
        raise RequestError(400, text("say why: those after you must know"), field="why")
    now = desk.engine.now()
    command = Command(now, visitor.name, Action.SAMPLE, "", why, sampler=sampler)
    await desk.engine.command(command)
    return RedirectResponse("/instruments#samplers", 303)


async def _show(request: Request, visitor: Visitor, template: str) -> HTMLResponse:
    desk = Desk.of(request)
    site = desk.engine.site
    compared, bottles = await ask(
        desk.engine, lambda query: (query.comparisons(_COMPARED), query.bottles(_COMPARED))
    )
    return await page(
        request,
        template,
        visitor=visitor,
        feeds=feeds_of(site.channels, desk.engine.instruments()),
        compared=[(one, site.channel(one.channel)) for one in compared],
        bottles=bottles,
        samplers={one.id: one for one in site.samplers},
        status_names=STATUS_NAMES,
        state_names=STATE_NAMES,
        show=show_value,
        plain=partial(show_number, decimals=6),
        seconds=lambda span: f"{span / SECOND:.3g}",
        behind=clock_words,
        isnan=math.isnan,
        record_name=lambda at: record_name(Moments(site.works.zone, "ko"), at),
    )


def record_name(moments: Moments, at: int) -> str:
    """Name of a sample's record, `YYMMDD-HHMM-채취`, as the Korean method for auto-samplers has it (ES 04901)."""
    return f"{moments.local(at):%y%m%d-%H%M}-채취"


def feeds_of(channels: Sequence[Channel], instruments: Sequence[Instrument]) -> tuple[Feed, ...]:
    """Group instruments by their source, in the order of the channels."""
    groups: dict[str, list[tuple[Channel, Instrument]]] = {}
    for channel, one in zip(channels, instruments, strict=True):
        groups.setdefault(one.source, []).append((channel, one))
    return tuple(_feed(source, members) for source, members in groups.items())


def _feed(source: str, members: list[tuple[Channel, Instrument]]) -> Feed:
    settings = [dict(one.settings or {}) for _, one in members]
    shared = {
        name: value
        for name, value in settings[0].items()
        if len(members) == 1 or all(each.get(name) == value for each in settings)
    }
    own = [{name: value for name, value in each.items() if name not in shared} for each in settings]
    if len(members) == 1:
        shared, own = {}, settings
    return Feed(
        source,
        _joined(shared),
        members[0][1],
        tuple(
            (channel, one, _joined(each)) for (channel, one), each in zip(members, own, strict=True)
        ),
    )


def _joined(settings: dict[str, str]) -> str:
    return " · ".join(f"{name} {value}" for name, value in settings.items())


def clock_words(behind: int | None) -> Text | None:
    """Say how far a clock is off; None where that is no more than the way takes."""
    if behind is None or abs(behind) < 2 * SECOND:
        return None
    span = format_duration(abs(behind) // SECOND * SECOND)
    if behind < 0 and looks_like_a_zone(behind):
        return text("clock {span} ahead of ours: are its times local?", span=span)
    if behind < 0:
        return text("clock {span} ahead of ours", span=span)
    return text("newest reading {span} old when it came", span=span)


def _amount(words: str, channel: Channel) -> float:
    """Read a number as the display shows it; without a unit it is in the channel's."""
    unit = channel.quantity.unit
    try:
        try:
            return amount(
                f"{float(words):.12g} {unit}" if unit != "pH" else words, channel.quantity.dimension
            )
        except ValueError:
            return amount(words, channel.quantity.dimension)
    except UnfitError as fault:
        raise RequestError(400, fault.text, field="shown") from None

"""What an operator does: each act is one journaled command that names who and why."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mulmok.model.message import Action, Command
from mulmok.model.text import Text, text
from mulmok.model.time import MINUTE
from mulmok.text.catalog import render
from mulmok.web.alarm_words import SHELVES
from mulmok.web.desk import Desk
from mulmok.web.faults import RequestError
from mulmok.web.form import Form, read_form
from mulmok.web.gate import Operator
from mulmok.web.language import language_of
from mulmok.web.page import local
from mulmok.web.pages import alarm_page, glance
from mulmok.web.roles import Role

router = APIRouter(include_in_schema=False)

#: What can be asked on the pages, and who may: an operator hides an alarm for a shift at most, and by
#: the clock; what stays hidden until somebody says otherwise is an engineer's to answer for.
_ACTS = {
    Action.ACKNOWLEDGE: Role.OPERATOR,
    Action.SHELVE: Role.OPERATOR,
    Action.UNSHELVE: Role.OPERATOR,
    Action.INHIBIT: Role.ENGINEER,
    Action.RELEASE: Role.ENGINEER,
    Action.OUT_OF_SERVICE: Role.ENGINEER,
    Action.IN_SERVICE: Role.ENGINEER,
}
_NEED_WHY = frozenset(_ACTS) - {Action.ACKNOWLEDGE, Action.UNSHELVE}


@router.post("/alarms/{alarm}/{act}")
async def act_on_alarm(request: Request, visitor: Operator, alarm: str, act: str) -> Response:
    """Carry out one act on one alarm; `service` is a form whose button says which."""
    desk = Desk.of(request)
    engine = desk.engine
    form = await read_form(request, visitor)
    action = _action(form.get("act") if act == "service" else act)
    if not visitor.may_act_as(_ACTS[action]):
        raise RequestError(403, text("only engineers may do this"))
    if all(rule.id != alarm for rule in engine.site.alarms):
        raise RequestError(404, text('no alarm "{id}" in this works', id=alarm))
    now = engine.now()
    until = now + _minutes(form) if action is Action.SHELVE else None
    why = form.get("why")
    if action in _NEED_WHY and not why:
        raise RequestError(400, text("say why: those after you must know"), field="why")
    refusal = await engine.command(Command(now, visitor.name, action, alarm, why, until))
    await desk.watch.look()
    refused = None if refusal is None else text("nothing changed: {why}", why=refusal)
    return await _answer(request, form, visitor, refused)


async def _answer(
    request: Request, form: Form, visitor: Operator, refused: Text | None
) -> Response:
    """Give the parts anew to a script; to a plain form the page it came from."""
    if request.headers.get("hx-request"):
        language = language_of(request, Desk.of(request).engine.site.works.language)
        words = render(refused, language) if refused else ""
        if form.get("next").startswith("/alarms"):
            return await alarm_page(request, visitor, words)
        return await glance(request, visitor, "part_stands.html", refused=words)
    if refused is not None:
        raise RequestError(409, refused)
    return RedirectResponse(local(form.get("next")), 303)


def _action(word: str) -> Action:
    """Give what is asked. Raises RequestError."""
    if word not in set(_ACTS):
        raise RequestError(404, text("there is no such page"))
    return Action(word)


def _minutes(form: Form) -> int:
    """Give how long to shelve [ns]: one of the choices. Raises RequestError."""
    offered = {str(span // MINUTE): span for span in SHELVES}
    span = offered.get(form.get("minutes"))
    if span is None:
        raise RequestError(400, text("choose how long to shelve"), field="minutes")
    return span

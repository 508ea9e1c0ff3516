"""What people say of events: checked, journaled as a command, kept with who and why.

An event is confirmed with its true cause, or rejected with a reason. Judging learns from it; the
judgement that was given stays as it was given.
"""

from __future__ import annotations

from mulmok.model.event import Event
from mulmok.model.message import Action, Command
from mulmok.model.text import text
from mulmok.store.query import Query
from mulmok.store.statements import Statement
from mulmok.web.desk import Desk
from mulmok.web.faults import RequestError
from mulmok.web.reading import ask
from mulmok.web.roles import Visitor
from mulmok.web.true_causes import choices_for

#: What can be said of an event; the words are those of the address.
SAYINGS = {"confirm": Action.CONFIRM, "reject": Action.REJECT}
#: Longest reason [characters].
LONGEST_WHY = 500


async def say(
    desk: Desk, visitor: Visitor, identity: str, saying: str, *, cause: str, why: str
) -> Event:
    """Journal what somebody says of an event. Raises RequestError, StoreError."""
    action = SAYINGS.get(saying)
    if action is None:
        raise RequestError(404, text("there is no such page"))
    event, said = await ask(desk.engine, lambda query: found(query, identity))
    cause = cause if action is Action.CONFIRM else ""
    if action is Action.CONFIRM and cause not in choices_for(desk.engine.site, event).codes:
        raise RequestError(400, text("choose the true cause from the list"), "cause")
    if action is Action.REJECT and not why:
        raise RequestError(400, text("say why: those after you must know"), "why")
    if len(why) > LONGEST_WHY:
        raise RequestError(400, text("at most {most} characters, please", most=LONGEST_WHY), "why")
    if said and (said[0].action, said[0].cause) == (action, cause):
        raise RequestError(409, text("{who} has said so already", who=said[0].who))
    command = Command(desk.engine.now(), visitor.name, action, "", why, event=identity, cause=cause)
    refusal = await desk.engine.command(command)
    await desk.watch.look()
    if refusal is not None:
        raise RequestError(409, text("nothing changed: {why}", why=refusal))
    return event


def found(query: Query, identity: str) -> tuple[Event, tuple[Statement, ...]]:
    """Give an event and what was said of it, the last word first. Raises RequestError."""
    event = query.event(identity)
    if event is None:
        raise RequestError(404, text('no event "{id}" in this works', id=identity[:80]))
    return event, query.statements([identity]).get(identity, ())

"""The state sentence: how the works is, in one line an operator can read from three metres."""

from __future__ import annotations

from dataclasses import dataclass

from mulmok.config.site import Site
from mulmok.model.alarm import IsaState
from mulmok.model.engine import Health
from mulmok.model.event import VERDICT_NAMES, Verdict
from mulmok.model.text import Text, text
from mulmok.web.alarm_words import alarm_name
from mulmok.web.board import Board
from mulmok.web.rows import rows_of


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said, and how urgently it looks: "calm", "note", "alarm" (with a priority) or "blind"."""

    words: Text
    look: str
    priority: int = 0
    unacknowledged: int = 0


def state_of(site: Site, board: Board) -> Sentence:
    """Say how the works is. What cannot be seen comes before what is seen."""
    status = board.status
    if status.health is Health.FAILING:
        return Sentence(_blind(board), "blind")
    raised = [view for view in board.listed if view.state is not IsaState.RTNUN]
    waiting = sum(view.state is not IsaState.ACKED for view in board.listed)
    if raised:
        first = raised[0].rule
        top, name = first.priority, alarm_name(site, first)
        words = (
            text("{name}: 1 alarm, priority {top}", name=name, top=top)
            if len(raised) == 1
            else text(
                "{name}: {count} alarms, highest priority {top}",
                name=name,
                count=len(raised),
                top=top,
            )
        )
        return Sentence(words, "alarm", top, waiting)
    if waiting:
        words = text("Returned to normal; {count} still to acknowledge", count=waiting)
        return Sentence(words, "note", 0, waiting)
    if board.newest is None:
        return Sentence(text("Waiting for the first reading"), "note")
    if status.silent:
        words = text("Not heard from: {sources}", sources=", ".join(status.silent))
        return Sentence(words, "note")
    for verdict in (Verdict.WATER, Verdict.HYDRAULIC, Verdict.INSTRUMENT):
        if any(event.verdict is verdict for event in board.events):
            return Sentence(text("No alarm; {what}", what=VERDICT_NAMES[verdict]), "note")
    return Sentence(_calm(site, board), "calm")


def _blind(board: Board) -> Text:
    if board.status.store is not None:
        return text("The store takes no more: values are not kept")
    return text("Judging has stopped: what is shown is old")


def _calm(site: Site, board: Board) -> Text:
    """Tell how the flow is only where the first flow of the works is measured and its band known."""
    for row in rows_of(site, board):
        if row.channel.quantity.id == "flow":
            if row.band is None or row.x is None or row.old:
                break
            if row.side > 0:
                return text("Normal, flow high")
            if row.side < 0:
                return text("Normal, flow low")
            return text("Normal, flow as usual")
    return text("Normal")

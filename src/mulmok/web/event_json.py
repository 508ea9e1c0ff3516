"""Events as JSON for the pages: what `events.jsonl` has, and what a chart wants besides."""

from __future__ import annotations

from collections.abc import Sequence

from mulmok.model.event import VERDICT_NAMES, Event
from mulmok.model.time import format_instant
from mulmok.store.statements import Statement
from mulmok.text.catalog import render
from mulmok.text.record import event_record
from mulmok.web.speech import cause_name


def event_json(
    event: Event, language: str | None = None, said: Sequence[Statement] = ()
) -> dict[str, object]:
    """Give an event; with `language`, also a title and instants in seconds for a chart.

    said   what people said of it, the last word first
    """
    body = event_record(event)
    body["contributions"] = [
        {"channel": one.channel, "change": one.change, "strength": round(one.strength, 2)}
        for one in event.contributions
    ]
    body["said"] = [
        {
            "action": word.action.value,
            "cause": word.cause,
            "who": word.who,
            "at": format_instant(word.at),
            "why": word.why,
        }
        for word in said
    ]
    if language is not None:
        body["from"] = event.started_at / 1e9
        body["to"] = None if event.ended_at is None else event.ended_at / 1e9
        body["name"] = _title(event, language)
    return body


def _title(event: Event, language: str) -> str:
    verdict = render(VERDICT_NAMES[event.verdict], language)
    if not event.causes:
        return verdict
    top = event.causes[0]
    return f"{verdict}: {cause_name(top.cause, language)} {top.probability:.0%}"

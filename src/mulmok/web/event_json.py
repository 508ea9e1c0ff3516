"""Events as JSON, the way `events.jsonl` writes them."""

from __future__ import annotations

from mulmok.model.event import VERDICT_NAMES, Event
from mulmok.model.time import format_instant
from mulmok.text.catalog import LANGUAGES, render
from mulmok.web.speech import cause_name


def event_json(event: Event, language: str | None = None) -> dict[str, object]:
    """Give an event; with `language`, also a title and instants in seconds for a chart."""
    body: dict[str, object] = {
        "id": event.id,
        "started_at": format_instant(event.started_at),
        "detected_at": format_instant(event.detected_at),
        "warned_at": _instant(event.warned_at),
        "ended_at": _instant(event.ended_at),
        "verdict": event.verdict.value,
        "causes": [
            {"cause": cause.cause, "probability": round(cause.probability, 4)}
            for cause in event.causes
        ],
        "fraction": event.fraction,
        "channels": list(event.channels),
        "severity": event.severity,
        "trust": event.trust,
        "reasons": {
            spoken: [render(reason, spoken) for reason in event.reasons] for spoken in LANGUAGES
        },
    }
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


def _instant(at: int | None) -> str | None:
    return None if at is None else format_instant(at)

"""Records that others read, in both languages, as promised in docs/reference/outputs.md."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from mulmok.model.alarm import Transition
from mulmok.model.event import Event
from mulmok.model.time import format_instant
from mulmok.text.catalog import render


def _instant(at: int | None) -> str | None:
    return None if at is None else format_instant(at)


def event_record(event: Event) -> dict[str, object]:
    """One event as a line of `events.jsonl` has it."""
    return {
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
        "severity": round(event.severity, 4),
        "trust": round(event.trust, 4),
        "reasons": {
            language: [render(reason, language) for reason in event.reasons]
            for language in ("ko", "en")
        },
    }


def transition_record(transition: Transition) -> dict[str, object]:
    """One alarm transition as a line of `alarms.jsonl` has it."""
    return {
        "alarm": transition.alarm,
        "at": format_instant(transition.at),
        "known_at": format_instant(transition.known_at),
        "from": transition.before.value,
        "to": transition.after.value,
        "state": transition.after.value,
        "priority": transition.priority,
        "cause": transition.cause,
    }


def write_lines(path: Path, records: Iterable[dict[str, object]]) -> None:
    """Write one JSON object a line; the same records give the same bytes."""
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    path.write_text(lines, encoding="utf-8", newline="\n")

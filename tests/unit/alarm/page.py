"""docs/reference/alarm-states.md, drawn from the tables.

`.venv/bin/python tests/unit/alarm/page.py` writes it anew; a test compares.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from mulmok.judge.alarm import states
from mulmok.judge.alarm.commands import LONGEST_SHELF
from mulmok.model.alarm import (
    ISA_NAMES,
    Acknowledgement,
    Condition,
    Suppression,
)
from mulmok.model.time import format_duration

PAGE = Path(__file__).parents[3] / "docs/reference/alarm-states.md"

_INTRODUCTION = f"""# Alarm states

This page is drawn from the tables in `src/mulmok/judge/alarm/states.py`; every transition there is
stands in that file. Change the tables, then run `.venv/bin/python tests/unit/alarm/page.py`.

An alarm is three small machines that answer three questions: where does the process stand, has
somebody seen it, and is it kept from the operator? The ISA-18.2 (IEC 62682) name is a view of the
three. An input that is not drawn leaves its state as it is.

What drives the condition:

- `true`, `false`: what is watched holds, or does not. Within the deadband it stays what it was.
- `unknown`: there is no data (the reading failed, is missing or did not come), which is neither. It changes no
  state. It holds the timer of `PENDING` and `CLEARING`, which goes on with what was left of it.
- `due`: the state's own timer, the on-delay of `PENDING` and the off-delay of `CLEARING`, has run
  out. It acts at its deadline, whenever that becomes known. A delay of zero passes straight through.

A shelf needs a reason and an end, at most {format_duration(LONGEST_SHELF)} away; inhibiting and taking out of service
need a reason. A command that would change nothing is refused.
"""


def page() -> str:
    """The whole page."""
    parts = [
        _INTRODUCTION,
        "## Condition\n",
        _diagram(states.CONDITION, Condition.NORMAL),
        "## Acknowledgement\n",
        _diagram(states.ACKNOWLEDGEMENT, Acknowledgement.NONE),
        "## Suppression\n",
        _diagram(states.SUPPRESSION, Suppression.NONE),
        "## Where the machines meet\n",
        _meeting(),
        "## ISA-18.2 names\n",
        _names(),
    ]
    return "\n".join(parts)


def _diagram(table: Mapping[StrEnum, Mapping[StrEnum, StrEnum]], start: StrEnum) -> str:
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {start.value}"]
    for before, ways in table.items():
        targets: dict[StrEnum, list[str]] = {}
        for given, after in ways.items():
            if after is not before:
                targets.setdefault(after, []).append(given.value)
        lines += [
            f"    {before.value} --> {after.value}: {', '.join(words)}"
            for after, words in targets.items()
        ]
    return "\n".join([*lines, "```", ""])


def _meeting() -> str:
    rows = [
        (f"condition goes {before.value} → {after.value}", notice, states.SUPPRESSED_INPUT[notice])
        for (before, after), notice in states.CONDITION_RAISES.items()
    ]
    rows += [
        (f"just acknowledged, the condition {_holds(active)}", notice, "refused")
        for active, notice in states.ACKNOWLEDGED_INPUT.items()
    ]
    rows += [
        (f"shown again as {state.value}, the condition {_holds(active)}", notice, "")
        for (active, state), notice in states.RELEASED_INPUT.items()
    ]
    lines = ["| what happens | the acknowledgement hears | while suppressed |", "|---|---|---|"]
    lines += [f"| {what} | {_word(heard)} | {_word(hidden)} |" for what, heard, hidden in rows]
    return "\n".join([*lines, ""])


def _holds(active: bool) -> str:
    return "holds" if active else "does not hold"


def _word(notice: StrEnum | str | None) -> str:
    if isinstance(notice, StrEnum):
        return f"`{notice.value}`"
    return "nothing" if notice is None else notice


def _names() -> str:
    lines = [
        "| suppression | condition | acknowledgement | ISA-18.2 | 한국어 | English |",
        "|---|---|---|---|---|---|",
    ]
    for suppression in Suppression:
        if suppression is not Suppression.NONE:
            name = states.isa_state(Condition.NORMAL, Acknowledgement.NONE, suppression)
            lines.append(_row(suppression.value, "any", "any", name))
            continue
        for condition in Condition:
            for acknowledgement in Acknowledgement:
                if _can_be(condition, acknowledgement):
                    name = states.isa_state(condition, acknowledgement, suppression)
                    row = _row(suppression.value, condition.value, acknowledgement.value, name)
                    lines.append(row)
    return "\n".join([*lines, ""])


def _can_be(condition: Condition, acknowledgement: Acknowledgement) -> bool:
    """What the joint rules leave possible: see test_invariants."""
    if condition in states.ACTIVE_CONDITIONS:
        return acknowledgement is not Acknowledgement.NONE
    return acknowledgement is not Acknowledgement.ACKED


def _row(suppression: str, condition: str, acknowledgement: str, name: StrEnum) -> str:
    names = ISA_NAMES[name]
    return (
        f"| {suppression} | {condition} | {acknowledgement} "
        f"| **{name.value}** | {names.ko} | {names.en} |"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")

"""Listens to a broker for a while, and proposes a channel for each number that was published."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from mulmok.model.text import Text, text
from mulmok.source.broker.client import Visit
from mulmok.source.broker.line import Line, visiting
from mulmok.source.broker.login import BROKER, Login
from mulmok.source.broker.memory import new_name
from mulmok.source.broker.waiting import Message
from mulmok.source.discovery import Found, Proposal
from mulmok.source.instants import InstantError, TimeForm
from mulmok.source.payload import PayloadError, decoded, plain
from mulmok.source.settings import Given, SettingKey

#: Topics that are remembered, and numbers of one document that are proposed. Site choice.
TOPICS, NUMBERS = 500, 100
_DEEPEST = 8
#: What is published under it has a driver of its own.
_SPARKPLUG = "spBv1.0/"
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TIME_NAME = re.compile(
    r"(^|_)(time|timestamp|ts|date|datetime|at|when|측정시각|시각)$", re.IGNORECASE
)


class NoClock:
    """A clock for those who do not ask when something came."""

    def now(self) -> int:
        """Give no instant."""
        return 0

    async def sleep_until(self, at: int) -> None:
        """Do not wait."""


class MqttDiscoverer:
    """Listens to topics."""

    settings: ClassVar[tuple[SettingKey, ...]] = (
        *BROKER,
        SettingKey("topic", "text", text("topics to listen to; + stands for one level, # for all that follow"), '"works/#"', usual='"#"'),
    )  # fmt: skip

    @staticmethod
    async def discover(given: Mapping[str, Given], patience_s: float) -> list[Found]:
        """Listen for so long. Raises SourceError when the broker cannot be had."""
        topic = str(given.get("topic", "#"))
        visit = Visit(Login.of(given, Path.cwd()), new_name(), {topic: 0})
        latest: dict[str, Message] = {}
        async with visiting(visit, NoClock()) as line:
            refused = line.refused.get(topic)
            if refused is None:
                await listen(line, latest, patience_s)
        return [found(given, latest, topic, refused)]


async def listen(line: Line, latest: dict[str, Message], patience_s: float) -> None:
    """Remember the newest message of each topic that comes in that time."""
    try:
        async with asyncio.timeout(patience_s):
            while True:
                for message in await line.take():
                    if message.topic in latest or len(latest) < TOPICS:
                        latest[message.topic] = message
    except TimeoutError:
        return


def found(
    given: Mapping[str, Given], latest: Mapping[str, Message], topic: str, refused: str | None
) -> Found:
    """Give what was published as proposals."""
    proposals: list[Proposal] = []
    remarks: list[Text] = []
    forms: set[str] = set()
    if refused is not None:
        remarks.append(
            text("the broker does not let us have {topic}: {why}", topic=topic, why=refused)
        )
    if any(name.startswith(_SPARKPLUG) for name in latest):
        remarks.append(text("there are edge nodes of Sparkplug B too: mulmok discover sparkplug"))
    for name, message in sorted(latest.items()):
        if name.startswith(_SPARKPLUG):
            continue
        some = list(proposed(name, message.payload, forms))
        if not some:
            shown = plain(message.payload)[:60]
            remarks.append(text("no number in what {topic} sent: {shown}", topic=name, shown=shown))
        proposals += some
    if len(latest) == TOPICS:
        remarks.append(
            text("there are more than {most} topics: name fewer with topic=", most=TOPICS)
        )
    if len(forms) > 1:
        remarks.append(text("times are written in several forms: each needs a source of its own"))
    settings = {key: value for key, value in given.items() if key != "topic"}
    if forms - {"iso"}:
        settings["time_format"] = min(forms - {"iso"})
    return Found(settings, tuple(proposals), tuple(remarks))


def proposed(topic: str, payload: bytes, forms: set[str]) -> Iterator[Proposal]:
    """Propose a channel for each number of a message; adds the form of its time to `forms`."""
    try:
        document = decoded(payload)
    except PayloadError:
        return
    if isinstance(document, int | float | str) and not isinstance(document, bool):
        if _is_number(document):
            yield Proposal(topic, {"topic": topic}, plain(payload)[:40])
        return
    times = [(path, form) for path, value in leaves(document) if (form := time_form(path, value))]
    forms.update(form for _, form in times[:1])
    count = 0
    for path, value in leaves(document):
        if not _is_number(value) or any(path == time for time, _ in times):
            continue
        count += 1
        if count > NUMBERS:
            return
        own: dict[str, Given] = {"topic": topic, "path": path}
        if times:
            own["time_path"] = times[0][0]
        yield Proposal(f"{topic} {path}", own, str(value)[:40])


def leaves(document: object, path: str = "", depth: int = 0) -> Iterator[tuple[str, object]]:
    """Give all that is no list and no table, with the path that leads to it."""
    if depth > _DEEPEST:
        return
    if isinstance(document, dict):
        for name, inside in document.items():
            step = name if _PLAIN_NAME.fullmatch(name) else json.dumps(name, ensure_ascii=False)
            yield from leaves(inside, f"{path}.{step}" if path else step, depth + 1)
    elif isinstance(document, list):
        for place, inside in enumerate(document):
            yield from leaves(inside, f"{path}[{place}]", depth + 1)
    elif path:
        yield path, document


def time_form(path: str, value: object) -> str | None:
    """Guess the form of what by its name is a time; None: it is none."""
    if not _TIME_NAME.search(path.rpartition(".")[2].strip('"')):
        return None
    for form in ("iso",) if isinstance(value, str) else ("s", "ms", "us", "ns"):
        try:
            TimeForm(form).read(value)
        except InstantError:
            continue
        return form
    return None


def _is_number(value: object) -> bool:
    if isinstance(value, str):
        try:
            float(value)
        except ValueError:
            return False
        return True
    return isinstance(value, int | float) and not isinstance(value, bool)

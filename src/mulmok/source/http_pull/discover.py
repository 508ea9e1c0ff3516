"""Fetches a document once and lists where numbers stand in it, with the time that stands beside them."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any, ClassVar

from mulmok.model.errors import SourceError
from mulmok.model.text import text
from mulmok.source.discovery import Found, Proposal
from mulmok.source.http_pull.plan import headers_of
from mulmok.source.instants import InstantError, TimeForm
from mulmok.source.service import SIGN_IN, Service
from mulmok.source.settings import Given, SettingKey

#: Proposals of one document. Site choice.
MOST = 500
_DEEP = 8
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TIMES = re.compile(r"time|date|stamp|^ts$|^at$|일시|시각|시간", re.IGNORECASE)
_STATES = re.compile(r"stat|qual|unit|flag|상태|단위", re.IGNORECASE)
#: Forms that are tried on what looks like a time; the zone only lets a time without an offset pass.
_FORMS = ("iso", "s", "ms", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y%m%d%H%M%S", "%Y%m%d%H%M")


@dataclass(frozen=True, slots=True)
class _Time:
    path: str
    form: str
    offset: bool


class HttpPullDiscoverer:
    """Looks into one document."""

    settings: ClassVar[tuple[SettingKey, ...]] = (
        SettingKey("url", "text", text("address of the document"), '"https://data.example/v1/values"', required=True),
        *SIGN_IN,
        SettingKey("api_key", "secret", text("key that is sent in a header of its own"), '"env:API_KEY"', usual="none"),
        SettingKey("api_key_header", "text", text("name of that header"), '"X-API-Key"', usual='"X-API-Key"'),
    )  # fmt: skip

    @staticmethod
    async def discover(given: Mapping[str, Given], patience_s: float) -> list[Found]:
        """Fetch the document. Raises SourceError."""
        url = str(given["url"])
        try:
            async with (
                asyncio.timeout(patience_s),
                Service.made(None, given, Path.cwd(), headers_of(given)) as service,
            ):
                answer = await service.ask(url)
        except TimeoutError:
            raise SourceError(
                text("nothing came within {seconds:g} s", seconds=patience_s)
            ) from None
        return [found_in(answer.document(), given)]


def found_in(document: object, settings: Mapping[str, Given]) -> Found:
    """Give what of a document could be channels."""
    proposals, remarks, shared = [], [], dict(settings)
    times: list[_Time] = []
    for proposal, time in _numbers(document, "", None, 0):
        proposals.append(proposal)
        if time is not None:
            times.append(time)
        if len(proposals) == MOST:
            remarks.append(text("there is more than {most}: the rest is left out", most=MOST))
            break
    forms = {time.form for time in times}
    if len(forms) == 1 and forms != {"iso"}:
        shared["time_format"] = forms.pop()
    if any(not time.offset for time in times):
        shared["zone"] = "works"
        remarks.append(text("its times have no offset: is zone right?"))
    if proposals and not times:
        remarks.append(text("no time stands beside the numbers: ours is taken when it is asked"))
    return Found(shared, tuple(proposals), tuple(remarks))


_Numbers = Iterator[tuple[Proposal, _Time | None]]


def _numbers(node: object, path: str, time: _Time | None, depth: int) -> _Numbers:
    if depth > _DEEP:
        return
    if isinstance(node, dict):
        own = _time_in(node, path) or time
        for key, value in node.items():
            here = _joined(path, str(key))
            if own is not None and here == own.path:
                continue
            if isinstance(value, int | float) and not isinstance(value, bool):
                label = " ".join(part for part in (path, str(key)) if part)
                yield _proposal(label, here, own, value), own
            else:
                yield from _numbers(value, here, own, depth + 1)
    elif isinstance(node, list) and node and all(isinstance(row, dict) for row in node):
        yield from _rows(node, path)


def _rows(rows: list[dict[str, Any]], path: str) -> _Numbers:
    """Propose columns of a list of rows, or its tags where each row names what it is of."""
    last = rows[-1]
    found = _time_in(last, "")
    key = "" if found is None else found.path
    numbers = [
        name
        for name, value in last.items()
        if not isinstance(value, bool) and isinstance(value, int | float) and _quoted(name) != key
    ]
    # Words beside one number say what it is of; beside several they say how it is.
    tag = next((name for name in last if _is_tag(rows, name, key)), None)
    tag = tag if len(numbers) == 1 else None
    for name in numbers:
        if tag is None:
            time = _mapped(found, f"map(&{key}, {path or '@'})")
            here = f"map(&{_quoted(name)}, {path or '@'})"
            yield _proposal(name, here, time, last[name]), time
            continue
        newest = {str(row[tag]): row.get(name) for row in rows if isinstance(row.get(tag), str)}
        for label, shows in newest.items():
            chosen = f"{path}[?{_quoted(tag)}=={_literal(label)}]"
            time = _mapped(found, f"{chosen}.{key}")
            yield _proposal(label, f"{chosen}.{_quoted(name)}", time, shows), time


def _is_tag(rows: list[dict[str, Any]], name: str, time: str) -> bool:
    words = {row[name] for row in rows if isinstance(row.get(name), str)}
    return len(words) > 1 and _quoted(name) != time and not _STATES.search(name)


def _proposal(label: str, path: str, time: _Time | None, shows: object) -> Proposal:
    own: dict[str, Given] = {"path": path}
    if time is not None:
        own["time_path"] = time.path
    return Proposal(label, own, "" if shows is None else str(shows)[:40])


def _mapped(found: _Time | None, path: str) -> _Time | None:
    return None if found is None else _Time(path, found.form, found.offset)


def _time_in(node: Mapping[str, Any], path: str) -> _Time | None:
    """Give the first thing of a name and a look of a time."""
    for key, value in node.items():
        if isinstance(value, bool | dict | list) or not _TIMES.search(str(key)):
            continue
        for form in _FORMS:
            for zone in (None, UTC):
                try:
                    TimeForm(form, zone).read(value)
                except InstantError:
                    continue
                return _Time(_joined(path, str(key)), form, zone is None)
    return None


def _joined(path: str, key: str) -> str:
    return f"{path}.{_quoted(key)}" if path else _quoted(key)


def _quoted(name: str) -> str:
    return name if _NAME.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _literal(words: str) -> str:
    return "'" + words.replace("\\", "\\\\").replace("'", "\\'") + "'"

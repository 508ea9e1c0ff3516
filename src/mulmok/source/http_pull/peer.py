"""A real web server that serves the document a site file asks for, with pages and from an instant on."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from urllib.parse import unquote, urlsplit

from mulmok.model.status import Status
from mulmok.model.time import DAY, HOUR
from mulmok.source.http_pull.plan import SINCE, UNTIL, Plan
from mulmok.source.http_pull.shape import Place, Steps, put
from mulmok.source.instants import InstantError, TimeForm
from mulmok.source.peer import Instruments
from mulmok.source.port import Setup
from mulmok.source.serving import Reply, Request, address_of, is_signed_in, serve

#: Rows of a page, and how far back a document reaches that is not asked for a time. Our choice.
ROWS = 500
BACK = HOUR
#: How far back it goes when asked. Our choice.
FURTHEST = DAY
_PAGE = "page"


@dataclass
class HttpPullPeer:
    """The service of one source."""

    setup: Setup
    plan: Plan
    instruments: Instruments
    host: str

    @classmethod
    def build(cls, setup: Setup, instruments: Instruments, host: str) -> HttpPullPeer:
        """Make it."""
        return cls(setup, Plan.of(setup), instruments, host)

    @property
    def place(self) -> str:
        """Where it answers."""
        return f"http://{self.host}:{address_of(self.plan.url)[1]}{urlsplit(self.plan.url).path}"

    async def serve(self) -> None:
        """Answer until cancelled. Raises SourceError when the port is taken."""
        await serve(self.answer, self.host, address_of(self.plan.url)[1])

    def answer(self, request: Request) -> Reply:
        """Give the document, or why not."""
        given = self.setup.settings
        if not is_signed_in(given, request.headers):
            return Reply({"error": "unauthorised"}, 401)
        key = str(given.get("api_key_header", "X-API-Key")).lower()
        if "api_key" in given and request.headers.get(key) != given["api_key"]:
            return Reply({"error": "unauthorised"}, 401)
        if request.path != unquote(urlsplit(self.plan.url).path or "/"):
            return Reply({"error": "not found"}, 404)
        if request.method != self.plan.method:
            return Reply({"error": "method not allowed"}, 405)
        now = self.setup.clock.now()
        try:
            begin, end = self._asked(request, now)
        except InstantError as fault:
            return Reply({"error": str(fault)}, 400)
        plain = next((index for index, path in self.plan.paths.items() if not path), None)
        if plain is not None:
            number = self._number(plain, now // self._every(plain) * self._every(plain))
            return Reply(number, headers={"content-type": "text/plain"})
        return Reply(self._document(max(begin, now - FURTHEST), min(end, now), request))

    def _asked(self, request: Request, now: int) -> tuple[int, int]:
        """From when to when the request wants readings [ns UTC]. Raises InstantError."""
        parts = urlsplit(self.plan.url)
        found = {SINCE: now - BACK, UNTIL: now}
        for template, said in (
            (unquote(f"{parts.path}?{parts.query}"), request.asked),
            (self.plan.body or "", request.body),
        ):
            pattern = re.escape(template)
            names = [name for name in (SINCE, UNTIL) if name in template]
            for name in names:
                pattern = pattern.replace(re.escape(name), f'(?P<{name[1:-1]}>[^&"]*)')
            match = re.match(pattern, said)
            for name in names if match else []:
                # What is written without an offset is written in UTC where no zone is set.
                form = TimeForm(self.plan.form.form, self.plan.form.zone or UTC)
                found[name] = form.read(match[name[1:-1]])  # type: ignore[index]
        return found[SINCE], found[UNTIL]

    def _document(self, begin: int, end: int, request: Request) -> dict[str, Any]:
        document: dict[str, Any] = {}
        lists: dict[Steps, dict[int, dict[object, dict[str, Any]]]] = {}
        for index, channel in self.setup.feeding():
            own = {
                key: Place.of(str(value))
                for key, value in self.setup.each.get(channel.id, {}).items()
                if key in ("path", "time_path", "status_path")
            }
            if own["path"].rows is None:
                self._put(document, own, index, end // channel.every * channel.every)
                continue
            rows = lists.setdefault(own["path"].rows, {})
            for at in range(-(-begin // channel.every) * channel.every, end + 1, channel.every):
                where = own["path"].where
                row = rows.setdefault(at, {}).setdefault(where, dict([where]) if where else {})
                self._put(row, own, index, at)
        longest = self._paged(document, lists, int(request.query.get(self._page, "0") or 0))
        if longest is not None and "next_path" in self.setup.settings:
            names = Place.of(str(self.setup.settings["next_path"])).names
            put(document, names, self._next(request, longest))
        return document

    @property
    def _page(self) -> str:
        return self.plan.page_parameter or _PAGE

    def _paged(
        self,
        document: dict[str, Any],
        lists: Mapping[Steps, Mapping[int, Mapping[object, dict[str, Any]]]],
        first: int,
    ) -> int | None:
        """Put a page of each list into the document; give where the next begins, None: nowhere."""
        more = False
        for names, rows in lists.items():
            whole = [row for _, group in sorted(rows.items()) for row in group.values()]
            last = first + ROWS if "next_path" in self.setup.settings else len(whole)
            put(document, names, whole[first:last])
            more = more or len(whole) > last
        return first + ROWS if more else None

    def _next(self, request: Request, first: int) -> str:
        if self.plan.page_parameter:
            return str(first)
        kept = "&".join(
            f"{key}={value}".replace("+", "%2B").replace(" ", "%20")
            for key, value in request.query.items()
            if key != self._page
        )
        return f"{request.path}?{kept}{'&' if kept else ''}{self._page}={first}"

    def _put(self, node: dict[str, Any], own: Mapping[str, Place], index: int, at: int) -> None:
        one = self.plan.fields[index]
        put(node, own["path"].names, self._number(index, at))
        if "time_path" in own:
            put(node, own["time_path"].names, one.form.write(at))
        if "status_path" in own:
            status = self.instruments.show(index, at)[1]
            codes = {meant: code for code, meant in (one.statuses or {}).items()}
            put(node, own["status_path"].names, codes.get(status, Status(status).name))

    def _number(self, index: int, at: int) -> float | None:
        value, _ = self.instruments.show(index, at)
        number = self.plan.fields[index].signal.number(value)
        return None if math.isnan(number) else round(number, 6)

    def _every(self, index: int) -> int:
        return self.setup.channels[index].every
